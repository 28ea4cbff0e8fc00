"""How long a supply keeps, and when its user should be better."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.formulary import FORMULARY, PROPOSED, entry_by_code
from pharmacy.domain.keeping import keeping, see_doctor_on

RELEASED = date(2026, 11, 27)
LATE = date(2029, 1, 31)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


def test_an_opened_bottle_is_thrown_away_28_days_after_the_release() -> None:
    kept = keeping(entry_by_code("ketotifen-0.025"), released_on=RELEASED, expiry=LATE)
    assert (kept.throw_away_on, kept.opened_days, kept.single_dose) == (date(2026, 12, 25), 28, False)


@pytest.mark.parametrize(("expiry", "day"), [("2026-12-25", "2026-12-25"), ("2026-12-24", "2026-12-24")])
def test_an_opened_bottle_is_never_kept_beyond_its_expiry(expiry: str, day: str) -> None:
    kept = keeping(entry_by_code("hypromellose-0.3"), released_on=RELEASED, expiry=date.fromisoformat(expiry))
    assert kept.throw_away_on == date.fromisoformat(day)


def test_a_single_dose_is_not_kept_opened_and_its_box_lasts_to_the_expiry() -> None:
    kept = keeping(entry_by_code("carmellose-0.5-unit-dose"), released_on=RELEASED, expiry=LATE)
    assert (kept.throw_away_on, kept.opened_days, kept.single_dose) == (LATE, None, True)


def test_capsules_last_to_the_expiry() -> None:
    kept = keeping(entry_by_code("areds2"), released_on=RELEASED, expiry=LATE)
    assert (kept.throw_away_on, kept.single_dose) == (LATE, False)


@given(code=st.sampled_from([entry.code for entry in FORMULARY]), released_on=DAYS, expiry=DAYS)
def test_nothing_is_kept_beyond_its_expiry(code: str, released_on: date, expiry: date) -> None:
    assert keeping(entry_by_code(code), released_on=released_on, expiry=expiry).throw_away_on <= expiry


@pytest.mark.parametrize("code", [entry.code for entry in PROPOSED])
def test_a_complaint_that_is_not_better_after_72_hours_is_seen_by_a_doctor(code: str) -> None:
    assert see_doctor_on(entry_by_code(code), released_on=RELEASED) == RELEASED + timedelta(hours=72)


def test_a_supplement_makes_no_complaint_better_in_three_days() -> None:
    assert see_doctor_on(entry_by_code("areds2"), released_on=RELEASED) is None
