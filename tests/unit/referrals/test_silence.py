"""How long a step may stay silent; every number of the table stands here a second time on purpose."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain.silence import (
    AGAIN,
    ALLOWED,
    Calendar,
    Step,
    Waiting,
    first_due,
    later,
    next_due,
)
from risk.domain.urgency import Urgency

SEOUL = Calendar(ZoneInfo("Asia/Seoul"), frozenset({date(2026, 12, 25)}))
BERLIN = Calendar(ZoneInfo("Europe/Berlin"))
THURSDAY = datetime(2026, 11, 26, 14, 0, tzinfo=SEOUL.zone)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URGENCIES = (Urgency.STAT, Urgency.ASAP, Urgency.URGENT, Urgency.ROUTINE)
TABLE = {
    Step.SEND: (HOUR, 4 * HOUR, DAY, 5 * DAY),
    Step.ANSWER: (HOUR, 4 * HOUR, 2 * DAY, 5 * DAY),
    Step.APPOINTMENT: (2 * HOUR, 8 * HOUR, 3 * DAY, 10 * DAY),
    Step.ATTENDANCE: (HOUR, 4 * HOUR, DAY, 5 * DAY),
    Step.REBOOK: (0 * HOUR, 0 * HOUR, 0 * HOUR, 0 * HOUR),
    Step.RESUME: (HOUR, 4 * HOUR, DAY, DAY),
    Step.LATE: (0 * HOUR, 0 * HOUR, 0 * HOUR, 0 * HOUR),
    Step.OUTCOME: (DAY, 2 * DAY, 5 * DAY, 10 * DAY),
}
moments = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SEOUL.zone, BERLIN.zone]),
)
calendars = st.sampled_from([SEOUL, BERLIN])


@pytest.mark.parametrize("step", Step)
def test_each_step_is_allowed_the_time_of_its_urgency(step: Step) -> None:
    assert tuple(ALLOWED[step][urgency] for urgency in URGENCIES) == TABLE[step]


def test_the_rungs_are_as_far_apart_as_the_urgency_says() -> None:
    assert tuple(AGAIN[urgency] for urgency in URGENCIES) == (HOUR, 4 * HOUR, DAY, 5 * DAY)


def test_days_are_working_days_at_the_same_time_of_the_clinics_day() -> None:
    assert later(THURSDAY, 2 * DAY, SEOUL) == datetime(2026, 11, 30, 14, tzinfo=SEOUL.zone)
    before_christmas = datetime(2026, 12, 24, 9, tzinfo=SEOUL.zone)
    assert later(before_christmas, DAY, SEOUL) == datetime(2026, 12, 28, 9, tzinfo=SEOUL.zone)


def test_what_begins_on_a_day_off_begins_with_the_next_working_day() -> None:
    saturday = datetime(2026, 11, 28, 1, 0, tzinfo=SEOUL.zone)
    assert later(saturday, DAY, SEOUL) == datetime(2026, 12, 1, 0, 0, tzinfo=SEOUL.zone)


def test_a_day_on_which_the_clock_is_set_is_still_one_day() -> None:
    friday = datetime(2026, 3, 27, 9, tzinfo=BERLIN.zone)  # summer time begins on the Sunday after
    assert later(friday, DAY, BERLIN).isoformat() == "2026-03-30T09:00:00+02:00"


@given(moments, calendars, st.sampled_from(list(Step)))
def test_the_more_urgent_is_never_alarmed_later(moment: datetime, calendar: Calendar, step: Step) -> None:
    due = [first_due(Waiting(step, urgency, moment), calendar) for urgency in URGENCIES]
    assert due == sorted(due)


@given(moments, calendars, st.sampled_from(URGENCIES))
def test_an_emergency_climbs_its_whole_ladder_within_a_day_and_every_rung_is_later(
    moment: datetime, calendar: Calendar, urgency: Urgency
) -> None:
    rungs = [first_due(Waiting(Step.ANSWER, urgency, moment), calendar)]
    for _ in range(3):
        rungs.append(next_due(urgency, rungs[-1], calendar))
    assert all(one < other for one, other in pairwise([moment, *rungs]))
    if urgency is Urgency.STAT:
        assert rungs[-1] - moment <= 4 * HOUR


@given(moments, moments, calendars, st.sampled_from([one[3] for one in TABLE.values()] + [HOUR, DAY]))
def test_what_began_later_is_not_due_earlier(
    one: datetime, other: datetime, calendar: Calendar, by: timedelta
) -> None:
    first, second = sorted((one, other))
    # A clock that is set back lets an hour come twice, and one that is set forward skips one.
    assert later(first, by, calendar) <= later(second, by, calendar) + HOUR
