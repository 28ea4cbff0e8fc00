"""A resource as an answer: its JSON, and the headers that say which version of it this is."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.http import HttpResponse
from django.utils.http import http_date

from config.fhir.errors import CONTENT_TYPE
from config.fhir.mapping.elements import Element


def answer(body: Element, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def of_version(resource: Element) -> dict[str, str]:
    """The headers that say which version of a resource this is."""
    meta = resource["meta"]
    headers = {"ETag": f'W/"{meta["versionId"]}"'}
    if "lastUpdated" in meta:
        headers["Last-Modified"] = http_date(datetime.fromisoformat(meta["lastUpdated"]).timestamp())
    return headers
