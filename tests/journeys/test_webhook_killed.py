"""A worker dies while a partner's server has its message: the partner gets it again, with the same id."""

import json
import time

import pytest
from django.utils import timezone

from config.webhooks.work import wake_webhooks
from records import outbox
from records.models import Organization, WebhookEndpoint, WebhookMessage
from tests.factories import endpoints, receivers
from tests.factories import records as cast
from tests.factories.receivers import Receiver, receiver
from tests.journeys.workers import wait_until, worker

SETTINGS = {"WORK_LEASE_SECONDS": "3", "WEBHOOK_LOOPBACK": "true", "WEBHOOK_SECONDS": "20"}


def ids(partner: Receiver) -> list[str]:
    return [one.headers["webhook-id"] for one in partner.got]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_message_whose_worker_was_killed_arrives_again_and_in_order(settings: object) -> None:
    settings.WEBHOOK_LOOPBACK = True  # type: ignore[attr-defined]
    clinic: Organization = cast.clinic()
    with receiver(receivers.hang) as partner:
        endpoint: WebhookEndpoint = endpoints.active(clinic, partner.url)
        for key in (1, 1, 2):
            endpoints.message(endpoint, key)
        with worker("webhooks", **SETTINGS) as victim:
            wait_until(lambda: bool(partner.got), what="the first message", sweep=wake_webhooks)
            victim.kill()
            victim.wait()
        (first,) = ids(partner)
        assert WebhookMessage.objects.filter(outbox.OPEN).count() == 3
        wait_until(lambda: bool(outbox.endpoints_due(now=timezone.now())), what="the lease's end")
        partner.answer = receivers.status(200)
        with worker("webhooks", **SETTINGS):
            wait_until(lambda: len(partner.got) >= 4, what="all messages", sweep=wake_webhooks)
            wait_until(
                lambda: not WebhookMessage.objects.filter(outbox.OPEN).exists(),
                what="their booking",
            )
        time.sleep(0.5)
        assert ids(partner)[1] == first
        assert [json.loads(one.body)["data"]["id"] for one in partner.got] == ["1", "1", "1", "2"]
