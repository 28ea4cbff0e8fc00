"""What was fine when it was proposed is checked again when it is released (PH-86)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pharmacy import selectors, services
from pharmacy.domain import rules
from pharmacy.domain.alerts import stops_of
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.errors import SafetyStops
from pharmacy.models import AlertStage, Prescription
from pharmacy.safety_selectors import alerts_now
from pharmacy.services import medicine_propose, prescription_authorise, prescription_refuse
from records.actor import Actor, software
from records.errors import RoleRefused
from records.models import Organization
from tests.factories import assessments
from tests.integration.pharmacy import drug_data
from tests.integration.pharmacy.cast import CLEAR, NOW, lot, visit, wish
from tests.integration.pharmacy.drug_data import Source


@pytest.fixture
def proposal(clinic: Organization, screener: Actor) -> Prescription:
    lot(clinic, screener)
    by = software("pharmacy.proposer", clinic.pk)
    return medicine_propose(assessment=wish(visit(screener)), by=by, now=NOW)


def correct(proposal: Prescription, by: Actor, **answers: object) -> None:
    services.safety_answers_record(
        encounter=proposal.encounter, answers=replace(CLEAR, **answers), by=by, now=NOW
    )


def stopped_by(proposal: Prescription, pharmacist: Actor) -> set[str]:
    with pytest.raises(SafetyStops) as stopped:
        prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    proposal.refresh_from_db()
    assert proposal.status == "proposed"
    return {alert.rule_id for alert in stopped.value.alerts}


@pytest.mark.parametrize(
    ("answers", "rule_id"),
    [
        ({"allergies": ("carmellose",)}, rules.PH_ALLERGY),
        ({"allergies": None}, rules.PH_UNKNOWN),
        ({"current_medicines": ("인공눈물",)}, rules.PH_DUPLICATE),
        ({"eye_surgery_last_3_months": True}, rules.PH_EYE_SURGERY),
    ],
)
def test_an_answer_corrected_after_the_proposal_stops_the_release(
    proposal: Prescription, screener: Actor, pharmacist: Actor, answers: dict[str, object], rule_id: str
) -> None:
    correct(proposal, screener, **answers)
    assert stopped_by(proposal, pharmacist) == {rule_id}


def test_a_birth_date_corrected_after_the_proposal_counts(proposal: Prescription, pharmacist: Actor) -> None:
    patient = proposal.encounter.patient
    patient.birth_date = None
    patient.save()
    assert stopped_by(proposal, pharmacist) == {rules.PH_UNKNOWN}


def test_a_warning_sign_of_a_newer_assessment_stops_the_release(
    proposal: Prescription, pharmacist: Actor
) -> None:
    flagged = assessments.referral("stat", 0, red_flags="sudden-vision-loss")
    assessments.assessment(proposal.encounter, assessments.medicine(), flagged)
    assert rules.PH_RED_FLAG in stopped_by(proposal, pharmacist)


def test_the_same_medicine_from_another_visit_stops_the_release(
    proposal: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    again = visit(screener, patient=proposal.encounter.patient)
    other = medicine_propose(
        assessment=wish(again),
        by=software("pharmacy.proposer", clinic.pk),
        now=NOW + timedelta(days=14),
    )
    assert other.status == "proposed"
    with pytest.raises(SafetyStops, match="PH-14"):
        prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW + timedelta(days=14))


def test_what_was_shown_at_the_release_is_kept_beside_what_was_shown_before(
    proposal: Prescription, screener: Actor, pharmacist: Actor
) -> None:
    correct(proposal, screener, contact_lenses=True)
    before = selectors.alerts_of(proposal)
    released = prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    shown = selectors.alerts_of(released, AlertStage.RELEASE)
    assert [alert.rule_id for alert in shown] == [rules.PH_LENSES_OUT]
    assert selectors.alerts_of(released) == before


def test_a_case_that_the_second_check_stops_can_still_be_refused_and_then_waits_for_a_physician(
    proposal: Prescription, screener: Actor, pharmacist: Actor
) -> None:
    correct(proposal, screener, allergies=("carmellose",))
    stopped_by(proposal, pharmacist)
    refused = prescription_refuse(prescription_id=proposal.pk, by=pharmacist, now=NOW, code="stop-stands")
    assert (refused.status, refused.followed_up_at) == ("refused", None)
    refused.lot.refresh_from_db()
    assert refused.lot.reserved == 0


def test_a_visit_whose_answers_were_never_asked_is_stopped(
    proposal: Prescription, screener: Actor, pharmacist: Actor
) -> None:
    services.safety_answers_record(
        encounter=proposal.encounter, answers=SafetyAnswers(), by=screener, now=NOW
    )
    assert stopped_by(proposal, pharmacist) == {rules.PH_UNKNOWN}


def test_a_medicine_of_an_older_formulary_is_not_released(proposal: Prescription, pharmacist: Actor) -> None:
    proposal.medicine.code = "no-longer-listed"
    proposal.medicine.save()
    assert stopped_by(proposal, pharmacist) == {rules.PH_NO_MEDICINE}


def test_the_example_policy_lets_nobody_release_outside_development(
    proposal: Prescription, clinic: Organization, pharmacist: Actor, settings: object
) -> None:
    clinic.country = "ZZ"
    clinic.save()
    with pytest.raises(RoleRefused):
        prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW)
    settings.DEBUG = True
    assert prescription_authorise(prescription_id=proposal.pk, by=pharmacist, now=NOW).status == "authorised"


def test_a_notice_imported_after_the_proposal_stops_the_release_by_its_route(
    proposal: Prescription, pharmacist: Actor, tmp_path: Path
) -> None:
    patient = proposal.encounter.patient
    patient.birth_date = date(1950, 1, 1)
    patient.save()
    tablets = drug_data.stored(tmp_path, [drug_data.elderly_row("Carmellose Sodium", "나정")])
    drug_data.imported(Source.DUR_ELDERLY, tablets)
    assert not stops_of(alerts_now(proposal, now=NOW))
    drops = drug_data.stored(tmp_path, [drug_data.elderly_row("Carmellose Sodium", "점안액")], "drops.json")
    drug_data.imported(Source.DUR_ELDERLY, drops)
    assert stopped_by(proposal, pharmacist) == {rules.PH_DUR_ELDERLY}
