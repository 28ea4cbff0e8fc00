"""A hospital that does not answer, a patient of whom nobody hears: somebody is alarmed, once a rung."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from records.actor import Actor
from records.models import AuditEvent, Organization, WorkItem
from referrals.domain.status import ReferralStatus as Status
from referrals.models import AlarmRung, Referral, ReferralAlarm
from referrals.services import alarms_raise, appointment_missed
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW
from tests.integration.referrals.course import HOUR


def rungs() -> list[tuple[int, str]]:
    return list(AlarmRung.objects.order_by("pk").values_list("rung", "turn"))


def open_steps() -> list[str]:
    return list(ReferralAlarm.objects.filter(closed_at=None).values_list("step", flat=True))


def held_and_back(referral: Referral, by: Actor, at: datetime) -> None:
    course.moved(referral, by, Status.ON_HOLD, at=at, reason="the patient travels")
    assert "rebook" not in open_steps() and "attendance" not in open_steps()
    course.moved(referral, by, Status.ACCEPTED, at=at)


def test_before_its_time_nobody_is_alarmed(screener: Actor, clinic: Organization) -> None:
    course.sent(screener, clinic, "stat", 0)
    assert alarms_raise(now=NOW + HOUR - timedelta(seconds=1)) == 0
    assert not ReferralAlarm.objects.exists()


def test_an_emergency_without_an_answer_climbs_rung_by_rung_and_is_given_up_the_same_day(
    screener: Actor, clinic: Organization
) -> None:
    referral = course.sent(screener, clinic, "stat", 0)
    for hour in (1, 2, 3, 4):
        alarms_raise(now=NOW + hour * HOUR)
    assert rungs() == [(1, "coordinator"), (2, "coordinator"), (3, "administrator"), (4, "physician")]
    referral.refresh_from_db()
    last = referral.history.latest("pk")
    assert (referral.status, last.code, last.actor) == ("failed", "no-answer", "software:referrals.alarms")
    assert WorkItem.objects.filter(kind="referrals.rematch_referral", key=referral.pk).exists()
    assert ReferralAlarm.objects.get().closed_at is not None


def test_looking_again_at_the_same_moment_alarms_nobody_twice(screener: Actor, clinic: Organization) -> None:
    course.sent(screener, clinic, "stat", 0)
    for _ in range(3):
        alarms_raise(now=NOW + HOUR)
    assert rungs() == [(1, "coordinator")]


def test_after_a_standstill_or_a_clock_that_jumped_only_one_rung_is_climbed(
    screener: Actor, clinic: Organization
) -> None:
    referral = course.sent(screener, clinic, "stat", 0)
    jumped = NOW + timedelta(days=400)
    for _ in range(3):
        alarms_raise(now=jumped)
    assert rungs() == [(1, "coordinator")]
    referral.refresh_from_db()
    assert referral.status == "requested"


def test_a_clock_that_is_set_back_takes_nothing_back_and_raises_nothing(
    screener: Actor, clinic: Organization
) -> None:
    course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    assert alarms_raise(now=NOW - timedelta(days=3)) == 0
    assert rungs() == [(1, "coordinator")]


def test_an_answer_ends_the_alarm_and_another_silence_is_another_alarm(
    screener: Actor, clinic: Organization
) -> None:
    referral = course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    coordinator = cast.actor(clinic, "coordinator")
    course.moved(referral, coordinator, Status.RECEIVED, Status.ACCEPTED, at=NOW + 2 * HOUR)
    assert not ReferralAlarm.objects.filter(closed_at=None).exists()
    alarms_raise(now=NOW + 4 * HOUR)
    assert list(ReferralAlarm.objects.order_by("pk").values_list("step", "rung")) == [
        ("answer", 1),
        ("appointment", 1),
    ]


def test_the_program_that_fetched_the_question_has_not_answered_it(
    screener: Actor, clinic: Organization
) -> None:
    referral = course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    course.moved(referral, cast.actor(clinic, "coordinator"), Status.RECEIVED, at=NOW + HOUR)
    alarms_raise(now=NOW + 2 * HOUR)
    assert rungs() == [(1, "coordinator"), (2, "coordinator")]


def test_what_nobody_sends_alarms_us_and_is_never_given_up(screener: Actor) -> None:
    referral = course.proposed(screener, "stat", 0)
    for hour in range(1, 9):
        alarms_raise(now=NOW + hour * HOUR)
    referral.refresh_from_db()
    assert (referral.status, len(rungs()), referral.alarm_at) == ("proposed", 4, None)
    assert ReferralAlarm.objects.get().turn == "physician"


def test_nobody_has_to_be_called_for_what_is_closed(screener: Actor, clinic: Organization) -> None:
    referral = course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    course.moved(referral, cast.actor(clinic, "coordinator"), Status.CANCELLED, reason="went by herself")
    assert not ReferralAlarm.objects.filter(closed_at=None).exists()
    assert alarms_raise(now=NOW + timedelta(days=9)) == 0


def test_a_missed_appointment_is_on_the_list_again_after_a_hold(
    screener: Actor, clinic: Organization
) -> None:
    coordinator = cast.actor(clinic, "coordinator")
    referral = course.booked(course.accepted(screener, clinic, "stat", 0), coordinator, NOW + HOUR)
    appointment_missed(referral_id=referral.pk, by=coordinator, now=NOW + 2 * HOUR)
    alarms_raise(now=NOW + 2 * HOUR)
    held_and_back(referral, coordinator, NOW + 3 * HOUR)
    assert ReferralAlarm.objects.get(step="rebook").closed_at is None
    alarms_raise(now=NOW + 4 * HOUR)
    assert (ReferralAlarm.objects.get(step="rebook").rung, open_steps()) == (2, ["rebook"])


def test_what_was_given_up_is_the_physicians_again_after_a_hold(
    screener: Actor, clinic: Organization
) -> None:
    coordinator = cast.actor(clinic, "coordinator")
    referral = course.booked(course.accepted(screener, clinic, "stat", 0), coordinator, NOW + HOUR)
    for hour in range(2, 6):
        alarms_raise(now=NOW + hour * HOUR)
    held_and_back(referral, coordinator, NOW + 6 * HOUR)
    alarm = ReferralAlarm.objects.get(closed_at=None)
    assert (alarm.step, alarm.rung, alarm.turn) == ("attendance", 4, "physician")


def test_an_alarm_that_was_closed_is_raised_open(screener: Actor, clinic: Organization) -> None:
    course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    ReferralAlarm.objects.update(closed_at=NOW + HOUR)
    alarms_raise(now=NOW + 2 * HOUR)
    assert open_steps() == ["answer"]


def test_every_alarm_is_audited_without_a_name(screener: Actor, clinic: Organization) -> None:
    course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    event = AuditEvent.objects.get(entity=f"referrals.referralalarm:{ReferralAlarm.objects.get().pk}")
    assert event.detail == "answer stat rung 1: coordinator"


def test_one_sweep_looks_at_all_that_are_due(screener: Actor, clinic: Organization) -> None:
    for _ in range(3):
        course.sent(screener, clinic, "stat", 0)
    assert alarms_raise(now=NOW + HOUR) == 3
    assert ReferralAlarm.objects.count() == 3


def test_one_that_cannot_be_looked_at_keeps_no_other_from_its_alarm(
    screener: Actor, clinic: Organization
) -> None:
    for _ in range(3):
        course.sent(screener, clinic, "stat", 0)
    elsewhere = cast.clinic()
    Organization.objects.filter(pk=elsewhere.pk).update(time_zone="Nowhere/At-All")
    bad = Referral.objects.earliest("pk")
    Referral.objects.filter(pk=bad.pk).update(organization=elsewhere, alarm_at=NOW)
    assert alarms_raise(now=NOW + HOUR) == 2
    assert ReferralAlarm.objects.filter(closed_at=None).count() == 2


def test_an_open_alarm_of_another_silence_keeps_no_new_one_from_the_list(
    screener: Actor, clinic: Organization
) -> None:
    course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    ReferralAlarm.objects.update(begun_at=NOW - HOUR)
    assert alarms_raise(now=NOW + 2 * HOUR) == 1
    assert list(ReferralAlarm.objects.filter(closed_at=None).values_list("begun_at", flat=True)) == [NOW]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_beside_each_other_alarm_once(screener: Actor, clinic: Organization) -> None:
    for _ in range(4):
        course.sent(screener, clinic, "stat", 0)

    def sweep() -> None:
        alarms_raise(now=NOW + HOUR)
        connection.close()

    threads = [Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rungs() == [(1, "coordinator")] * 4


def test_the_database_keeps_one_alarm_for_one_silence(screener: Actor, clinic: Organization) -> None:
    course.sent(screener, clinic, "stat", 0)
    alarms_raise(now=NOW + HOUR)
    again = ReferralAlarm.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError, match="alarm_"), transaction.atomic():
        again.save(force_insert=True)


def test_the_database_lets_nothing_closed_wait(screener: Actor, clinic: Organization) -> None:
    referral = course.sent(screener, clinic)
    with pytest.raises(IntegrityError, match="referral_closed_waits_for_nothing"), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(status="failed")
