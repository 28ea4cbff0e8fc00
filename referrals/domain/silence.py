"""How long each step of a referral may stay silent, and who is alarmed then: a ladder of rungs, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from referrals.domain.deadlines import SATURDAY
from risk.domain.urgency import Urgency

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Step(StrEnum):
    """What a referral waits for."""

    SEND = "send"
    ANSWER = "answer"
    APPOINTMENT = "appointment"
    ATTENDANCE = "attendance"
    REBOOK = "rebook"
    RESUME = "resume"
    LATE = "late"
    OUTCOME = "outcome"


class Rung(IntEnum):
    """How far an alarm has climbed. GIVEN_UP: a hospital's missing answer counts as a no, else a physician decides."""

    FIRST = 1
    SECOND = 2
    MANAGER = 3
    GIVEN_UP = 4


def _by_urgency(
    stat: timedelta, asap: timedelta, urgent: timedelta, routine: timedelta
) -> Mapping[Urgency, timedelta]:
    return MappingProxyType(
        {Urgency.STAT: stat, Urgency.ASAP: asap, Urgency.URGENT: urgent, Urgency.ROUTINE: routine}
    )


# Rules REFR-44 to REFR-48, REFR-56 and REFR-57; whole days are working days. Source: facts 4.9 (same day: telephone
# now; up to one working day: call back; routine: 7 and 14 days, K); the hours and days between are product policy.
ALLOWED: Final[Mapping[Step, Mapping[Urgency, timedelta]]] = MappingProxyType(
    {
        Step.SEND: _by_urgency(HOUR, 4 * HOUR, DAY, 5 * DAY),
        Step.ANSWER: _by_urgency(HOUR, 4 * HOUR, 2 * DAY, 5 * DAY),
        Step.APPOINTMENT: _by_urgency(2 * HOUR, 8 * HOUR, 3 * DAY, 10 * DAY),
        Step.ATTENDANCE: _by_urgency(HOUR, 4 * HOUR, DAY, 5 * DAY),
        Step.REBOOK: _by_urgency(0 * HOUR, 0 * HOUR, 0 * HOUR, 0 * HOUR),
        Step.RESUME: _by_urgency(HOUR, 4 * HOUR, DAY, DAY),
        Step.LATE: _by_urgency(0 * HOUR, 0 * HOUR, 0 * HOUR, 0 * HOUR),
        Step.OUTCOME: _by_urgency(DAY, 2 * DAY, 5 * DAY, 10 * DAY),
    }
)
# From one rung to the next (REFR-49).
AGAIN: Final = _by_urgency(HOUR, 4 * HOUR, DAY, 5 * DAY)
# The hospital never had the patient, so another one may (REFR-50); after any other step it might have.
GIVES_UP: Final = (Step.ANSWER,)


@dataclass(frozen=True)
class Calendar:
    """Where the clinic is: its zone, and the days on which nobody works there but for emergencies."""

    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def end_of(self, day: date) -> datetime:
        return self.start_of(day + DAY)


@dataclass(frozen=True)
class Waiting:
    """A step that is open since then. Moments are aware.

    `silent_to`: past this it may not stay silent, whatever its own time. `until`: when another silence follows it by
    itself. `confirmed`: a physician knows of it, so it is raised and climbs no further.
    """

    step: Step
    urgency: Urgency
    since: datetime
    silent_to: datetime | None = None
    until: datetime | None = None
    confirmed: bool = False

    @property
    def quiet_until(self) -> datetime | None:
        """Nobody has to call before then, since a physician knows of it."""
        return self.until if self.confirmed else None


def first_due(waiting: Waiting, calendar: Calendar) -> datetime:
    """When the silence of a step is first an alarm."""
    due = later(waiting.since, ALLOWED[waiting.step][waiting.urgency], calendar)
    return due if waiting.silent_to is None else min(due, max(waiting.since, waiting.silent_to))


def next_look(waiting: Waiting, rung: Rung, raised_at: datetime, calendar: Calendar) -> datetime | None:
    """When somebody looks again after that rung was raised then; None: nothing follows by itself."""
    last = rung is Rung.GIVEN_UP or waiting.confirmed
    climbs = None if last else next_due(waiting.urgency, raised_at, calendar)
    return min((one for one in (climbs, waiting.until) if one is not None), default=None)


def next_due(urgency: Urgency, raised_at: datetime, calendar: Calendar) -> datetime:
    """When the next rung follows the one that was raised then.

    From when it was raised and not from when it was due: after a standstill, or with a clock that jumped, nothing
    climbs the whole ladder at once, and nobody is given up who was not asked.
    """
    return later(raised_at, AGAIN[urgency], calendar)


def later(moment: datetime, by: timedelta, calendar: Calendar) -> datetime:
    """`moment` plus hours, or plus whole days that are working days, at the same time of the clinic's day.

    What begins on a day off begins with the next working day, so that nothing later is due earlier.
    """
    if by < DAY:
        return moment + by
    local = moment.astimezone(calendar.zone)
    day, at = local.date(), local.time()
    if not calendar.is_working(day):
        day, at = _working_day_from(day, calendar), time()
    for _ in range(by.days):
        day = _working_day_from(day + DAY, calendar)
    return datetime.combine(day, at, calendar.zone)


def _working_day_from(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day += DAY
    return day
