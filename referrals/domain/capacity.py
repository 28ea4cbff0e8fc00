"""Whether a hospital has a place in time. Places are counted per calendar week and urgency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from referrals.domain.deadlines import first_working_day_from
from referrals.domain.hours import UNKNOWN_HOURS, Hours, open_days


@dataclass(frozen=True)
class WeekPlaces:
    """One week's places of one urgency, where it differs from the standing offer or some are taken."""

    places: int
    taken: int

    def __post_init__(self) -> None:
        if not 0 <= self.taken <= self.places:
            raise ValueError(f"taken {self.taken} must lie in 0..{self.places}")

    @property
    def open(self) -> int:
        return self.places - self.taken


@dataclass(frozen=True)
class Offer:
    """A hospital's places for one urgency. `per_week` None: nobody told us, which is not zero and not open.

    `weeks` maps the Monday of a week to what is known of that very week.
    """

    per_week: int | None
    weeks: Mapping[date, WeekPlaces] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        return self.per_week is not None or bool(self.weeks)

    def open_in(self, monday: date) -> int:
        """Open places in the week of that Monday; 0 when it is not known."""
        week = self.weeks.get(monday)
        return week.open if week is not None else (self.per_week or 0)

    def taken_share(self, monday: date) -> float:
        """0 to 1: how much of the week is taken; a week that nobody took a place of is empty."""
        week = self.weeks.get(monday)
        return week.taken / week.places if week is not None and week.places else 0.0


@dataclass(frozen=True)
class Opening:
    """The first place in time: its week and the first day in it that lies ahead."""

    monday: date
    expected_on: date


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_opening(offer: Offer, *, today: date, due_by: date, hours: Hours = UNKNOWN_HOURS) -> Opening | None:
    """The first open place from today to the first working day from the deadline (REFR-16); None when none.

    A place counts only on a day on which the hospital opens (REFR-30).
    """
    latest = last_day(due_by, hours)
    monday = monday_of(today)
    while max(monday, today) <= latest:
        expected_on = first_day_open(hours, monday, today) if offer.open_in(monday) > 0 else None
        if expected_on is not None and expected_on <= latest:
            return Opening(monday, expected_on)
        monday += timedelta(days=7)
    return None


def first_day_open(hours: Hours, monday: date, today: date) -> date | None:
    """The first day of a week, from `today`, on which the hospital opens."""
    return next(open_days(hours, max(monday, today), monday + timedelta(days=6)), None)


def last_day(due_by: date, hours: Hours) -> date:
    """The first working day from the deadline that is no public holiday."""
    day = first_working_day_from(due_by)
    while day in hours.holidays:
        day = first_working_day_from(day + timedelta(days=1))
    return day
