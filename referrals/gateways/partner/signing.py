"""Signatures of webhooks: Standard Webhooks 1.0.0, symmetric (`v1`, HMAC-SHA256). Source: its public specification."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(message_id: str, sent_at: datetime, body: bytes, valid: Sequence[str]) -> dict[str, str]:
    """The three headers; one signature for each of the `valid` secrets, so that one may be replaced in peace."""
    stamp = str(int(sent_at.timestamp()))
    content = b".".join((message_id.encode(), stamp.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, content)}" for secret in valid),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
