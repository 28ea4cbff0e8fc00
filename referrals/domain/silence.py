"""How long each step of a referral may stay silent, and who is alarmed then: a ladder of rungs, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from referrals.domain.deadlines import SATURDAY
from referrals.domain.status import UNSENT, ReferralStatus
from risk.domain.urgency import Urgency

_S = ReferralStatus
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Step(StrEnum):
    """What a referral waits for."""

    SEND = "send"
    ANSWER = "answer"
    APPOINTMENT = "appointment"
    ATTENDANCE = "attendance"
    REBOOK = "rebook"
    RESUME = "resume"
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


# Rules REFR-44 to REFR-48; whole days are working days. Source: facts 4.9 (same day: telephone now; up to one working
# day: call back; routine: 7 and 14 days, K); the hours and days between are product policy.
ALLOWED: Final[Mapping[Step, Mapping[Urgency, timedelta]]] = MappingProxyType(
    {
        Step.SEND: _by_urgency(HOUR, 4 * HOUR, DAY, 5 * DAY),
        Step.ANSWER: _by_urgency(HOUR, 4 * HOUR, 2 * DAY, 5 * DAY),
        Step.APPOINTMENT: _by_urgency(2 * HOUR, 8 * HOUR, 3 * DAY, 10 * DAY),
        Step.ATTENDANCE: _by_urgency(HOUR, 4 * HOUR, DAY, 5 * DAY),
        Step.REBOOK: _by_urgency(0 * HOUR, 0 * HOUR, 0 * HOUR, 0 * HOUR),
        Step.RESUME: _by_urgency(HOUR, 4 * HOUR, DAY, DAY),
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

    def end_of(self, day: date) -> datetime:
        return datetime.combine(day + DAY, time(), self.zone)


@dataclass(frozen=True)
class Course:
    """Where a referral stands. Moments are aware.

    `entered_at`: when it came to its status, of *received* when it was sent. `appointment_at`: the one that is booked.
    `missed_at`: when the last one was told missed, while no other is booked. `held_until`: the last day on hold.
    """

    status: ReferralStatus
    urgency: Urgency
    decided_at: datetime
    entered_at: datetime
    appointment_at: datetime | None = None
    missed_at: datetime | None = None
    held_until: date | None = None


@dataclass(frozen=True)
class Waiting:
    """A step that is open since then."""

    step: Step
    urgency: Urgency
    since: datetime


def waiting_for(course: Course, calendar: Calendar) -> Waiting | None:
    """The one step that a referral waits for; None once it is closed."""
    found = _step(course, calendar)
    return Waiting(found[0], course.urgency, found[1]) if found else None


def _step(course: Course, calendar: Calendar) -> tuple[Step, datetime] | None:
    status = course.status
    if status in UNSENT:
        return Step.SEND, course.decided_at
    if status in (_S.REQUESTED, _S.RECEIVED):
        return Step.ANSWER, course.entered_at
    if status is _S.ACCEPTED:
        return _visit(course)
    if status is _S.ON_HOLD:
        until = course.held_until
        return Step.RESUME, calendar.end_of(until) if until else course.entered_at
    return (Step.OUTCOME, course.entered_at) if status is _S.IN_PROGRESS else None


def _visit(course: Course) -> tuple[Step, datetime]:
    if course.appointment_at is not None:
        return Step.ATTENDANCE, course.appointment_at
    if course.missed_at is not None:
        return Step.REBOOK, course.missed_at
    return Step.APPOINTMENT, course.entered_at


def first_due(waiting: Waiting, calendar: Calendar) -> datetime:
    """When the silence of a step is first an alarm."""
    return later(waiting.since, ALLOWED[waiting.step][waiting.urgency], calendar)


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
