"""Endpoints of partners' programs, and messages for them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from config.webhooks.endpoints import SecretMade, endpoint_add
from records import outbox
from records.models import EndpointState, Organization, PartnerClient, Role, Topic, WebhookEndpoint
from records.outbox import Fact
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


def active(organization: Organization, url: str = PUBLIC_URL, **more: Any) -> WebhookEndpoint:
    """One that answered its first test."""
    endpoint = made(organization, url, **more).endpoint
    endpoint.messages.update(accepted_at=timezone.now())
    endpoint.state = EndpointState.ACTIVE
    endpoint.save()
    return endpoint


def message(endpoint: WebhookEndpoint, key: int = 1, *, now: datetime | None = None) -> None:
    outbox.put(endpoint.pk, [Fact("task.updated", "Task", str(key))], now=now or timezone.now())
