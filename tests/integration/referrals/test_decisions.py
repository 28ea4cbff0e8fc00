"""A physician's no, and that no case ends with it."""

import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import IllegalTransition, ReasonMissing
from referrals.models import Capacity, Referral
from referrals.services import referral_authorise_and_send, referral_follow_up, referral_move, referral_refuse
from tests.factories import records as cast
from tests.integration.referrals import course
from tests.integration.referrals.cast import NOW, hospital, need, propose, visit


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, "physician")


@pytest.fixture
def proposal(screener: Actor) -> Referral:
    hospital(screener, "Near")
    return propose(need(visit(screener)))


def refuse(referral: Referral, by: Actor, code: str = "not-confirmed", reason: str = "") -> Referral:
    return referral_refuse(referral_id=referral.pk, by=by, now=NOW, code=code, reason=reason)


def follow_up(referral: Referral, by: Actor, words: str = "looked at it again") -> Referral:
    return referral_follow_up(referral_id=referral.pk, by=by, now=NOW, words=words)


def test_a_refused_referral_is_cancelled_with_its_code_and_its_place_is_free(
    proposal: Referral, physician: Actor
) -> None:
    refused = refuse(proposal, physician)
    assert (refused.status, refused.refusal_code, refused.capacity) == ("cancelled", "not-confirmed", None)
    assert (Capacity.objects.get().taken, AuditEvent.objects.order_by("pk").last().reason) == (
        0,
        "not-confirmed",
    )


@pytest.mark.parametrize("role", ["screener", "grader", "pharmacist", "coordinator", "auditor"])
def test_nobody_but_a_physician_refuses(proposal: Referral, clinic: Organization, role: str) -> None:
    with pytest.raises(RoleRefused):
        refuse(proposal, cast.actor(clinic, role))


def test_a_physician_of_another_clinic_does_not_find_it(proposal: Referral) -> None:
    with pytest.raises(RecordNotFound):
        refuse(proposal, cast.actor(cast.clinic(), "physician"))


@pytest.mark.parametrize(("code", "reason"), [("", "words"), ("too-far", ""), ("other", " ")])
def test_a_refusal_takes_one_of_its_codes_and_words_for_another_reason(
    proposal: Referral, physician: Actor, code: str, reason: str
) -> None:
    with pytest.raises(ReasonMissing):
        refuse(proposal, physician, code, reason)


def test_what_was_sent_is_not_refused_any_more(proposal: Referral, screener: Actor, physician: Actor) -> None:
    cast.services.consent_give(patient=proposal.encounter.patient, scope="referral", by=screener, now=NOW)
    referral_authorise_and_send(referral_id=proposal.pk, by=physician, now=NOW)
    with pytest.raises(IllegalTransition):
        refuse(proposal, physician)


@pytest.mark.parametrize(
    ("code", "role"),
    [("not-confirmed", "grader"), ("patient-declines", "coordinator"), ("already-in-care", "coordinator")],
)
def test_who_follows_a_refusal_up_depends_on_why(
    proposal: Referral, physician: Actor, clinic: Organization, code: str, role: str
) -> None:
    refuse(proposal, physician, code)
    with pytest.raises(RoleRefused):
        follow_up(proposal, cast.actor(clinic, "screener"))
    person = cast.actor(clinic, role)
    assert follow_up(proposal, person).followed_up_by_id == person.practitioner_id


def test_a_refusal_is_followed_up_once_and_in_words(
    proposal: Referral, physician: Actor, clinic: Organization
) -> None:
    grader = cast.actor(clinic, "grader")
    with pytest.raises(IllegalTransition):
        follow_up(proposal, grader)
    refuse(proposal, physician)
    with pytest.raises(ReasonMissing):
        follow_up(proposal, grader, " ")
    follow_up(proposal, grader)
    with pytest.raises(IllegalTransition):
        follow_up(proposal, grader)


def test_a_case_that_is_merely_cancelled_waits_for_nobody(proposal: Referral, physician: Actor) -> None:
    moved = referral_move(
        referral_id=proposal.pk, status="cancelled", by=physician, now=NOW, reason="entered twice"
    )
    assert (moved.refused_at, moved.refusal_code) == (None, "")


@pytest.mark.parametrize("code", ["patient-declines", "already-in-care", "details-changed", ""])
def test_what_is_cancelled_after_it_was_sent_is_followed_up_by_the_coordinator(
    screener: Actor, clinic: Organization, code: str
) -> None:
    coordinator = cast.actor(clinic, "coordinator")
    sent = course.sent(screener, clinic)
    ended = course.moved(sent, coordinator, Status.CANCELLED, code=code, reason="moved away")
    assert (ended.cancel_code, ended.refused_at) == (code or "other", None)
    with pytest.raises(RoleRefused):
        follow_up(ended, cast.actor(clinic, "grader"))
    follow_up(ended, coordinator)
    with pytest.raises(IllegalTransition):
        follow_up(ended, coordinator)


def test_a_reason_that_ends_nothing_cancels_nothing_that_was_sent(
    screener: Actor, clinic: Organization
) -> None:
    sent = course.sent(screener, clinic)
    with pytest.raises(ReasonMissing, match="patient-declines"):
        course.moved(sent, cast.actor(clinic, "coordinator"), Status.CANCELLED, code="too-far")


@pytest.mark.parametrize(
    ("update", "constraint"),
    [
        ({"cancel_code": "other"}, "referral_cancelled_with_code"),
        ({"refusal_code": "not-confirmed"}, "referral_refused_with_code"),
        ({"refused_at": NOW}, "referral_refused_with_code"),
        ({"follow_up": "done"}, "referral_follow_up_after_refusal"),
    ],
)
def test_the_database_keeps_a_refusal_whole(
    proposal: Referral, update: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Referral.objects.filter(pk=proposal.pk).update(**update)
