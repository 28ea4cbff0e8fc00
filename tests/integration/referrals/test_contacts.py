"""Every attempt to reach somebody is on record, with by when the next is due."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from referrals.alarm_selectors import alarms_open
from referrals.domain.contact import ContactOutcome, Party
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import AlarmClosed, ContactInvalid
from referrals.models import ReferralAlarm, ReferralContact
from referrals.services import alarms_raise, contact_record
from risk.models import ContactChannel
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW
from tests.integration.referrals.course import HOUR


@pytest.fixture
def alarm(screener: Actor, clinic: Organization) -> ReferralAlarm:
    course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    return ReferralAlarm.objects.get()


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return cast.actor(clinic, "coordinator")


def called(
    alarm: ReferralAlarm,
    by: Actor,
    outcome: str = "no-answer",
    party: str = "hospital",
    now: datetime = NOW + HOUR,
    submission: UUID | None = None,
) -> ReferralContact:
    return contact_record(
        alarm_id=alarm.pk,
        party=Party(party),
        channel=ContactChannel.PHONE,
        outcome=ContactOutcome(outcome),
        submission=submission or uuid4(),
        by=by,
        now=now,
    )


def test_an_attempt_says_who_called_whom_and_when_the_next_is_due(
    alarm: ReferralAlarm, coordinator: Actor
) -> None:
    contact = called(alarm, coordinator)
    assert (contact.attempted_by_id, contact.party, contact.channel, contact.outcome) == (
        coordinator.practitioner_id,
        "hospital",
        "phone",
        "no-answer",
    )
    alarm.refresh_from_db()
    assert alarm.due_at == contact.next_due_at == NOW + HOUR + timedelta(minutes=30)
    assert AuditEvent.objects.filter(detail="contact hospital phone no-answer").count() == 1


def test_a_form_sent_twice_is_one_attempt(alarm: ReferralAlarm, coordinator: Actor) -> None:
    key = uuid4()
    assert called(alarm, coordinator, submission=key) == called(alarm, coordinator, submission=key)
    assert ReferralContact.objects.count() == 1


def test_a_call_does_not_end_the_silence(alarm: ReferralAlarm, coordinator: Actor) -> None:
    called(alarm, coordinator, "reached")
    alarms_raise(now=NOW + 2 * HOUR)
    alarm.refresh_from_db()
    assert (alarm.rung, alarm.closed_at) == (2, None)


def test_a_rung_makes_a_call_due_that_was_put_off(alarm: ReferralAlarm, coordinator: Actor) -> None:
    called(alarm, coordinator, "reached", now=NOW + HOUR + timedelta(minutes=59))
    alarms_raise(now=NOW + 2 * HOUR)
    alarm.refresh_from_db()
    assert alarm.due_at == NOW + 2 * HOUR


def test_a_patient_who_will_not_go_is_a_physicians_turn(alarm: ReferralAlarm, coordinator: Actor) -> None:
    called(alarm, coordinator, "refused", party="patient")
    alarm.refresh_from_db()
    assert alarm.turn == "physician"


@pytest.mark.parametrize(
    ("party", "turn"), [("patient", "physician"), ("caretaker", "physician"), ("hospital", "coordinator")]
)
def test_that_somebody_will_not_go_is_not_forgotten_on_the_next_rung(
    alarm: ReferralAlarm, coordinator: Actor, party: str, turn: str
) -> None:
    called(alarm, coordinator, "refused", party=party)
    alarms_raise(now=NOW + 2 * HOUR)
    alarm.refresh_from_db()
    assert (alarm.rung, alarm.turn) == (2, turn)


def test_a_hospital_does_not_come(alarm: ReferralAlarm, coordinator: Actor) -> None:
    with pytest.raises(ContactInvalid):
        called(alarm, coordinator, "will-come")


def test_nobody_is_called_for_what_went_on(alarm: ReferralAlarm, coordinator: Actor) -> None:
    course.moved(alarm.referral, coordinator, Status.RECEIVED, Status.ACCEPTED, at=NOW + HOUR)
    with pytest.raises(AlarmClosed):
        called(alarm, coordinator)


def test_nobody_else_calls_and_no_other_clinic_finds_it(alarm: ReferralAlarm, screener: Actor) -> None:
    with pytest.raises(RoleRefused):
        called(alarm, screener)
    other = cast.actor(cast.clinic(), "coordinator")
    with pytest.raises(RecordNotFound):
        called(alarm, other)
    assert not alarms_open(by=other)
