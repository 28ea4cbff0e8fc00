import pytest

from pharmacy import selectors
from pharmacy.errors import PrescriptionClosed
from pharmacy.models import Prescription
from pharmacy.services import medicine_propose, prescription_authorise, prescription_refuse
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import Organization
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
        prescription_refuse(prescription_id=proposal.pk, by=stranger, now=NOW, reason="no")


def test_a_refusal_gives_the_reserved_pack_back_once(proposal: Prescription, pharmacist: Actor) -> None:
    refused = prescription_refuse(
        prescription_id=proposal.pk, by=pharmacist, now=NOW, reason="prefers to see the doctor"
    )
    assert (refused.status, refused.close_reason) == ("refused", "prefers to see the doctor")
    with pytest.raises(PrescriptionClosed):
        prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, reason="again")
    proposal.lot.refresh_from_db()
    assert (proposal.lot.on_hand, proposal.lot.reserved) == (3, 0)
    assert not selectors.lots_out_of_balance().exists()


def test_an_authorised_medicine_not_yet_handed_out_can_still_be_refused(
    proposal: Prescription, pharmacist: Actor
) -> None:
    prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    refused = prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, reason="lot looks wet")
    assert (refused.status, refused.authorised_by_id) == ("refused", pharmacist.practitioner_id)


def test_a_refusal_needs_a_reason(proposal: Prescription, pharmacist: Actor) -> None:
    with pytest.raises(PrescriptionClosed, match="why"):
        prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, reason="  ")


def test_a_refused_proposal_is_not_authorised_any_more(proposal: Prescription, pharmacist: Actor) -> None:
    prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, reason="no")
    with pytest.raises(PrescriptionClosed):
        prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)


def test_the_pharmacists_list_holds_the_open_cases_of_the_own_clinic(
    proposal: Prescription, pharmacist: Actor
) -> None:
    assert list(selectors.prescriptions_waiting_for_pharmacist(by=pharmacist)) == [proposal]
    assert not selectors.prescriptions_waiting_for_pharmacist(by=cast.actor(cast.clinic(), "pharmacist"))
    prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    assert not selectors.prescriptions_waiting_for_pharmacist(by=pharmacist)
