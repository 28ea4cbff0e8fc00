from datetime import date

import pytest

from referrals.domain.deadlines import due_by, first_working_day_from
from risk.domain.urgency import Urgency

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Urgency.STAT, date(2026, 11, 23)),
        (Urgency.ASAP, date(2026, 11, 24)),
        (Urgency.URGENT, date(2026, 12, 7)),
        (Urgency.ROUTINE, date(2027, 2, 22)),
    ],
)
def test_without_a_date_the_urgency_sets_it(urgency: Urgency, expected: date) -> None:
    assert due_by(urgency, requested_on=MONDAY, given=None) == expected


def test_the_date_of_the_assessment_stands() -> None:
    assert due_by(Urgency.ROUTINE, requested_on=MONDAY, given=date(2026, 12, 1)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_a_weekend_moves_to_the_monday_after(day: date, expected: date) -> None:
    assert first_working_day_from(day) == expected
