"""Sending what the outbox holds. One round sends to one endpoint, some messages or some seconds of them."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.webhooks import wakes
from config.webhooks.bodies import body_of, headers_of
from records import outbox
from records.models import EndpointState, OffReason, WebhookEndpoint, WebhookMessage
from records.outbox import Lease
from records.selectors import client_in_force, partner_host_allowed
from referrals.gateways.partner.addresses import Rules
from referrals.gateways.partner.sending import Answer, Limits, post

Clock = Callable[[], datetime]

NOT_LISTED = "not-listed"
# After so many, or so long, the others have their turn.
ROUND_MESSAGES = 100
ROUND = timedelta(seconds=15)


@shared_task(name=wakes.DELIVER)
def deliver_webhooks(*, key: int, **_: object) -> None:
    if deliver(key, clock=timezone.now):
        wakes.wake(key)


@shared_task(name="config.wake_webhooks")
def wake_webhooks(**_: object) -> None:
    """The sweep: what is due again, and what a lost message or a killed worker left."""
    now = timezone.now()
    outbox.bury_old(now=now)
    for key in outbox.endpoints_due(now=now):
        wakes.wake(key, expires=settings.WORK_SWEEP_SECONDS)


@shared_task(name="config.forget_webhooks")
def forget_webhooks(**_: object) -> None:
    outbox.forget(now=timezone.now())


def deliver(endpoint_id: int, *, clock: Clock) -> bool:
    """One round; whether more is due. Nothing happens while somebody else sends to the endpoint."""
    lease = outbox.claim(endpoint_id, now=clock())
    if lease is None:
        return False
    if not client_in_force(lease.endpoint.client, clock()):
        return _end(lease, clock())
    ends = clock() + ROUND
    for message in outbox.next_messages(lease, now=clock(), limit=ROUND_MESSAGES):
        answer = send(message, lease.endpoint, now=clock())
        booked = _settle(lease, message, answer, clock())
        if not booked or not answer.accepted or lease.endpoint.state == EndpointState.OFF or clock() > ends:
            break
    outbox.release(lease)
    return bool(outbox.endpoints_due(now=clock(), only=endpoint_id))


def send(message: WebhookMessage, endpoint: WebhookEndpoint, *, now: datetime) -> Answer:
    """Asked of the list at each send: a host that was taken off it gets nothing more, and one put back gets all."""
    if not is_listed(endpoint):
        return Answer(problem=NOT_LISTED)
    body = body_of(message, endpoint.payload)
    headers = headers_of(message, endpoint, body, now=now)
    limits = Limits(total_s=settings.WEBHOOK_SECONDS)
    return post(endpoint.url, headers, body, rules=rules(), limits=limits)


def is_listed(endpoint: WebhookEndpoint) -> bool:
    """Whether the host of an endpoint is on its partner's list."""
    return partner_host_allowed(endpoint.client, urlsplit(endpoint.url).hostname or "")


def rules() -> Rules:
    return Rules(ports=settings.WEBHOOK_PORTS, loopback=settings.WEBHOOK_LOOPBACK)


def _settle(lease: Lease, message: WebhookMessage, answer: Answer, now: datetime) -> bool:
    return outbox.settle(
        lease,
        message,
        status=answer.status,
        problem=answer.problem,
        accepted=answer.accepted,
        retry_after=timedelta(seconds=answer.retry_after_s),
        now=now,
        chance=random.random(),  # noqa: S311  when to try again is no secret
    )


@transaction.atomic
def _end(lease: Lease, now: datetime) -> bool:
    """Of the row as it is now: an administrator may have changed it since it was leased."""
    held = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint = held.filter(pk=lease.endpoint.pk, lease_until=lease.until).first()
    if endpoint is not None:
        outbox.switch_off(endpoint, OffReason.CLIENT_ENDED, now=now)
        endpoint.lease_until = None
        endpoint.save()
    return False
