"""An appointment is booked, missed, and booked again; the third time a physician decides."""

from datetime import UTC, datetime, timedelta

import pytest

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import Organization
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import AppointmentInvalid, AppointmentMissing, IllegalTransition, ReferralChanged
from referrals.models import Referral, ReferralAlarm
from referrals.services import alarms_raise, appointment_book, appointment_missed
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW

DAY = timedelta(days=1)


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return cast.actor(clinic, "coordinator")


@pytest.fixture
def referral(screener: Actor, clinic: Organization) -> Referral:
    return course.accepted(screener, clinic)


def test_a_missed_appointment_is_called_about_at_once_and_booked_again(
    referral: Referral, coordinator: Actor
) -> None:
    course.booked(referral, coordinator, NOW + DAY)
    appointment_missed(referral_id=referral.pk, by=coordinator, now=NOW + 2 * DAY, reason="no bus")
    alarms_raise(now=NOW + 2 * DAY)
    alarm = ReferralAlarm.objects.get()
    assert (alarm.step, alarm.turn, alarm.due_at) == ("rebook", "coordinator", NOW + 2 * DAY)
    again = course.booked(referral, coordinator, NOW + 5 * DAY, at=NOW + 2 * DAY)
    assert again.status == "accepted"
    assert not ReferralAlarm.objects.filter(closed_at=None).exists()
    assert list(referral.appointments.order_by("pk").values_list("status", flat=True)) == ["noshow", "booked"]
    assert list(referral.history.order_by("pk").values_list("code", flat=True))[-3:] == [
        "booked",
        "did-not-attend",
        "booked",
    ]


def test_the_third_missed_appointment_goes_to_a_physician(referral: Referral, coordinator: Actor) -> None:
    for number in range(3):
        day = NOW + 3 * number * DAY
        course.booked(referral, coordinator, day + DAY, at=day)
        appointment_missed(referral_id=referral.pk, by=coordinator, now=day + 2 * DAY)
        alarms_raise(now=day + 2 * DAY)
    turns = ReferralAlarm.objects.order_by("pk").values_list("turn", flat=True)
    assert list(turns) == ["coordinator", "coordinator", "physician"]


@pytest.mark.parametrize("far", [datetime.max.replace(tzinfo=UTC), NOW + timedelta(days=732)])
def test_an_appointment_in_a_mistyped_year_is_refused(
    referral: Referral, coordinator: Actor, far: datetime
) -> None:
    with pytest.raises(AppointmentInvalid, match="check the year"):
        course.booked(referral, coordinator, far)


def test_of_one_that_is_still_to_come_nobody_can_have_missed_it(
    referral: Referral, coordinator: Actor
) -> None:
    with pytest.raises(AppointmentMissing):
        appointment_missed(referral_id=referral.pk, by=coordinator, now=NOW)
    course.booked(referral, coordinator, NOW + DAY)
    with pytest.raises(AppointmentMissing):
        appointment_missed(referral_id=referral.pk, by=coordinator, now=NOW)


def test_an_appointment_is_in_the_future_and_only_for_an_accepted_patient(
    referral: Referral, coordinator: Actor, screener: Actor, clinic: Organization
) -> None:
    with pytest.raises(AppointmentInvalid):
        course.booked(referral, coordinator, NOW)
    waiting = course.sent(screener, clinic)
    with pytest.raises(IllegalTransition):
        course.booked(waiting, coordinator, NOW + DAY)


def test_another_appointment_takes_the_place_of_the_one_before(
    referral: Referral, coordinator: Actor
) -> None:
    for days in (1, 2):
        course.booked(referral, coordinator, NOW + days * DAY)
    assert list(referral.appointments.order_by("pk").values_list("status", flat=True)) == [
        "cancelled",
        "booked",
    ]


def test_whoever_is_treated_has_come(referral: Referral, coordinator: Actor) -> None:
    course.booked(referral, coordinator, NOW + DAY)
    course.moved(referral, coordinator, Status.IN_PROGRESS, at=NOW + DAY)
    assert referral.appointments.get().status == "fulfilled"


def test_nobody_else_books_and_no_other_clinic_finds_it(
    referral: Referral, screener: Actor, coordinator: Actor
) -> None:
    details = {"referral_id": referral.pk, "starts_at": NOW + DAY, "now": NOW}
    with pytest.raises(RoleRefused):
        appointment_book(by=screener, **details)
    with pytest.raises(RecordNotFound):
        appointment_book(by=cast.actor(cast.clinic(), "coordinator"), **details)
    with pytest.raises(ReferralChanged):
        appointment_book(by=coordinator, seen="1", **details)
