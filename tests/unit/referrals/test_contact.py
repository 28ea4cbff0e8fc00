from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from records.models import Role
from referrals.domain.contact import MISSED_TO_PHYSICIAN, PARTY_OF, TRY_AGAIN, TURN_OF, next_attempt, turn_of
from referrals.domain.contact import ContactOutcome as Outcome
from referrals.domain.silence import Calendar, Rung, Step
from risk.domain.urgency import Urgency

CALENDAR = Calendar(ZoneInfo("Asia/Seoul"))
THURSDAY = datetime(2026, 11, 26, 14, 0, tzinfo=CALENDAR.zone)


@pytest.mark.parametrize(
    ("urgency", "waits"),
    [
        (Urgency.STAT, timedelta(minutes=30)),
        (Urgency.ASAP, timedelta(hours=2)),
        (Urgency.URGENT, timedelta(days=1)),
        (Urgency.ROUTINE, timedelta(days=4)),  # two working days, over a weekend
    ],
)
def test_where_nobody_answered_somebody_calls_again(urgency: Urgency, waits: timedelta) -> None:
    assert next_attempt(Outcome.NO_ANSWER, urgency, now=THURSDAY, calendar=CALENDAR) == THURSDAY + waits


def test_the_table_is_what_was_agreed() -> None:
    minutes = {str(urgency): waits.total_seconds() / 60 for urgency, waits in TRY_AGAIN.items()}
    assert minutes == {"stat": 30, "asap": 120, "urgent": 1440, "routine": 2880}


@pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.REFUSED])
def test_a_wrong_number_and_a_refusal_are_due_at_once(outcome: Outcome) -> None:
    assert next_attempt(outcome, Urgency.ROUTINE, now=THURSDAY, calendar=CALENDAR) == THURSDAY


def test_whoever_was_reached_has_as_long_as_from_rung_to_rung() -> None:
    for outcome in (Outcome.REACHED, Outcome.WILL_COME):
        due = next_attempt(outcome, Urgency.STAT, now=THURSDAY, calendar=CALENDAR)
        assert due == THURSDAY + timedelta(hours=1)


def test_the_coordinator_is_asked_twice_then_the_administrator_then_a_physician() -> None:
    assert [turn_of(Step.ANSWER, rung) for rung in Rung] == [
        Role.COORDINATOR,
        Role.COORDINATOR,
        Role.ADMINISTRATOR,
        Role.PHYSICIAN,
    ]
    assert set(TURN_OF) == set(Rung)


@pytest.mark.parametrize(("missed", "turn"), [(2, Role.COORDINATOR), (3, Role.PHYSICIAN)])
def test_the_third_appointment_that_is_missed_goes_to_a_physician(missed: int, turn: Role) -> None:
    assert turn_of(Step.REBOOK, Rung.FIRST, missed=missed) == turn
    assert turn_of(Step.ANSWER, Rung.FIRST, missed=missed) == Role.COORDINATOR
    assert MISSED_TO_PHYSICIAN == 3


def test_a_refusal_is_a_physicians_turn() -> None:
    assert turn_of(Step.REBOOK, Rung.FIRST, refused=True) == Role.PHYSICIAN


def test_every_step_says_who_is_called() -> None:
    assert set(PARTY_OF) == set(Step)
