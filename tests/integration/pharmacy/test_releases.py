from functools import partial

import pytest

from pharmacy import selectors
from pharmacy.errors import PrescriptionClosed, ReasonMissing, WarningSignsOpen
from pharmacy.models import Prescription
from pharmacy.services import (
    medicine_propose,
    prescription_authorise,
    prescription_follow_up,
    prescription_refuse,
)
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from risk.models import AssessmentReason
from tests.factories import records as cast
from tests.integration.pharmacy.cast import NOW, lot, visit, wish


@pytest.fixture
def proposal(clinic: Organization, screener: Actor) -> Prescription:
    lot(clinic, screener)
    by = software("pharmacy.proposer", clinic.pk)
    return medicine_propose(assessment=wish(visit(screener)), by=by, now=NOW)


def test_a_pharmacist_puts_a_name_under_a_proposal(proposal: Prescription, pharmacist: Actor) -> None:
    authorised = prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    assert (authorised.status, authorised.authorised_by_id) == ("authorised", pharmacist.practitioner_id)
    authorised.lot.refresh_from_db()
    assert (authorised.lot.on_hand, authorised.lot.reserved) == (3, 1)


@pytest.mark.parametrize(
    "role", ["screener", "grader", "physician", "coordinator", "administrator", "auditor"]
)
def test_in_korea_nobody_but_a_pharmacist_releases(
    proposal: Prescription, clinic: Organization, role: str
) -> None:
    with pytest.raises(RoleRefused):
        prescription_authorise(prescription_id=proposal.pk, by=cast.actor(clinic, role), now=NOW)


def test_the_software_never_releases(proposal: Prescription, clinic: Organization) -> None:
    with pytest.raises(RoleRefused):
        prescription_authorise(prescription_id=proposal.pk, by=software("x", clinic.pk), now=NOW)


def test_a_pharmacist_of_another_clinic_does_not_find_it(proposal: Prescription) -> None:
    stranger = cast.actor(cast.clinic(), "pharmacist")
    with pytest.raises(RecordNotFound):
        prescription_authorise(prescription_id=proposal.pk, by=stranger, now=NOW)
    with pytest.raises(RecordNotFound):
        prescription_refuse(prescription_id=proposal.pk, by=stranger, now=NOW, code="other", reason="no")


def test_a_refusal_gives_the_reserved_pack_back_once(proposal: Prescription, pharmacist: Actor) -> None:
    refused = prescription_refuse(
        prescription_id=proposal.pk, by=pharmacist, now=NOW, code="other", reason="prefers to see the doctor"
    )
    assert (refused.status, refused.close_reason) == ("refused", "prefers to see the doctor")
    with pytest.raises(PrescriptionClosed):
        prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="already-uses")
    proposal.lot.refresh_from_db()
    assert (proposal.lot.on_hand, proposal.lot.reserved) == (3, 0)
    assert not selectors.lots_out_of_balance().exists()


def test_an_authorised_medicine_not_yet_handed_out_can_still_be_refused(
    proposal: Prescription, pharmacist: Actor
) -> None:
    prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    refused = prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="pack-unusable")
    assert (refused.status, refused.authorised_by_id) == ("refused", pharmacist.practitioner_id)


def test_another_reason_takes_words_and_a_named_one_does_not(
    proposal: Prescription, pharmacist: Actor
) -> None:
    with pytest.raises(ReasonMissing):
        prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="other", reason="  ")
    refused = prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="contraindicated")
    assert (refused.status, refused.refusal_code, refused.close_reason) == ("refused", "contraindicated", "")


def test_a_refusal_is_audited_with_its_code_and_words(proposal: Prescription, pharmacist: Actor) -> None:
    prescription_refuse(
        prescription_id=proposal.pk, by=pharmacist, now=NOW, code="already-uses", reason="same drops"
    )
    assert AuditEvent.objects.order_by("pk").last().reason == "already-uses: same drops"


def test_a_refused_medicine_waits_until_a_physician_followed_it_up(
    proposal: Prescription, pharmacist: Actor, clinic: Organization
) -> None:
    physician = cast.actor(clinic, "physician")
    follow_up = partial(prescription_follow_up, prescription_id=proposal.pk, now=NOW)
    with pytest.raises(PrescriptionClosed):
        follow_up(by=physician, words="seen")
    prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="warning-sign")
    with pytest.raises(RoleRefused):
        follow_up(by=pharmacist, words="seen")
    with pytest.raises(ReasonMissing):
        follow_up(by=physician, words=" ")
    done = follow_up(by=physician, words="seen today, no inflammation")
    assert (done.follow_up, done.followed_up_by_id) == (
        "seen today, no inflammation",
        physician.practitioner_id,
    )
    with pytest.raises(PrescriptionClosed):
        follow_up(by=physician, words="seen again")


def test_warning_signs_that_nobody_asked_about_are_asked_before_the_release(
    proposal: Prescription, pharmacist: Actor
) -> None:
    action = proposal.assessment.actions.get()
    AssessmentReason.objects.create(
        assessment=proposal.assessment,
        action=action,
        rank=1,
        code="RM-03",
        parameters="symptoms=double_vision,white_pupil",
    )
    assert selectors.warning_signs_to_ask(proposal) == ("double_vision", "white_pupil")
    with pytest.raises(WarningSignsOpen):
        prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    released = prescription_authorise(
        prescription_id=proposal.pk, by=pharmacist, now=NOW, warning_signs_asked=True
    )
    assert released.warning_signs_asked is True


def test_a_refused_proposal_is_not_authorised_any_more(proposal: Prescription, pharmacist: Actor) -> None:
    prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="patient-declines")
    with pytest.raises(PrescriptionClosed):
        prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)


def test_the_pharmacists_list_holds_the_open_cases_of_the_own_clinic(
    proposal: Prescription, pharmacist: Actor
) -> None:
    assert list(selectors.prescriptions_waiting_for_pharmacist(by=pharmacist)) == [proposal]
    assert not selectors.prescriptions_waiting_for_pharmacist(by=cast.actor(cast.clinic(), "pharmacist"))
    prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    assert not selectors.prescriptions_waiting_for_pharmacist(by=pharmacist)
