"""The rows of the outbox: written with the fact, claimed by endpoint, settled by what the partner answered.

As in records/work.py the row is the queue and a message of the broker only wakes a worker. An endpoint is leased, not
a message, so that one worker at a time sends to it; what is about the same resource goes in the order it happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from records.deliveries import OLDEST, Tried, judge
from records.models import EndpointState, OffReason, WebhookEndpoint, WebhookMessage

TEST = "endpoint.test"
OPEN = Q(accepted_at=None, dead_at=None)
KEPT = timedelta(days=90)

CLAIM = """
UPDATE records_webhookendpoint SET lease_until = %(until)s
WHERE id = %(key)s AND state <> 'off'
  AND (lease_until IS NULL OR lease_until < %(now)s)
  AND (paused_until IS NULL OR paused_until <= %(now)s)
"""


@dataclass
class Lease:
    """One worker's right to send to one endpoint. `until` also fences: whoever takes it over changes it."""

    endpoint: WebhookEndpoint
    until: datetime


@dataclass(frozen=True)
class Fact:
    """What a partner is told of: the type and the id of a resource, and the kind of event."""

    event: str
    resource: str = ""
    resource_id: str = ""


def put(endpoint_id: int, facts: Iterable[Fact], *, now: datetime) -> None:
    """Write messages in the caller's transaction."""
    WebhookMessage.objects.bulk_create(
        WebhookMessage(
            endpoint_id=endpoint_id,
            event=fact.event,
            resource=fact.resource,
            resource_id=fact.resource_id,
            happened_at=now,
            queued_at=now,
            due_at=now,
        )
        for fact in facts
    )


def claim(endpoint_id: int, *, now: datetime) -> Lease | None:
    """The lease of an endpoint; None while it is off, paused or somebody else's."""
    until = _lease_end(now)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"key": endpoint_id, "now": now, "until": until})
        taken = bool(cursor.rowcount)
    if not taken:
        return None
    return Lease(WebhookEndpoint.objects.select_related("client").get(pk=endpoint_id), until)


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.WORK_LEASE_SECONDS)


def next_messages(lease: Lease, *, now: datetime, limit: int) -> list[WebhookMessage]:
    """The oldest that are due, for a round that ends with the first that fails: so their order holds.

    What would overtake one that waits to be tried again is left out; an endpoint that never answered gets tests only.
    """
    found = _sendable(WebhookMessage.objects.filter(endpoint=lease.endpoint), now)
    if lease.endpoint.state == EndpointState.REQUESTED:
        found = found.filter(event=TEST)
    return list(found.order_by("pk")[:limit])


def _sendable(messages: QuerySet[WebhookMessage], now: datetime) -> QuerySet[WebhookMessage]:
    waits = WebhookMessage.objects.filter(
        OPEN,
        endpoint=OuterRef("endpoint"),
        resource=OuterRef("resource"),
        resource_id=OuterRef("resource_id"),
        pk__lt=OuterRef("pk"),
        due_at__gt=now,
    )
    return messages.filter(OPEN, due_at__lte=now).exclude(Exists(waits))


@transaction.atomic
def settle(
    lease: Lease,
    message: WebhookMessage,
    *,
    status: int,
    problem: str,
    accepted: bool,
    retry_after: timedelta = timedelta(0),
    now: datetime,
    chance: float,
) -> bool:
    """Book an attempt and renew the lease; False, and nothing booked, when another worker took it over."""
    held = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
    endpoint = held.filter(pk=lease.endpoint.pk, lease_until=lease.until).first()
    if endpoint is None:
        return False
    tried = Tried(
        status=0 if problem else status,
        accepted=accepted,
        attempt=message.attempts + 1,
        age=now - message.queued_at,
        failures=endpoint.failures + 1,
        retry_after=retry_after,
    )
    verdict = judge(tried, chance=chance)
    # Given up meanwhile by a hand, it still arrived.
    open_or_arrived = Q(accepted_at=None) if verdict.accepted else OPEN
    WebhookMessage.objects.filter(open_or_arrived, pk=message.pk).update(
        attempts=tried.attempt,
        tried_at=now,
        status=status or None,
        problem=problem,
        accepted_at=now if verdict.accepted else None,
        dead_at=now if verdict.dead else None,
        due_at=now + (verdict.again_in or timedelta(0)),
    )
    if endpoint.state == EndpointState.OFF:
        pass  # by a hand, meanwhile
    elif verdict.gone:
        switch_off(endpoint, OffReason.GONE, now=now)
    elif verdict.accepted:
        _accepted(endpoint, now)
    else:
        _failed(endpoint, tried.failures, verdict.pause, now)
    lease.until = endpoint.lease_until = _lease_end(now)
    endpoint.save()
    lease.endpoint = endpoint
    return True


