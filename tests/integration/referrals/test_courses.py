"""Whatever people, hospitals and the clock do in whatever order, a referral's rows stay true."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.actor import Actor, software
from records.models import Organization
from referrals.domain.status import CLOSED, TRANSITIONS, WITH_A_HOSPITAL
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import ReferralError
from referrals.models import AlarmRung, Hospital, Referral, ReferralAlarm, ReferralEvent
from referrals.services import (
    alarms_raise,
    appointment_book,
    appointment_missed,
    referral_move,
    referral_rematch,
)
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW
from tests.integration.referrals.test_steps import told

ACTS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(list(Status))),
    st.tuples(st.sampled_from(["book", "miss", "rematch", "sweep"]), st.none()),
)
SEQUENCES = st.lists(st.tuples(ACTS, st.integers(0, 200)), min_size=5, max_size=40)


class Undone(Exception):
    """Takes back what one example did."""


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, "physician")


@pytest.fixture
def first(screener: Actor, physician: Actor) -> Referral:
    """What every sequence begins with; each is taken back to it."""
    return course.proposed(screener, "asap", 1, hospitals=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SEQUENCES)
def test_every_sequence_keeps_one_open_referral_a_growing_history_and_one_alarm_a_silence(
    first: Referral, physician: Actor, sequence: list[tuple[tuple[str, Status | None], int]]
) -> None:
    with pytest.raises(Undone), transaction.atomic():
        _lived(first, physician, sequence)
        raise Undone


def _lived(first: Referral, physician: Actor, sequence: list[tuple[tuple[str, Status | None], int]]) -> None:
    now = NOW
    lines: list[tuple[object, ...]] = []
    due = first.due_by
    for (act, status), hours in sequence:
        now += timedelta(hours=hours)
        newest = Referral.objects.order_by("pk").last()
        _act(act, status, newest, physician, now)
        grown = list(ReferralEvent.objects.order_by("pk").values_list())
        assert grown[: len(lines)] == lines
        lines = grown
        newest = Referral.objects.order_by("pk").last()
        assert newest.due_by >= due
        due = newest.due_by
        _check()


def _act(act: str, status: Status | None, referral: Referral, by: Actor, now: datetime) -> None:
    """One act; what the rules refuse changes nothing."""
    key = {"referral_id": referral.pk, "now": now}
    try:
        with transaction.atomic():
            if act == "move":
                completed = status is Status.COMPLETED
                referral_move(
                    by=by,
                    status=status,
                    reason="because",
                    outcome=told(referral, by) if completed else (),
                    hospital=None
                    if referral.hospital_id
                    else Hospital.objects.earliest("pk")
                    if status is Status.PROPOSED
                    else None,
                    **key,
                )
            elif act == "book":
                appointment_book(by=by, starts_at=now + timedelta(hours=20), **key)
            elif act == "miss":
                appointment_missed(by=by, **key)
            elif act == "rematch":
                referral_rematch(by=software("referrals.proposer", by.organization_id), **key)
            else:
                alarms_raise(now=now)
    except ReferralError:
        pass


def _check() -> None:
    assert Referral.objects.exclude(status__in=CLOSED).count() <= 1
    assert Referral.objects.filter(status__in=WITH_A_HOSPITAL).count() <= 1
    for one in Referral.objects.all():
        steps = list(one.history.order_by("pk").values_list("from_status", "to_status"))
        assert steps[0][0] == ""
        assert steps[-1][1] == one.status
        assert all(before == after for (_, before), (after, _) in pairwise(steps))
        assert all(a == b or b in TRANSITIONS[Status(a)] for a, b in steps[1:])
        assert (one.alarm_at is None) or one.status not in CLOSED
        assert one.alarms.filter(closed_at=None).count() <= (one.status not in CLOSED)
    silences = list(ReferralAlarm.objects.values_list("referral", "step", "begun_at"))
    assert len(silences) == len(set(silences))
    for alarm in ReferralAlarm.objects.all():
        climbed = list(AlarmRung.objects.filter(alarm=alarm).order_by("pk").values_list("rung", flat=True))
        assert climbed == list(range(1, alarm.rung + 1))
