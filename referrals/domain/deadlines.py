"""By when a referral must have been seen."""

from datetime import date, timedelta

from risk.domain.urgency import Urgency

SATURDAY = 5
# No appointment and no hold is farther ahead: such a year was mistyped, and nobody would be called before it comes.
FARTHEST = timedelta(days=2 * 365)

# Used only when the assessment gave no date (REFR-22).
# Source: facts 3.1: same day [V NICE NG136], 1 working day [V NICE NG82], 2 weeks and 13 weeks [V NHS DES].
DUE_DAYS: dict[Urgency, int] = {
    Urgency.STAT: 0,
    Urgency.ASAP: 1,
    Urgency.URGENT: 14,
    Urgency.ROUTINE: 91,
}


def due_by(urgency: Urgency, *, requested_on: date, given: date | None) -> date:
    """The deadline: the assessment's own date, else that of the urgency."""
    return given if given is not None else requested_on + timedelta(days=DUE_DAYS[urgency])


def too_far(day: date, *, today: date) -> bool:
    """Whether nobody can mean this day."""
    return abs(day - today) > FARTHEST


def is_late(day: date, due_by: date) -> bool:
    """Whether a patient who waits to that day is seen too late; the deadline's own day is in time (REFR-57)."""
    return day > due_by


def first_working_day_from(day: date) -> date:
    """`day` itself, or the Monday after a weekend (public holidays are not known here)."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)
