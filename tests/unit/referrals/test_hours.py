from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain.hours import DAY_MINUTES, HOLIDAY, Hours, OpenSpan, open_days

MONDAY = date(2026, 11, 23)
SATURDAY, SUNDAY = MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)
WEEK = frozenset(OpenSpan(day, 540, 1080) for day in (1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [(0, 540, 1080), (9, 540, 1080), (1, -1, 60), (1, 1440, 1500), (1, 540, 540), (1, 540, 1981)],
)
def test_hours_that_cannot_be_are_refused(day: int, opens: int, closes: int) -> None:
    with pytest.raises(ValueError):
        OpenSpan(day, opens, closes)


@pytest.mark.parametrize(("opens", "closes"), [(0, DAY_MINUTES), (1439, 1440), (540, 540 + DAY_MINUTES)])
def test_the_longest_and_latest_hours_are_taken(opens: int, closes: int) -> None:
    assert OpenSpan(HOLIDAY, opens, closes).closes == closes


def test_a_hospital_is_open_on_the_weekdays_it_told() -> None:
    saturdays_only = Hours(frozenset({OpenSpan(6, 540, 780)}))
    assert list(open_days(saturdays_only, MONDAY, SUNDAY)) == [SATURDAY]


def test_without_hours_working_days_count_and_weekends_do_not() -> None:
    assert list(open_days(Hours(), MONDAY, SUNDAY)) == [MONDAY + timedelta(days=n) for n in range(5)]


@pytest.mark.parametrize(
    ("hours", "is_open"),
    [(WEEK, False), (WEEK | {OpenSpan(HOLIDAY, 540, 720)}, True), (frozenset(), False)],
    ids=["no holiday hours", "holiday hours", "no hours"],
)
def test_on_a_public_holiday_only_its_own_hours_count(hours: frozenset[OpenSpan], is_open: bool) -> None:
    assert Hours(hours, holidays=frozenset({MONDAY})).open_on(MONDAY) is is_open


def test_a_closed_day_is_closed_whatever_the_hours() -> None:
    assert not Hours(WEEK, closed_on=frozenset({MONDAY})).open_on(MONDAY)


@given(st.frozensets(st.integers(1, 7)), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_every_day_named_open_is_within_the_window_and_told(days: frozenset[int], first: date) -> None:
    hours = Hours(frozenset(OpenSpan(day, 0, 60) for day in days), holidays=frozenset({first}))
    last = first + timedelta(days=9)
    for day in open_days(hours, first, last):
        assert first <= day <= last
        assert day != first or not days
        assert not days or day.isoweekday() in days
