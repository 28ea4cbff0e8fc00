"""A partner's program as a caller of the REST interface."""

import json
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from records import services
from records.models import Organization, PartnerClient, Role
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories.records import NOW

SCREENINGS = "/api/v1/screenings"
_number = count(1)


def token(organization: Organization, **fields: Any) -> tuple[PartnerClient, str]:
    by = cast.actor(organization, Role.ADMINISTRATOR)
    made = services.partner_client_create(
        **{"name": f"Partner {next(_number)}", "by": by, "now": NOW} | fields
    )
    return made.client, made.token


def meta(**fields: Any) -> dict[str, Any]:
    """A whole `meta`; None takes a key out."""
    number = next(_number)
    whole = {
        "external_id": f"V-{number}",
        "patient": {"mrn": f"P-{number}", "name": "Kim Yeong-ja", "birth_date": "1956-07-19"},
        "consent": ["screening"],
    } | fields
    return {key: value for key, value in whole.items() if value is not None}


def jpeg_file(seed: int = 0, data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("eye.jpg", photographs.jpeg(seed) if data is None else data, "image/jpeg")


class Partner:
    """Calls with one token, as curl would: no cookie, no session."""

    def __init__(self, token: str) -> None:
        self.browser = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)

    def send(self, given: Any = None, *, key: str = "", **parts: Any) -> HttpResponse:
        """POST a screening; without parts both eyes are sent."""
        text = given if isinstance(given, str) else json.dumps(meta() if given is None else given)
        eyes = parts or {"right": jpeg_file(1), "left": jpeg_file(2)}
        return self.browser.post(
            SCREENINGS, {"meta": text, **eyes}, headers={"idempotency-key": key or f"key-{next(_number)}"}
        )

    def get(self, address: str = "", **query: Any) -> HttpResponse:
        return self.browser.get(address or SCREENINGS, query)

    def cancel(self, address: str, body: Any) -> HttpResponse:
        return self.browser.post(f"{address}/cancel", body, content_type="application/json")
