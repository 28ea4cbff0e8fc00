"""Claiming and finishing work. A message only wakes a worker; what is to be done stands in the row."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from records.errors import may_be_shown
from records.models import WorkItem

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3

# An array, not IN: the planner may run an IN subquery once a row, and LIMIT then holds for each run alone.
CLAIM = """
UPDATE records_workitem SET lease_until = %(until)s, attempts = attempts + 1
WHERE id = ANY (ARRAY(
    SELECT id FROM records_workitem
    WHERE kind = %(kind)s AND failed_at IS NULL AND attempts < %(max)s
      AND (lease_until IS NULL OR lease_until < %(now)s)
      AND (%(limit)s = 1 OR attempts = 0)
    ORDER BY key <> %(key)s, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
))
RETURNING id, key, attempts, lease_until
"""


@dataclass(frozen=True)
class Claim:
    """A lease on one work item. `until` also fences: whoever claims or renews the item changes it."""

    id: int
    key: int
    attempt: int
    until: datetime


def enqueue(kind: str, key: int, *, now: datetime) -> None:
    """Put work in the queue, in the caller's transaction. Work that is held or failed is to be done anew:
    whoever holds it may have read what has just changed.
    """
    enqueue_many(kind, [key], now=now)


def enqueue_many(kind: str, keys: Iterable[int], *, now: datetime) -> None:
    """As `enqueue`, thousands at once."""
    WorkItem.objects.bulk_create(
        [WorkItem(kind=kind, key=key, waiting_since=now) for key in keys],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["waiting_since", "attempts", "lease_until", "failed_at", "reason"],
    )


def claim(kind: str, *, now: datetime, key: int = 0, limit: int = 1) -> list[Claim]:
    """Lease up to `limit` waiting items of a kind in one statement, `key` first.

    Several are claimed together only while untried: a failed item may be the one that kills its worker.
    """
    until = now + timedelta(seconds=settings.WORK_LEASE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM, {"kind": kind, "key": key, "now": now, "until": until, "max": MAX_ATTEMPTS, "limit": limit}
        )
        return [Claim(*row) for row in cursor.fetchall()]


def finish(done: Claim) -> None:
    """Remove finished work, unless another worker has taken it over since."""
    WorkItem.objects.filter(pk=done.id, lease_until=done.until).delete()


def fail(claimed: Claim, reason: str, *, now: datetime) -> None:
    """Note a failed attempt: wait a little longer each time, and give up with a reason after the last."""
    item = WorkItem.objects.filter(pk=claimed.id, lease_until=claimed.until)
    if claimed.attempt >= MAX_ATTEMPTS:
        item.update(failed_at=now, lease_until=None, reason=reason)
    else:
        item.update(lease_until=now + timedelta(seconds=2**claimed.attempt), reason=reason)


def retry(kind: str, key: int) -> bool:
    """Let failed work run again from the first attempt; False when it had not failed."""
    failed = WorkItem.objects.filter(kind=kind, key=key, failed_at__isnull=False)
    return bool(failed.update(failed_at=None, lease_until=None, attempts=0, reason=""))


def withdraw(items: Iterable[WorkItem]) -> None:
    """Take work out of the queue, in the caller's transaction; whoever holds some of it finishes for nothing."""
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).delete()


def run(kind: str, key: int, do: Callable[[int], object]) -> None:
    """Claim one item and do it outside any transaction. Nothing happens when somebody else holds it."""
    for claimed in claim(kind, now=timezone.now(), key=key):
        _attempt(claimed, do, kind)


def run_batch(kind: str, key: int, do: Callable[[Sequence[int]], object], *, limit: int) -> bool:
    """Claim several items at once, a tried one alone. When the batch fails, each is done alone:
    neither an item that raises nor one that kills its worker sinks the rest. False where there was none to claim.
    """
    tried = WorkItem.objects.filter(kind=kind, key=key, attempts__gt=0).exists()
    claims = claim(kind, now=timezone.now(), key=key, limit=1 if tried else limit)
    if not claims:
        return False
    try:
        do([claimed.key for claimed in claims])
    except Exception:
        logger.exception("%s: a batch of %d failed, each is tried alone", kind, len(claims))
        for claimed in claims:
            _attempt(claimed, lambda one: do([one]), kind)
    else:
        for claimed in claims:
            finish(claimed)
    return True


def _attempt(claimed: Claim, do: Callable[[int], object], kind: str) -> None:
    try:
        do(claimed.key)
    except Exception as error:  # the edge of a worker: whatever it was, the row must say so
        logger.exception("%s %d failed, attempt %d", kind, claimed.key, claimed.attempt)
        fail(claimed, _reason(error), now=timezone.now())
    else:
        finish(claimed)


def _reason(error: Exception) -> str:
    name = type(error).__name__
    return f"{name}: {error}"[:300] if may_be_shown(error) else name


def waiting(
    *, now: datetime, since: timedelta, but: Sequence[str] = (), limit: int = 1000
) -> list[tuple[str, int]]:
    """(kind, key) of work nobody holds and whose message may have been lost, `but` of these kinds."""
    free = Q(lease_until__isnull=True, waiting_since__lt=now - since) | Q(lease_until__lt=now)
    items = WorkItem.objects.filter(free, failed_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
    items = items.exclude(kind__in=but)
    return list(items.order_by("id").values_list("kind", "key")[:limit])


def bury_abandoned(*, now: datetime) -> int:
    """Fail items whose last lease ran out: their worker died on every attempt."""
    abandoned = WorkItem.objects.filter(
        failed_at__isnull=True, attempts__gte=MAX_ATTEMPTS, lease_until__lt=now
    )
    return abandoned.update(
        failed_at=now, lease_until=None, reason=f"the worker stopped in mid-work {MAX_ATTEMPTS} times"
    )


def failed() -> list[WorkItem]:
    """Failed work with its reasons, newest first."""
    return list(WorkItem.objects.filter(failed_at__isnull=False).order_by(F("failed_at").desc()))
