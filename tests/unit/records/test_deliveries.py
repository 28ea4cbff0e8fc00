"""When a webhook is tried again, when its endpoint is left alone, and when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.deliveries import ATTEMPTS, LONGEST, OLDEST, WAITS, Tried, judge, wait

CHANCE = st.floats(0, 1)
STATUSES = st.integers(300, 599).filter(lambda status: status != 410)


def tried(status: int = 500, **more: object) -> Tried:
    return Tried(
        **{"status": status, "accepted": False, "attempt": 1, "age": timedelta(0), "failures": 1} | more
    )


def test_an_accepted_message_is_over() -> None:
    verdict = judge(tried(200, accepted=True), chance=0.5)
    assert verdict.accepted and not verdict.dead and verdict.again_in is None


@given(st.integers(1, 10_000), CHANCE)
def test_a_wait_is_never_longer_than_a_day_nor_shorter_than_half_its_plan(failed: int, chance: float) -> None:
    planned = WAITS[min(failed, len(WAITS)) - 1]
    assert planned / 2 <= wait(failed, chance) <= planned <= LONGEST


@given(st.integers(1, ATTEMPTS - 1), STATUSES, CHANCE)
def test_until_the_last_attempt_it_is_tried_again(attempt: int, status: int, chance: float) -> None:
    assert not judge(tried(status, attempt=attempt), chance=chance).dead


def test_after_the_last_attempt_it_is_dead() -> None:
    assert judge(tried(attempt=ATTEMPTS), chance=0.5).dead


def test_what_would_be_tried_after_a_week_is_dead() -> None:
    assert judge(tried(attempt=2, age=OLDEST), chance=0.5).dead
    assert not judge(tried(attempt=2, age=OLDEST - timedelta(minutes=6)), chance=0.5).dead


def test_gone_ends_the_endpoint() -> None:
    assert judge(tried(410), chance=0.5).gone


def test_one_error_of_a_server_that_answers_holds_up_nothing_else() -> None:
    assert judge(tried(500, failures=2), chance=0.5).pause is None


@pytest.mark.parametrize(("status", "failures"), [(0, 1), (429, 1), (503, 1), (500, 3)])
def test_who_is_silent_busy_or_fails_again_and_again_is_left_alone(status: int, failures: int) -> None:
    assert judge(tried(status, failures=failures), chance=1).pause == WAITS[failures - 1]


@given(st.timedeltas(timedelta(0), timedelta(days=400)), CHANCE)
def test_a_busy_partner_is_left_alone_as_long_as_it_asks_but_at_most_a_day(
    asked: timedelta, chance: float
) -> None:
    verdict = judge(tried(429, retry_after=asked), chance=chance)
    assert verdict.again_in == verdict.pause
    assert verdict.again_in is not None
    assert min(asked, LONGEST) <= verdict.again_in <= LONGEST
