"""A hospital says no: the next one is proposed, with that hospital's reason, and the first is never asked again."""

import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import Organization
from records.services import consent_give
from referrals import selectors
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import FindingWithAHospital, IllegalTransition
from referrals.models import Capacity, Referral
from referrals.services import referral_follow_up, referral_rematch
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW, hospital, need, propose, visit
from tests.integration.referrals.test_steps import sent as sent_by


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return cast.actor(clinic, "coordinator")


def rejected(screener: Actor, clinic: Organization, **more: int) -> Referral:
    referral = course.sent(screener, clinic, **more)
    return course.moved(referral, cast.actor(clinic, "coordinator"), Status.REJECTED, reason="laser broken")


def matched_again(referral: Referral) -> Referral | None:
    by = software("referrals.proposer", referral.organization_id)
    return referral_rematch(referral_id=referral.pk, by=by, now=NOW)


def test_the_next_hospital_is_proposed_and_waits_for_a_physician(
    screener: Actor, clinic: Organization
) -> None:
    first = rejected(screener, clinic)
    second = matched_again(first)
    assert second is not None
    assert (first.hospital.name, second.hospital.name) == ("Hospital 1", "Hospital 2")
    assert (second.status, second.replaces, second.authorised_by) == ("proposed", first, None)
    (passed,) = second.reasons.filter(passed_over=True)
    assert (passed.rule_id, passed.hospital, passed.subject) == ("REFR-53", first.hospital, "laser broken")
    assert {week.hospital.name: week.taken for week in Capacity.objects.all()} == {
        "Hospital 1": 0,
        "Hospital 2": 1,
    }


def test_matching_again_twice_is_once(screener: Actor, clinic: Organization) -> None:
    first = rejected(screener, clinic)
    assert matched_again(first) == matched_again(first)
    assert Referral.objects.count() == 2


def test_where_all_said_no_the_coordinator_looks_for_one(screener: Actor, clinic: Organization) -> None:
    first = rejected(screener, clinic)
    second = matched_again(first)
    sent_by(second, cast.actor(clinic, "physician"))
    course.moved(second, cast.actor(clinic, "coordinator"), Status.REJECTED, reason="full")
    third = matched_again(second)
    assert (third.status, third.hospital) == ("needs-coordinator", None)
    said = third.reasons.filter(rule_id="REFR-53").order_by("position").values_list("subject", flat=True)
    assert list(said) == ["laser broken", "full"]
    assert selectors.referral_by_assessment(first.assessment_id) == third


def test_a_case_that_somebody_followed_up_is_not_matched_again(
    screener: Actor, clinic: Organization, coordinator: Actor
) -> None:
    first = rejected(screener, clinic)
    referral_follow_up(referral_id=first.pk, by=coordinator, now=NOW, words="went to her own doctor")
    assert matched_again(first) is None


def test_only_what_was_sent_back_is_matched_again(screener: Actor, clinic: Organization) -> None:
    with pytest.raises(IllegalTransition):
        matched_again(course.sent(screener, clinic))


def test_nobody_else_asks_for_it_and_no_other_clinic_finds_it(screener: Actor, clinic: Organization) -> None:
    first = rejected(screener, clinic)
    with pytest.raises(RoleRefused):
        referral_rematch(referral_id=first.pk, by=screener, now=NOW)
    with pytest.raises(RecordNotFound):
        referral_rematch(referral_id=first.pk, by=cast.actor(cast.clinic(), "coordinator"), now=NOW)


def test_an_assessment_has_one_open_referral(screener: Actor, clinic: Organization) -> None:
    first = rejected(screener, clinic)
    matched_again(first)
    with pytest.raises(IntegrityError, match="referral_one_open"), transaction.atomic():
        Referral.objects.filter(pk=first.pk).update(status="requested")


def test_one_finding_of_a_visit_is_with_one_hospital_at_a_time(
    screener: Actor, clinic: Organization, coordinator: Actor
) -> None:
    for number in (1, 2):
        hospital(screener, f"Hospital {number}", degrees_north=0.1 * number)
    physician = cast.actor(clinic, "physician")
    encounter = visit(screener)
    consent_give(patient=encounter.patient, scope="referral", by=screener, now=NOW)
    sent_by(propose(need(encounter, labels="D")), physician)
    again = propose(need(encounter, labels="D,G"))
    course.moved(again, coordinator, Status.PROPOSED, hospital=hospital(screener, "Hospital 2"))
    with pytest.raises(FindingWithAHospital):
        sent_by(again, physician)
    other = propose(need(encounter, labels="C"))
    course.moved(other, coordinator, Status.PROPOSED, hospital=hospital(screener, "Hospital 2"))
    assert sent_by(other, physician).status == "requested"
