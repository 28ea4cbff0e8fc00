"""A request that is one fact, however often it arrives (ADR 9)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from rest_framework.request import Request

import records.services
from config.api.problems import RequestRefused
from records.models import PartnerClient
from records.services.replies import ReplyStored

KEY_HEADER = "Idempotency-Key"
KEY_LONGEST = 255


@dataclass(frozen=True)
class Reply:
    """`replayed`: it is the reply to the same request before."""

    body: dict[str, Any]
    replayed: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Idempotency-Replayed": "true"} if self.replayed else {}


def once(
    make: Callable[[], dict[str, Any]],
    *,
    key: str,
    content_sha256: str,
    status: int,
    client: PartnerClient,
    now: datetime,
) -> Reply:
    """What `make` answers, stored with what it made in one transaction; or the reply to the same request before.

    A refused request leaves nothing behind and frees its key. Raises KeyInUse, KeyOfAnotherRequest, and what
    `make` raises.
    """
    claim = records.services.reply_claim(client=client, key=key, request_sha256=content_sha256, now=now)
    if isinstance(claim, ReplyStored):
        return Reply(json.loads(claim.body), replayed=True)
    try:
        with transaction.atomic():
            body = make()
            records.services.reply_settle(claim=claim, status=status, body=json.dumps(body))
    except BaseException:
        records.services.reply_drop(claim=claim)
        raise
    return Reply(body, replayed=False)


def key_of(request: Request) -> str:
    """The request's key. Raises RequestRefused."""
    key = request.headers.get(KEY_HEADER, "")
    visible = key.isascii() and key.isprintable() and " " not in key
    if not visible or not 1 <= len(key) <= KEY_LONGEST:
        raise RequestRefused("idempotency-key-invalid")
    return key