def _accepted(endpoint: WebhookEndpoint, now: datetime) -> None:
    endpoint.failures, endpoint.paused_until, endpoint.accepted_at = 0, None, now
    _change_state(endpoint, EndpointState.ACTIVE, now)


def _failed(endpoint: WebhookEndpoint, failures: int, pause: timedelta | None, now: datetime) -> None:
    endpoint.failures = failures
    if pause is not None:
        endpoint.paused_until = now + pause
        if endpoint.state == EndpointState.ACTIVE:
            _change_state(endpoint, EndpointState.ERROR, now)


def _change_state(endpoint: WebhookEndpoint, state: EndpointState, now: datetime) -> None:
    if endpoint.state != state:
        endpoint.state, endpoint.changed_at, endpoint.versions = state, now, endpoint.versions + 1


def switch_off(endpoint: WebhookEndpoint, reason: OffReason, *, now: datetime) -> None:
    """In the caller's transaction: what is open is given up, and may be sent again by hand. The row is not saved."""
    _change_state(endpoint, EndpointState.OFF, now)
    endpoint.off_reason = reason
    WebhookMessage.objects.filter(OPEN, endpoint=endpoint).update(dead_at=now)


def switch_on(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """In the caller's transaction: it must answer a test first. The row is not saved."""
    _change_state(endpoint, EndpointState.REQUESTED, now)
    endpoint.off_reason, endpoint.failures, endpoint.paused_until = "", 0, None
    put(endpoint.pk, [Fact(TEST)], now=now)


def release(lease: Lease) -> None:
    """Let others send, unless another worker took it over."""
    held = WebhookEndpoint.objects.filter(pk=lease.endpoint.pk, lease_until=lease.until)
    held.update(lease_until=None)


def replay(messages: QuerySet[WebhookMessage], *, now: datetime) -> int:
    """Send dead letters again, from the first attempt and with the same webhook-id; returns how many."""
    return messages.filter(dead_at__isnull=False).update(
        dead_at=None, attempts=0, queued_at=now, due_at=now, problem="", status=None
    )


def endpoints_due(*, now: datetime, only: int | None = None, limit: int = 1000) -> Sequence[int]:
    """Endpoints, or `only` this one, that nobody sends to although something is due."""
    answered = ~Q(endpoint__state=EndpointState.REQUESTED)
    messages = WebhookMessage.objects.filter(Q(event=TEST) | answered, endpoint=OuterRef("pk"))
    due = _sendable(messages, now)
    free = WebhookEndpoint.objects.exclude(state=EndpointState.OFF).filter(
        Q(lease_until=None) | Q(lease_until__lt=now), Q(paused_until=None) | Q(paused_until__lte=now)
    )
    asked = free if only is None else free.filter(pk=only)
    return list(asked.filter(Exists(due)).order_by("pk").values_list("pk", flat=True)[:limit])


def bury_old(*, now: datetime) -> int:
    """Give up what waited too long; returns how many."""
    return WebhookMessage.objects.filter(OPEN, queued_at__lt=now - OLDEST).update(
        dead_at=now, problem="too-old"
    )


def forget(*, now: datetime) -> int:
    """Remove what ended long ago; returns how many."""
    ended = WebhookMessage.objects.filter(queued_at__lt=now - KEPT).exclude(OPEN)
    return ended.delete()[0]
