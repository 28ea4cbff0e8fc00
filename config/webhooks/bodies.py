"""What is sent: kind, id, event and time. Never what a resource says, and nothing about a person."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from records.models import Payload, WebhookEndpoint, WebhookMessage
from records.sealing import unseal
from referrals.gateways.partner.signing import signed_headers

PURPOSE = "webhook secret"


def message_id(message: WebhookMessage) -> str:
    return f"msg_{message.public_id.hex}"


def body_of(message: WebhookMessage, payload: str) -> bytes:
    """JSON as Standard Webhooks has it: type, timestamp and data; empty where the endpoint wants none."""
    if payload == Payload.EMPTY:
        return b""
    data = {"resourceType": message.resource, "id": message.resource_id} if message.resource else {}
    when = message.happened_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(
        {"type": message.event, "timestamp": when, "data": data}, separators=(",", ":")
    ).encode()


def headers_of(
    message: WebhookMessage, endpoint: WebhookEndpoint, body: bytes, *, now: datetime
) -> Mapping[str, str]:
    headers = signed_headers(message_id(message), now, body, valid_secrets(endpoint, now=now))
    return headers | ({"Content-Type": "application/json"} if body else {})


def valid_secrets(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """The secret, and the former one while both are valid."""
    sealed = [endpoint.secret]
    if endpoint.former_until is not None and endpoint.former_until > now:
        sealed.append(endpoint.former_secret)
    return [unseal(one, purpose=PURPOSE) for one in sealed]
