from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from psycopg.errors import UniqueViolation

from records import work
from records.errors import RecordNotFound
from records.models import WorkItem
from screening.imaging.card import WeightsMismatch

KIND = "records.test"
LONG = timedelta(hours=1)

pytestmark = pytest.mark.django_db


def _enqueue(*keys: int) -> None:
    for key in keys:
        work.enqueue(KIND, key, now=timezone.now())


def test_work_that_is_done_leaves_no_row() -> None:
    _enqueue(1)
    done: list[int] = []
    work.run(KIND, 1, done.append)
    assert (done, WorkItem.objects.count()) == ([1], 0)


def test_enqueuing_twice_is_one_piece_of_work() -> None:
    _enqueue(1, 1)
    assert WorkItem.objects.count() == 1


def test_held_work_cannot_be_claimed_until_its_lease_is_over() -> None:
    _enqueue(1)
    now = timezone.now()
    assert work.claim(KIND, now=now)
    assert not work.claim(KIND, now=now)
    assert work.claim(KIND, now=now + LONG)


def test_a_worker_whose_lease_was_taken_over_does_not_finish_the_others_work() -> None:
    _enqueue(1)
    (first,) = work.claim(KIND, now=timezone.now())
    work.claim(KIND, now=timezone.now() + LONG)
    work.finish(first)
    assert WorkItem.objects.count() == 1


def test_work_asked_for_again_while_it_is_held_is_done_again() -> None:
    _enqueue(1)
    (held,) = work.claim(KIND, now=timezone.now())
    _enqueue(1)
    work.finish(held)
    assert [claim.attempt for claim in work.claim(KIND, now=timezone.now())] == [1]


def test_failed_work_asked_for_again_starts_from_the_first_attempt() -> None:
    _fail_with(ValueError(), 3)
    _enqueue(1)
    assert [claim.attempt for claim in work.claim(KIND, now=timezone.now())] == [1]


def test_the_asked_for_key_is_claimed_before_older_ones() -> None:
    _enqueue(1, 2, 3)
    assert [claim.key for claim in work.claim(KIND, now=timezone.now(), key=3)] == [3]


def _fail_with(error: Exception, times: int) -> WorkItem:
    def failing(_: int) -> None:
        raise error

    _enqueue(1)
    for _ in range(times):
        WorkItem.objects.update(lease_until=None)
        work.run(KIND, 1, failing)
    return WorkItem.objects.get()


@pytest.mark.parametrize(("times", "given_up"), [(2, False), (3, True)])
def test_three_attempts_then_failed(times: int, given_up: bool) -> None:
    assert (_fail_with(ValueError(), times).failed_at is not None) is given_up


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RecordNotFound("no such record"), "RecordNotFound: no such record"),
        (WeightsMismatch("restore the file"), "WeightsMismatch: restore the file"),
        (ValueError("Hong Gil-dong"), "ValueError"),
        (UniqueViolation("Key (name)=(Hong Gil-dong)"), "UniqueViolation"),
        (IntegrityError("Key (name)=(Hong Gil-dong)"), "IntegrityError"),
        (WorkItem.DoesNotExist("Hong Gil-dong"), "DoesNotExist"),
    ],
)
def test_our_own_errors_say_why_and_others_only_their_kind_because_they_may_quote_data(
    error: Exception, reason: str
) -> None:
    assert _fail_with(error, 3).reason == reason


def test_failed_work_can_be_retried() -> None:
    _fail_with(ValueError(), 3)
    assert work.retry(KIND, 1)
    assert work.claim(KIND, now=timezone.now())


def test_work_whose_worker_died_every_time_fails_with_that_reason() -> None:
    _enqueue(1)
    now = timezone.now()
    for attempt in range(work.MAX_ATTEMPTS):
        assert work.claim(KIND, now=now + attempt * LONG)
    assert work.bury_abandoned(now=now + work.MAX_ATTEMPTS * LONG) == 1
    assert "stopped in mid-work" in work.failed()[0].reason


def test_the_sweep_sees_lost_messages_and_expired_leases_but_not_fresh_or_held_work() -> None:
    now = timezone.now()
    _enqueue(1, 2)
    assert work.waiting(now=now, since=timedelta(seconds=30)) == []
    assert work.waiting(now=now + LONG, since=timedelta(seconds=30)) == [(KIND, 1), (KIND, 2)]
    work.claim(KIND, now=now + LONG, key=1)
    assert work.waiting(now=now + LONG, since=timedelta(seconds=30)) == [(KIND, 2)]


def test_a_claim_takes_no_more_than_its_limit_whatever_plan_the_database_chooses() -> None:
    _enqueue(1, 2, 3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cursor.execute("SET LOCAL enable_hashagg = off; SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_material = off; SET LOCAL enable_indexscan = off")
    assert len(work.claim(KIND, now=timezone.now(), limit=1)) == 1


def test_one_bad_item_does_not_sink_its_batch() -> None:
    done: list[int] = []

    def do(keys: list[int]) -> None:
        if 2 in keys:
            raise ValueError
        done.extend(keys)

    _enqueue(1, 2, 3)
    work.run_batch(KIND, 1, do, limit=8)
    assert (sorted(done), [item.key for item in WorkItem.objects.all()]) == ([1, 3], [2])


def test_an_item_that_kills_its_worker_does_not_bury_the_exams_beside_it() -> None:
    class WorkerKilled(BaseException):
        pass

    done: list[int] = []

    def do(keys: Sequence[int]) -> None:
        if 2 in keys:
            raise WorkerKilled
        done.extend(keys)

    _enqueue(1, 2, 3)
    for _ in range(work.MAX_ATTEMPTS):
        for key in (1, 2, 3):
            with suppress(WorkerKilled):
                work.run_batch(KIND, key, do, limit=8)
        WorkItem.objects.update(lease_until=timezone.now() - LONG)
    work.bury_abandoned(now=timezone.now())
    assert (sorted(done), [item.key for item in work.failed()]) == ([1, 3], [2])


def test_a_batch_leaves_tried_items_for_a_message_of_their_own() -> None:
    _enqueue(1, 2, 3)
    WorkItem.objects.filter(key=2).update(attempts=1)
    batches: list[Sequence[int]] = []
    work.run_batch(KIND, 1, batches.append, limit=8)
    work.run_batch(KIND, 2, batches.append, limit=8)
    assert [sorted(batch) for batch in batches] == [[1, 3], [2]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_the_same_item() -> None:
    _enqueue(*range(40))

    def claim_all(_: int) -> list[int]:
        keys: list[int] = []
        while claims := work.claim(KIND, now=timezone.now(), limit=3):
            keys += [claim.key for claim in claims]
        connection.close()
        return keys

    with ThreadPoolExecutor(4) as pool:
        taken = [key for keys in pool.map(claim_all, range(4)) for key in keys]
    assert sorted(taken) == list(range(40))
