"""Endpoints of partners' programs, and messages for them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from config.webhooks.endpoints import SecretMade, endpoint_add, endpoint_off
from records import outbox
from records.models import (
    EndpointState,
    Organization,
    PartnerClient,
    PartnerHost,
    Role,
    Topic,
    WebhookEndpoint,
)
from records.outbox import Fact
from records.services import partner_host_add
from tests.factories import partners
from tests.factories import records as cast

PUBLIC_URL = "https://saebit.example/hooks/nungil"


def made(
    organization: Organization, url: str = PUBLIC_URL, *, client: PartnerClient | None = None, **more: Any
) -> SecretMade:
    """As an administrator adds it; it was not asked yet whether it answers."""
    fields = {"topics": [Topic.TASK, Topic.REPORT], "now": timezone.now()} | more
    by = cast.actor(organization, Role.ADMINISTRATOR)
    return endpoint_add(client=client or partners.token(organization)[0], url=url, by=by, **fields)


def allowed(client: PartnerClient, host: str = "127.0.0.1") -> PartnerHost:
    """A host on the partner's list, as an administrator puts it there."""
    by = cast.actor(client.organization, Role.ADMINISTRATOR)
    return partner_host_add(client_id=client.pk, host=host, by=by, now=timezone.now())


def active(organization: Organization, url: str = PUBLIC_URL, **more: Any) -> WebhookEndpoint:
    """One that answered its first test."""
    endpoint = made(organization, url, **more).endpoint
    endpoint.messages.update(accepted_at=timezone.now())
    endpoint.state = EndpointState.ACTIVE
    endpoint.save()
    return endpoint


def message(endpoint: WebhookEndpoint, key: int = 1, *, now: datetime | None = None) -> None:
    outbox.put(endpoint.pk, [Fact("task.updated", "Task", str(key))], now=now or timezone.now())


def in_every_state(organization: Organization) -> dict[str, WebhookEndpoint]:
    """In use, silent with a dead letter, and off."""
    now = timezone.now()
    client, _ = partners.token(organization)
    urls = {state: f"{PUBLIC_URL}/{state}" for state in ("", "silent", "off")}
    found = {state: active(organization, url, client=client) for state, url in urls.items()}
    for one in found.values():
        message(one, 12, now=now)
        message(one, 13, now=now)
    _book(found[""], status=204, accepted=True)
    silent = found["silent"]
    for status in (500, 0):
        _book(silent, status=status, problem="" if status else "timeout")
    silent.messages.filter(resource_id="12").update(dead_at=now)
    endpoint_off(public_id=found["off"].public_id, by=cast.actor(organization, Role.ADMINISTRATOR), now=now)
    return found


def _book(endpoint: WebhookEndpoint, *, status: int, problem: str = "", accepted: bool = False) -> None:
    """What an attempt at the next message came to."""
    now = timezone.now()
    lease = outbox.claim(endpoint.pk, now=now)
    assert lease is not None
    (next_one,) = outbox.next_messages(lease, now=now, limit=1)
    booked = {"status": status, "problem": problem, "accepted": accepted, "now": now, "chance": 1.0}
    assert outbox.settle(lease, next_one, **booked)
    outbox.release(lease)
