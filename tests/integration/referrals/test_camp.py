"""A camp day: its proposals give their places back and are given them together; what people decided stays."""

from datetime import timedelta

import pytest

from records.actor import Actor
from records.errors import RoleRefused
from records.models import AuditEvent, Organization, Role
from referrals.domain import rules
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import ReferralStatus
from referrals.errors import CampChanged
from referrals.models import Capacity, Hospital, Referral
from referrals.services import camp_assign, camp_preview, referral_move
from tests.factories import records as people
from tests.integration.referrals.cast import CLINIC, NOW, TODAY, hospital, need, propose, visit
from tests.integration.referrals.test_rematching import matched_again, rejected

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return people.actor(clinic, Role.COORDINATOR)


def one_place(by: Actor, key: str, degrees_north: float) -> Hospital:
    return hospital(by, key, degrees_north=degrees_north, offers={"urgent": 1})


def living(by: Actor, degrees_north: float) -> Referral:
    """A proposal of somebody who lives so far north of the clinic."""
    referral = propose(need(visit(by, place=(CLINIC[0] + degrees_north, CLINIC[1])), days=4))
    assert referral is not None
    return referral


@pytest.fixture
def in_each_others_way(screener: Actor) -> tuple[Referral, Referral]:
    """Who came first got the nearest place, on which the second one's whole way depends."""
    one_place(screener, "South", -0.3), one_place(screener, "North", 0.1)
    return living(screener, 0.0), living(screener, 0.1)


def names(*referrals: Referral) -> list[str | None]:
    return [one and one.name for one in (Referral.objects.get(pk=each.pk).hospital for each in referrals)]


def taken() -> dict[str, int]:
    return dict(Capacity.objects.values_list("hospital__name", "taken"))


def assign(by: Actor) -> None:
    seen = camp_preview(day=TODAY, by=by, now=NOW).digest
    camp_assign(day=TODAY, by=by, now=NOW, seen=seen)


def test_planned_together_nobody_stands_in_anothers_way(
    in_each_others_way: tuple[Referral, Referral], coordinator: Actor
) -> None:
    assert names(*in_each_others_way) == ["North", "South"]
    assign(coordinator)
    assert names(*in_each_others_way) == ["South", "North"]
    assert taken() == {"South": 1, "North": 1}
    first = in_each_others_way[0].history.order_by("pk").last()
    assert (first.code, first.actor, first.to_status) == ("camp-plan", coordinator.label, "proposed")


def test_a_preview_stores_nothing(in_each_others_way: tuple[Referral, Referral], coordinator: Actor) -> None:
    before = AuditEvent.objects.count(), taken(), names(*in_each_others_way)
    found = camp_preview(day=TODAY, by=coordinator, now=NOW)
    assert {one.patient for one in found.plan.assigned} == {one.pk for one in in_each_others_way}
    assert (AuditEvent.objects.count(), taken(), names(*in_each_others_way)) == before


def test_the_same_plan_twice_changes_nothing_more(
    in_each_others_way: tuple[Referral, Referral], coordinator: Actor
) -> None:
    assign(coordinator)
    events = AuditEvent.objects.count()
    assign(coordinator)
    assert (AuditEvent.objects.count(), taken()) == (events, {"South": 1, "North": 1})


def test_what_somebody_decided_stays(
    in_each_others_way: tuple[Referral, Referral], coordinator: Actor
) -> None:
    first, second = in_each_others_way
    south = Hospital.objects.get(name="South")
    third = hospital(coordinator, "Chosen", degrees_north=0.4, offers={"urgent": 1})
    referral_move(
        referral_id=second.pk,
        status=ReferralStatus.NEEDS_COORDINATOR,
        code=DecisionCode.CHOSEN_BY_PATIENT,
        by=coordinator,
        now=NOW,
    )
    referral_move(
        referral_id=second.pk, status=ReferralStatus.PROPOSED, hospital=third, by=coordinator, now=NOW
    )
    assert camp_preview(day=TODAY, by=coordinator, now=NOW).referrals.keys() == {first.pk}
    assign(coordinator)
    assert names(first, second) == ["North", "Chosen"]
    assert taken() == {"North": 1, "South": 0, "Chosen": 1} and south.active


def test_whoever_is_left_out_goes_to_the_coordinator_with_the_reason_and_what_would_help(
    screener: Actor, coordinator: Actor
) -> None:
    only = one_place(screener, "Only", 0.1)
    got, came_too_late = living(screener, 0.0), living(screener, 0.1)
    assert names(got, came_too_late) == ["Only", None]
    found = camp_preview(day=TODAY, by=coordinator, now=NOW)
    assert [(gain.hospital, gain.people) for gain in found.gains] == [(only.pk, 1)]
    assign(coordinator)
    assert names(got, came_too_late) == [None, "Only"]
    got.refresh_from_db()
    assert (got.status, got.capacity) == ("needs-coordinator", None)
    assert rules.REFR_CAMP_FULL in set(got.reasons.values_list("rule_id", flat=True))
    assert taken() == {"Only": 1}


def test_the_plan_asks_no_hospital_again_that_said_no(
    screener: Actor, clinic: Organization, coordinator: Actor
) -> None:
    first = rejected(screener, clinic)
    second = matched_again(first)
    assert second is not None and second.hospital is not None
    (planned,) = camp_preview(day=TODAY, by=coordinator, now=NOW).plan.assigned
    assert (planned.patient, planned.slot.hospital.key) == (second.pk, second.hospital.pk)
    Hospital.objects.filter(pk=second.hospital.pk).update(active=False)
    (left,) = camp_preview(day=TODAY, by=coordinator, now=NOW).plan.unassigned
    assert (left.patient, left.reason.code) == (second.pk, rules.REFR_SAID_NO)


def test_another_plan_than_was_seen_is_refused_and_nothing_is_stored(
    in_each_others_way: tuple[Referral, Referral], coordinator: Actor
) -> None:
    seen = camp_preview(day=TODAY, by=coordinator, now=NOW).digest
    Hospital.objects.filter(name="South").update(active=False)
    with pytest.raises(CampChanged, match="look at the new plan"):
        camp_assign(day=TODAY, by=coordinator, now=NOW, seen=seen)
    assert (names(*in_each_others_way), taken()) == (["North", "South"], {"South": 1, "North": 1})


def test_another_day_and_another_clinic_have_nobody_to_plan(
    in_each_others_way: tuple[Referral, Referral], coordinator: Actor
) -> None:
    stranger = people.actor(people.clinic(), Role.COORDINATOR)
    assert camp_preview(day=TODAY, by=stranger, now=NOW).referrals == {}
    assert camp_preview(day=TODAY + timedelta(days=1), by=coordinator, now=NOW).referrals == {}


def test_only_who_sends_referrals_may_plan(screener: Actor) -> None:
    with pytest.raises(RoleRefused):
        camp_preview(day=TODAY, by=screener, now=NOW)
