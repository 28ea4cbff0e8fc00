"""A cancelled case stays on record, gives everything back, and nothing more happens to it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import screening.services
from config import case_work
from config.cancellation import case_cancel
from config.errors import CaseUnderWay
from pharmacy.models import Lot, Prescription
from pharmacy.models.prescription import RefusalCode
from pharmacy.services import prescription_authorise, prescription_refuse
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization, Role, WorkItem
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import ReferralStatus
from referrals.models import Capacity, Referral
from referrals.services import referral_authorise_and_send, referral_move, referral_rematch
from risk.models import Recall, RiskAssessment
from risk.services import assessment_finalise
from screening.domain.grading import Stage
from screening.domain.laterality import Laterality
from screening.errors import CancelReasonMissing, EncounterCancelled
from screening.models import Encounter, ExamStatus, GradingTask
from tests.factories import photographs
from tests.factories import records as people
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.integration.config import cast

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
DRY = {"dry_or_gritty": True}


def cancel(encounter: Encounter, by: Actor, reason: str = "wrong patient") -> Encounter:
    return case_cancel(encounter=encounter, by=by, now=timezone.now(), reason=reason)


@pytest.fixture
def proposed(clinic: Organization, screener: Actor) -> Encounter:
    """A case with a medicine proposed."""
    cast.stock(clinic, screener)
    return cast.screened(screener, symptoms=DRY)


@pytest.fixture
def referred(screener: Actor) -> Encounter:
    """A case with a place held at a hospital."""
    cast.hospital(screener)
    return cast.screened(screener, made.eye(RIGHT, D=0.9), made.eye(LEFT))


def test_who_when_and_why_are_kept_and_audited(proposed: Encounter, screener: Actor) -> None:
    cancelled = cancel(proposed, screener, reason="  wrong patient ")
    assert (cancelled.cancelled_by, cancelled.cancel_reason) == (screener.label, "wrong patient")
    event = AuditEvent.objects.get(entity=f"screening.encounter:{proposed.pk}", detail="cancelled")
    assert (event.actor, event.reason) == (screener.label, "wrong patient")


def test_the_packs_go_back_to_the_shelf(proposed: Encounter, screener: Actor) -> None:
    assert Lot.objects.filter(reserved__gt=0).exists()
    cancel(proposed, screener)
    assert not Lot.objects.filter(reserved__gt=0).exists()
    prescription = Prescription.objects.get(encounter=proposed)
    assert (prescription.status, prescription.close_reason) == ("cancelled", "wrong patient")


def test_the_hospitals_place_is_free_again(referred: Encounter, screener: Actor) -> None:
    assert Capacity.objects.get().taken == 1
    cancel(referred, screener)
    assert Capacity.objects.get().taken == 0
    assert Referral.objects.get().status == ReferralStatus.CANCELLED


def test_its_recall_ends(proposed: Encounter, screener: Actor) -> None:
    cancel(proposed, screener)
    assert set(Recall.objects.values_list("state", flat=True)) == {"superseded"}


def test_a_recall_that_the_visit_had_answered_is_open_again(screener: Actor) -> None:
    first = cast.screened(screener, name="Kim")
    before = Recall.objects.get(assessment__encounter=first)
    Recall.objects.filter(pk=before.pk).update(cause="repeat-imaging")
    again = _again(first, screener)
    before.refresh_from_db()
    assert before.state == "attended"
    cancel(again, screener)
    before.refresh_from_db()
    assert (before.state, before.closed_at) == ("open", None)


def _again(first: Encounter, by: Actor) -> Encounter:
    """A further visit of the same patient, assessed."""
    outcome = made.outcome(
        made.submitted_exam(by, first.patient, seed=40), made.eye(RIGHT), made.eye(LEFT), by=by
    )
    assessed = assessment_finalise(outcome_id=outcome.pk, by=by, now=timezone.now())
    assert assessed
    return assessed.encounter


def test_work_that_waits_is_dropped_and_its_exam_is_cancelled(screener: Actor) -> None:
    encounter = cast.submitted(screener)
    assert case_work.work_of(encounter)
    cancel(encounter, screener)
    assert WorkItem.objects.count() == 0
    assert encounter.exams.get().status == ExamStatus.CANCELLED


def test_a_score_that_comes_too_late_is_not_stored(screener: Actor) -> None:
    encounter = cast.submitted(screener)
    exam = encounter.exams.get()
    cancel(encounter, screener)
    with pytest.raises(EncounterCancelled, match="open a new visit"):
        made.outcome(
            exam, made.eye(RIGHT), made.eye(LEFT), by=software("screening.scorer", screener.organization_id)
        )


def test_it_takes_no_further_photograph_and_no_submission(screener: Actor) -> None:
    exam = made.open_exam(screener)
    cancel(exam.encounter, screener)
    late: dict[str, Any] = {"by": screener, "now": NOW}
    with pytest.raises(EncounterCancelled):
        screening.services.image_add(exam=exam, laterality=RIGHT, data=photographs.jpeg(1), **late)
    with pytest.raises(EncounterCancelled):
        screening.services.exam_submit(exam=exam, **late)
    with pytest.raises(EncounterCancelled):
        screening.services.exam_open(encounter=exam.encounter, **late)


def test_it_is_not_assessed_again(proposed: Encounter, screener: Actor) -> None:
    before = RiskAssessment.objects.get(encounter=proposed)
    cancel(proposed, screener)
    RiskAssessment.objects.filter(pk=before.pk).update(assessed_at=NOW)
    after = assessment_finalise(outcome_id=before.outcome_id, by=screener, now=timezone.now())
    assert after == before
    assert RiskAssessment.objects.count() == 1


def test_the_same_photographs_sent_again_are_a_new_case(screener: Actor) -> None:
    first = cast.submitted(screener)
    cancel(first, screener)
    assert cast.submitted(screener).pk != first.pk


def test_cancelling_twice_keeps_the_first_reason(proposed: Encounter, screener: Actor) -> None:
    first = cancel(proposed, screener)
    second = cancel(proposed, screener, reason="another reason")
    assert (second.cancelled_at, second.cancel_reason) == (first.cancelled_at, "wrong patient")
    assert AuditEvent.objects.filter(detail="cancelled").exclude(entity__startswith="pharmacy").count() == 1


def test_a_released_medicine_must_be_refused_first(
    proposed: Encounter, screener: Actor, clinic: Organization
) -> None:
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    prescription = Prescription.objects.get(encounter=proposed)
    prescription_authorise(prescription_id=prescription.pk, by=pharmacist, now=timezone.now())
    with pytest.raises(CaseUnderWay, match="refuse it first") as refused:
        cancel(proposed, screener)
    assert refused.value.what == "medicine"
    proposed.refresh_from_db()
    assert proposed.cancelled_at is None
    _refused(prescription, pharmacist)
    assert cancel(proposed, screener).cancelled_at


def _refused(prescription: Prescription, by: Actor) -> None:
    prescription_refuse(
        prescription_id=prescription.pk, by=by, now=timezone.now(), code=RefusalCode.PATIENT_DECLINES
    )


def test_a_sent_referral_must_be_withdrawn_first(
    referred: Encounter, screener: Actor, clinic: Organization
) -> None:
    physician = people.actor(clinic, Role.PHYSICIAN)
    referral = Referral.objects.get(encounter=referred)
    referral_authorise_and_send(referral_id=referral.pk, by=physician, now=timezone.now())
    with pytest.raises(CaseUnderWay, match="withdraw the referral first") as refused:
        cancel(referred, screener)
    assert refused.value.what == "referral"
    referral_move(
        referral_id=referral.pk,
        status=ReferralStatus.CANCELLED,
        by=physician,
        now=timezone.now(),
        code=DecisionCode.OTHER,
        reason="agreed by telephone",
    )
    assert cancel(referred, screener).cancelled_at


def test_the_software_may_cancel_for_a_partner(proposed: Encounter, screener: Actor) -> None:
    partner = software("partner:3", screener.organization_id)
    assert cancel(proposed, partner).cancelled_by == "software:partner:3"


def test_who_takes_no_cases_cancels_none(proposed: Encounter, clinic: Organization) -> None:
    with pytest.raises(RoleRefused):
        cancel(proposed, people.actor(clinic, Role.PHARMACIST))


def test_another_clinics_case_does_not_exist(proposed: Encounter) -> None:
    with pytest.raises(RecordNotFound):
        cancel(proposed, people.actor(people.clinic()))


def test_no_reason_no_cancelling(proposed: Encounter, screener: Actor) -> None:
    with pytest.raises(CancelReasonMissing):
        cancel(proposed, screener, reason="   ")


def test_it_leaves_the_readers_list(screener: Actor) -> None:
    unsure = cast.screened(screener, made.eye(RIGHT, G=0.45), made.eye(LEFT))
    assert GradingTask.objects.filter(encounter=unsure, stage=Stage.FIRST).exists()
    cancel(unsure, screener)
    assert GradingTask.objects.get(encounter=unsure).stage == Stage.WITHDRAWN


def test_the_page_asks_why_and_then_says_so_on_the_case(nurse: Client, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    address = reverse("case-cancel", args=[encounter.public_id])
    assert "Why is this visit cancelled?" in nurse.get(address).content.decode()
    empty = nurse.post(address, {"reason": " "})
    assert (empty.status_code, "Say why." in empty.content.decode()) == (422, True)
    page = nurse.post(address, {"reason": "wrong patient"}, follow=True).content.decode()
    assert "This visit is cancelled" in page
    assert "wrong patient" in page


def test_the_page_says_what_must_be_done_first_and_keeps_what_was_typed(
    nurse: Client, proposed: Encounter, clinic: Organization
) -> None:
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    prescription = Prescription.objects.get(encounter=proposed)
    prescription_authorise(prescription_id=prescription.pk, by=pharmacist, now=timezone.now())
    answer = nurse.post(reverse("case-cancel", args=[proposed.public_id]), {"reason": "wrong patient"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "let the pharmacist refuse it first" in page
    assert "wrong patient" in page


@pytest.mark.parametrize("by_whom", ["coordinator", "software"])
def test_what_a_hospital_sent_back_is_not_matched_again_once_the_visit_is_cancelled(
    referred: Encounter, screener: Actor, clinic: Organization, by_whom: str
) -> None:
    physician = people.actor(clinic, Role.PHYSICIAN)
    referral = referral_authorise_and_send(referral_id=referred.referrals.get().pk, by=physician, now=NOW)
    told = {"referral_id": referral.pk, "now": NOW, "reason": "full"}
    referral_move(status=ReferralStatus.REJECTED, by=people.actor(clinic, Role.COORDINATOR), **told)
    cancel(referred, screener)
    machine = software("referrals.proposer", clinic.pk)
    by = machine if by_whom == "software" else people.actor(clinic, Role.COORDINATOR)
    assert referral_rematch(referral_id=referral.pk, by=by, now=NOW) is None
    assert list(referred.referrals.values_list("status", flat=True)) == ["rejected"]
    assert not Capacity.objects.filter(taken__gt=0).exists()


def test_the_page_of_a_cancelled_visit_finds_no_other_hospital(
    referred: Encounter, screener: Actor, clinic: Organization, colleague: Callable[[str], Client]
) -> None:
    physician = people.actor(clinic, Role.PHYSICIAN)
    referral = referral_authorise_and_send(referral_id=referred.referrals.get().pk, by=physician, now=NOW)
    told = {"referral_id": referral.pk, "now": NOW, "reason": "full"}
    referral_move(status=ReferralStatus.REJECTED, by=people.actor(clinic, Role.COORDINATOR), **told)
    cancel(referred, screener)
    coordinator, address = (
        colleague(Role.COORDINATOR),
        reverse("authorise-referral-again", args=[referral.pk]),
    )
    page = coordinator.get(reverse("authorise-referral", args=[referral.pk])).content.decode()
    assert address not in page
    assert coordinator.post(address).status_code == 409
    assert referred.referrals.count() == 1
