from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain.capacity import Offer, Opening, WeekPlaces, first_opening, monday_of
from referrals.domain.deadlines import first_working_day_from

WEDNESDAY = date(2026, 11, 25)
THIS_WEEK, NEXT_WEEK = date(2026, 11, 23), date(2026, 11, 30)


def test_a_free_place_this_week_counts_from_today() -> None:
    opening = first_opening(Offer(per_week=1), today=WEDNESDAY, due_by=WEDNESDAY)
    assert opening == Opening(THIS_WEEK, WEDNESDAY)


def test_a_full_week_moves_the_patient_to_the_next_one() -> None:
    offer = Offer(per_week=2, weeks={THIS_WEEK: WeekPlaces(2, 2)})
    assert first_opening(offer, today=WEDNESDAY, due_by=NEXT_WEEK) == Opening(NEXT_WEEK, NEXT_WEEK)


@pytest.mark.parametrize(("due_by", "found"), [(NEXT_WEEK - timedelta(days=3), False), (NEXT_WEEK, True)])
def test_the_window_closes_on_the_deadline(due_by: date, found: bool) -> None:
    offer = Offer(per_week=2, weeks={THIS_WEEK: WeekPlaces(2, 2)})
    assert (first_opening(offer, today=WEDNESDAY, due_by=due_by) is not None) is found


def test_a_deadline_at_the_weekend_reaches_to_the_first_working_day() -> None:
    saturday = date(2026, 11, 28)
    offer = Offer(per_week=1, weeks={THIS_WEEK: WeekPlaces(1, 1)})
    assert first_opening(offer, today=WEDNESDAY, due_by=saturday) == Opening(NEXT_WEEK, NEXT_WEEK)


def test_on_a_saturday_this_week_is_over() -> None:
    saturday = date(2026, 11, 28)
    assert first_opening(Offer(per_week=1), today=saturday, due_by=saturday) == Opening(NEXT_WEEK, NEXT_WEEK)


def test_a_deadline_already_past_has_no_opening() -> None:
    assert first_opening(Offer(per_week=9), today=WEDNESDAY, due_by=WEDNESDAY - timedelta(days=1)) is None


def test_unknown_capacity_is_neither_known_nor_open() -> None:
    offer = Offer(per_week=None)
    assert not offer.is_known
    assert offer.open_in(THIS_WEEK) == 0


def test_a_single_known_week_is_open_in_that_week_only() -> None:
    offer = Offer(per_week=None, weeks={NEXT_WEEK: WeekPlaces(1, 0)})
    assert (offer.open_in(THIS_WEEK), offer.open_in(NEXT_WEEK)) == (0, 1)


@pytest.mark.parametrize(("places", "taken"), [(1, 2), (0, -1)])
def test_books_that_cannot_be_right_are_refused(places: int, taken: int) -> None:
    with pytest.raises(ValueError, match="taken"):
        WeekPlaces(places, taken)


@given(
    today=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    window_days=st.integers(0, 100),
    per_week=st.integers(0, 2),
    full_weeks=st.integers(0, 6),
)
def test_an_opening_lies_in_the_window_on_a_working_day_of_an_open_week(
    today: date, window_days: int, per_week: int, full_weeks: int
) -> None:
    first = monday_of(today)
    weeks = {first + timedelta(weeks=n): WeekPlaces(per_week, per_week) for n in range(full_weeks)}
    offer = Offer(per_week, weeks)
    due_by = today + timedelta(days=window_days)
    opening = first_opening(offer, today=today, due_by=due_by)
    if opening is not None:
        assert today <= opening.expected_on <= first_working_day_from(due_by)
        assert opening.expected_on.weekday() < 5
        assert monday_of(opening.expected_on) == opening.monday
        assert offer.open_in(opening.monday) > 0
