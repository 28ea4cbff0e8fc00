"""The parts of a night: a worker that stops costs nobody a chance but the part that stops it each time."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from records.actor import Actor
from records.models import Organization
from risk.models import ChunkState, RescoreChunk, RescoreRun, RunState
from risk.night import chunks
from risk.night.ends import MAX_ATTEMPTS, MOST_LOST
from risk.night.runs import Scope, run_start
from tests.integration.risk.a_night import LATER, TWENTY_YEARS_OLDER, assessed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PARTS = 4


@pytest.fixture
def run(screener: Actor, organization: Organization, settings: Settings) -> RescoreRun:
    """Four parts of one visit each."""
    settings.RESCORE_VISITS_A_PART = 1
    for n in range(PARTS):
        assessed(screener, TWENTY_YEARS_OLDER, C=0.6, seed=10 * n)
    return run_start(organization, Scope(), by="test", now=LATER)


def claimed(run: RescoreRun, now: datetime) -> RescoreChunk | None:
    return chunks.chunk_claim(now=now, run_id=run.pk)


def number(part: RescoreChunk | None) -> int | None:
    return None if part is None else part.number


def two_at_once(run: RescoreRun, now: datetime) -> list[RescoreChunk]:
    """What a process with two parts side by side would have in hand."""
    found = (claimed(run, now), claimed(run, now))
    return [one for one in found if one is not None]


def test_three_kills_in_the_first_minutes_end_no_part(run: RescoreRun) -> None:
    taken = [[one.number for one in two_at_once(run, LATER + n * HOUR)] for n in range(3)]
    assert taken == [[0, 1], [2, 3], [0]]
    while (part := claimed(run, LATER + 3 * HOUR)) is not None:
        chunks.chunk_do(part)
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_part_that_lost_its_worker_comes_last_and_has_nothing_beside_it(run: RescoreRun) -> None:
    assert number(claimed(run, LATER)) == 0  # and its worker stops
    now = LATER + HOUR
    others = [claimed(run, now) for _ in range(PARTS - 1)]
    assert [number(one) for one in others] == [1, 2, 3]
    assert claimed(run, now) is None
    for one in others:
        assert one is not None
        chunks.chunk_do(one)
    last = claimed(run, now)
    assert last is not None
    assert (last.number, last.lost, last.attempts) == (0, 1, 0)


def test_nothing_is_begun_beside_a_part_that_lost_its_worker(run: RescoreRun) -> None:
    for _ in range(PARTS):
        claimed(run, LATER)
    now = LATER + HOUR
    assert number(claimed(run, now)) == 0
    assert claimed(run, now) is None


def test_a_part_that_stops_its_worker_each_time_ends_and_takes_no_other_with_it(run: RescoreRun) -> None:
    rounds = 0
    while (taken := two_at_once(run, LATER + rounds * HOUR)) and rounds < 20:
        if all(one.number != 1 for one in taken):
            for one in taken:
                chunks.chunk_do(one)
        rounds += 1
    run.refresh_from_db()
    ends = dict(run.chunks.values_list("number", "state"))
    assert ends == {0: "done", 1: "failed", 2: "done", 3: "done"}
    stopped = run.chunks.get(number=1)
    assert (stopped.lost, stopped.attempts, stopped.held) == (MOST_LOST, 0, False)
    assert stopped.reason == f"the worker stopped in mid-work {MOST_LOST} times"
    assert (run.state, run.reason) == (RunState.FAILED, "1 parts could not be scored again")


def test_a_failure_of_its_own_counts_and_a_lost_worker_does_not(
    run: RescoreRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "compute", lambda *_: 1 / 0)
    now = timezone.now()
    for attempt in range(MAX_ATTEMPTS):
        RescoreChunk.objects.filter(number__gt=0).update(state=ChunkState.FAILED)
        part = claimed(run, now + attempt * HOUR)
        assert part is not None
        assert (part.number, part.attempts, part.lost) == (0, attempt, 0)
        chunks.chunk_do(part)
    assert RescoreChunk.objects.get(number=0).state == ChunkState.FAILED


def test_parts_that_only_failed_go_on_side_by_side(run: RescoreRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "compute", lambda *_: 1 / 0)
    for one in two_at_once(run, timezone.now()):
        chunks.chunk_do(one)
    again = two_at_once(run, timezone.now() + HOUR)
    assert [(one.number, one.attempts, one.lost) for one in again] == [(0, 1, 0), (1, 1, 0)]
