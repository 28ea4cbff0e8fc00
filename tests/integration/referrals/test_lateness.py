"""A date after the deadline is called about at once, and on the deadline's day again, however it was set."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from records.selectors import local_date
from referrals.alarm_selectors import calendar_of
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import IllegalTransition, ReasonMissing, ReferralChanged, ReferralError
from referrals.models import AlarmRung, Referral, ReferralAlarm
from referrals.services import (
    alarms_raise,
    appointment_book,
    appointment_missed,
    late_date_keep,
    referral_move,
)
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW
from tests.integration.referrals.course import HOUR
from tests.integration.referrals.test_courses import Undone

DAY = timedelta(days=1)
FAR = NOW + 300 * DAY
Set = Callable[..., Referral]


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return cast.actor(clinic, "coordinator")


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, "physician")


@pytest.fixture
def referral(screener: Actor, clinic: Organization) -> Referral:
    return course.accepted(screener, clinic)


def due_day(referral: Referral) -> datetime:
    return calendar_of(referral.organization, NOW.year).start_of(referral.due_by)


def booked_late(referral: Referral, by: Actor, *, at: datetime = NOW, reason: str = "") -> Referral:
    return appointment_book(referral_id=referral.pk, starts_at=FAR, by=by, now=at, late_reason=reason)


def held_late(referral: Referral, by: Actor, *, reason: str = "") -> Referral:
    far = {"held_until": FAR.date(), "late_reason": reason}
    return course.moved(referral, by, Status.ON_HOLD, reason="the patient travels", **far)


def open_alarms() -> list[tuple[str, int, str]]:
    return list(ReferralAlarm.objects.filter(closed_at=None).values_list("step", "rung", "turn"))


def swept(now: datetime) -> list[tuple[str, int, str]]:
    alarms_raise(now=now)
    return open_alarms()


@pytest.mark.parametrize("set_late", [booked_late, held_late])
def test_a_late_date_is_called_about_at_once(referral: Referral, coordinator: Actor, set_late: Set) -> None:
    set_late(referral, coordinator)
    assert swept(NOW) == [("late", 1, "coordinator")]


@pytest.mark.parametrize("set_late", [booked_late, held_late])
def test_with_a_reason_it_is_called_about_on_the_day_of_the_deadline(
    referral: Referral, coordinator: Actor, set_late: Set
) -> None:
    set_late(referral, coordinator, reason="the only laser is repaired until then")
    last = referral.history.latest("pk")
    assert (last.code, last.reason) == ("late-kept", "the only laser is repaired until then")
    assert swept(due_day(referral) - timedelta(seconds=1)) == []
    assert swept(due_day(referral)) == [("late", 1, "coordinator")]


def test_what_climbed_to_the_physician_before_is_called_about_again_on_the_day(
    referral: Referral, coordinator: Actor
) -> None:
    booked_late(referral, coordinator)
    now = NOW
    while now < due_day(referral) - DAY:
        swept(now)
        now += DAY
    assert open_alarms() == [("late", 4, "physician")]
    assert swept(due_day(referral)) == [("late", 1, "coordinator")]


def test_an_appointment_in_time_raises_nothing(referral: Referral, coordinator: Actor) -> None:
    course.booked(referral, coordinator, NOW + 2 * DAY)
    assert swept(NOW + DAY) == []


def test_an_earlier_appointment_ends_the_alarm(referral: Referral, coordinator: Actor) -> None:
    booked_late(referral, coordinator)
    swept(NOW)
    course.booked(referral, coordinator, NOW + 2 * DAY, at=NOW + HOUR)
    assert open_alarms() == []


def test_a_hold_of_a_late_appointment_is_another_date(referral: Referral, coordinator: Actor) -> None:
    booked_late(referral, coordinator)
    held_late(referral, coordinator, reason="travels")
    assert swept(NOW + HOUR) == []
    course.moved(referral, coordinator, Status.ACCEPTED, at=NOW + 2 * HOUR)
    assert swept(NOW + 2 * HOUR) == [("late", 1, "coordinator")]


def test_an_emergency_is_called_about_the_same_day_whatever_is_said(
    screener: Actor, clinic: Organization, coordinator: Actor
) -> None:
    booked_late(course.accepted(screener, clinic, "stat", 0), coordinator, reason="full")
    for hour, turn in enumerate(("coordinator", "coordinator", "administrator", "physician")):
        assert swept(NOW + hour * HOUR) == [("late", hour + 1, turn)]


def test_a_reason_that_is_given_later_ends_the_alarm_until_the_day(
    referral: Referral, coordinator: Actor
) -> None:
    booked_late(referral, coordinator)
    swept(NOW)
    late_date_keep(referral_id=referral.pk, by=coordinator, now=NOW + HOUR, reason="no other laser")
    assert swept(NOW + 5 * DAY) == []
    assert swept(due_day(referral)) == [("late", 1, "coordinator")]


def test_on_the_day_a_coordinator_s_reason_does_not_keep_it_from_the_physician(
    referral: Referral, coordinator: Actor
) -> None:
    booked_late(referral, coordinator)
    day = due_day(referral)
    swept(day)
    late_date_keep(referral_id=referral.pk, by=coordinator, now=day + HOUR, reason="no other laser")
    for days in range(8):
        swept(day + days * DAY)
    assert open_alarms() == [("late", 4, "physician")]


def test_a_physician_s_word_keeps_it_on_the_list_and_calls_nobody_more(
    referral: Referral, coordinator: Actor, physician: Actor
) -> None:
    booked_late(referral, coordinator)
    day = due_day(referral)
    swept(day)
    late_date_keep(referral_id=referral.pk, by=physician, now=day + HOUR, reason="seen by us, stable")
    assert swept(day + 60 * DAY) == [("late", 1, "coordinator")]
    assert ReferralAlarm.objects.get(closed_at=None).due_at > FAR
    assert AlarmRung.objects.count() == 1
    assert swept(FAR + 10 * DAY) == [("attendance", 1, "coordinator")]


def test_the_reason_is_audited(referral: Referral, coordinator: Actor) -> None:
    booked_late(referral, coordinator, reason="no other laser")
    entity = f"referrals.referral:{referral.pk}"
    assert AuditEvent.objects.filter(entity=entity, reason="late-kept: no other laser").exists()


def test_only_a_late_date_is_kept_and_only_with_a_reason_by_who_may(
    referral: Referral, coordinator: Actor, screener: Actor
) -> None:
    given = {"referral_id": referral.pk, "now": NOW, "reason": "why"}
    with pytest.raises(IllegalTransition):
        late_date_keep(by=coordinator, **given)
    booked_late(referral, coordinator)
    with pytest.raises(ReasonMissing):
        late_date_keep(by=coordinator, **given | {"reason": " "})
    with pytest.raises(RoleRefused):
        late_date_keep(by=screener, **given)
    with pytest.raises(RecordNotFound):
        late_date_keep(by=cast.actor(cast.clinic(), "coordinator"), **given)
    with pytest.raises(ReferralChanged):
        late_date_keep(by=coordinator, seen="1", **given)


ACTS = st.tuples(
    st.sampled_from(["book", "hold", "resume", "miss", "keep", "sweep"]),
    st.integers(1, 700),
    st.booleans(),
    st.integers(0, 24 * 30),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=1, max_size=12))
def test_whatever_is_set_one_that_is_open_past_its_deadline_has_an_alarm_that_somebody_sees(
    screener: Actor, clinic: Organization, acts: list[tuple[str, int, bool, int]]
) -> None:
    with pytest.raises(Undone), transaction.atomic():
        referral, now = course.accepted(screener, clinic), NOW
        by = {said: cast.actor(clinic, role) for said, role in ((True, "physician"), (False, "coordinator"))}
        for act, days, medical, hours in acts:
            now += hours * HOUR
            _act(act, days, referral, by[medical], now)
            alarms_raise(now=now)
            _alarmed_once_late(referral, local_date(now, clinic))
        raise Undone


def _act(act: str, days: int, referral: Referral, by: Actor, now: datetime) -> None:
    """One act; what the rules refuse changes nothing."""
    key = {"referral_id": referral.pk, "by": by, "now": now}
    reason = "because" if days % 2 else ""
    try:
        with transaction.atomic():
            if act == "book":
                appointment_book(starts_at=now + days * DAY, late_reason=reason, **key)
            elif act == "hold":
                until = (now + days * DAY).date()
                given = {"reason": "travels", "held_until": until, "late_reason": reason}
                referral_move(status=Status.ON_HOLD, **given, **key)
            elif act == "resume":
                referral_move(status=Status.ACCEPTED, **key)
            elif act == "miss":
                appointment_missed(**key)
            elif act == "keep":
                late_date_keep(reason="because", **key)
    except ReferralError:
        pass


def _alarmed_once_late(referral: Referral, today: date) -> None:
    referral.refresh_from_db()
    alarms = referral.alarms.filter(closed_at=None)
    assert alarms.count() <= 1
    if today > referral.due_by:
        assert alarms.get().turn in ("coordinator", "administrator", "physician")
