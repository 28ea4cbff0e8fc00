"""Who is called about a referral that stays silent, what comes of it, and whose turn it is then."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from referrals.domain.silence import AGAIN, DAY, Calendar, Rung, Step, later
from risk.domain.urgency import Urgency


class Party(StrEnum):
    """CLINIC: nobody is called, the step is our own."""

    HOSPITAL = "hospital"
    PATIENT = "patient"
    CARETAKER = "caretaker"
    CLINIC = "clinic"


class ContactOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    WILL_COME = "will-come"
    REFUSED = "refused"


PARTY_OF: Final[Mapping[Step, Party]] = MappingProxyType(
    {
        Step.SEND: Party.CLINIC,
        Step.ANSWER: Party.HOSPITAL,
        Step.APPOINTMENT: Party.HOSPITAL,
        Step.ATTENDANCE: Party.PATIENT,
        Step.REBOOK: Party.PATIENT,
        Step.RESUME: Party.HOSPITAL,
        Step.LATE: Party.HOSPITAL,
        Step.OUTCOME: Party.HOSPITAL,
    }
)
# Whose turn an alarm is by its rung (REFR-49): values of records.models.Role.
COORDINATOR, MANAGER, PHYSICIAN = "coordinator", "administrator", "physician"
TURN_OF: Final[Mapping[Rung, str]] = MappingProxyType(
    {
        Rung.FIRST: COORDINATOR,
        Rung.SECOND: COORDINATOR,
        Rung.MANAGER: MANAGER,
        Rung.GIVEN_UP: PHYSICIAN,
    }
)
# The appointment that is missed for the third time makes a physician decide what else can be done (REFR-52).
MISSED_TO_PHYSICIAN: Final = 3
# After nobody answered (REFR-51); whole days are working days.
TRY_AGAIN: Final[Mapping[Urgency, timedelta]] = MappingProxyType(
    {
        Urgency.STAT: timedelta(minutes=30),
        Urgency.ASAP: timedelta(hours=2),
        Urgency.URGENT: DAY,
        Urgency.ROUTINE: 2 * DAY,
    }
)


def turn_of(step: Step, rung: Rung, *, missed: int = 0, refused: bool = False) -> str:
    """The role whose turn an alarm is.

    `missed`: appointments that the person did not keep. `refused`: the person said that they will not go.
    """
    third = step is Step.REBOOK and missed >= MISSED_TO_PHYSICIAN
    return PHYSICIAN if third or refused else TURN_OF[rung]


def next_attempt(outcome: ContactOutcome, urgency: Urgency, *, now: datetime, calendar: Calendar) -> datetime:
    """When somebody is to be called next (REFR-51): at once where another number or another person must be found."""
    if outcome in (ContactOutcome.WRONG_NUMBER, ContactOutcome.REFUSED):
        return now
    waits = TRY_AGAIN if outcome is ContactOutcome.NO_ANSWER else AGAIN
    return later(now, waits[urgency], calendar)
