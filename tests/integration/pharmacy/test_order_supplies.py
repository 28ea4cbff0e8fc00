"""A prescription item is released only as pick-up of a filled order in force; the order feeds dose and days."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.overrides import OverrideGiven, OverrideReason
from pharmacy.errors import SafetyStops, SupplyOpen, VisitNotAssessed
from pharmacy.models import Lot, MedicationOrder, Prescription
from pharmacy.services import (
    counter_release,
    diagnosis_supply_propose,
    dispense_release,
    lots_recall,
    medicine_propose,
    order_move,
    order_supply_propose,
    prescription_authorise,
    prescription_override,
    releases_expire,
    safety_answers_record,
)
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from screening.domain.diagnosis import Diagnosis, DiagnosisSource
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import Encounter
from screening.services import diagnosis_record, diagnosis_retract
from tests.factories import assessments
from tests.factories import records as people
from tests.integration.pharmacy.cast import AREDS2, CLEAR, LATANOPROST, NOW, lot, visit, wish
from tests.integration.pharmacy.dispensing import bay_of, fresh_drug_data
from tests.integration.pharmacy.orders import TODAY, assessed_visit, entered, filled, proposed


@pytest.fixture
def here(screener: Actor) -> Encounter:
    return assessed_visit(screener)


@pytest.fixture
def shelf(clinic: Organization, screener: Actor) -> Lot:
    return lot(clinic, screener, LATANOPROST)


@pytest.fixture
def order(here: Encounter, pharmacist: Actor) -> MedicationOrder:
    return filled(entered(here.patient, pharmacist), pharmacist)


def stopped_by(order: MedicationOrder, here: Encounter, by: Actor, now: datetime = NOW) -> set[str]:
    with pytest.raises(SafetyStops) as stopped:
        proposed(order, here, by, now)
    assert not Prescription.objects.filter(order=order).exists()
    return {alert.rule_id for alert in stopped.value.alerts}


def release_stopped_by(supply: Prescription, by: Actor, now: datetime = NOW) -> set[tuple[str, str]]:
    with pytest.raises(SafetyStops) as stopped:
        prescription_authorise(prescription_id=supply.pk, by=by, now=now)
    return {(alert.rule_id, alert.subject) for alert in stopped.value.alerts}


def confirmed(here: Encounter, by: Actor, **stages: str) -> None:
    diagnosis_record(
        patient=here.patient,
        diagnoses=[Diagnosis(Laterality(eye), Label.AMD, stage) for eye, stage in stages.items()],
        source=DiagnosisSource.LETTER,
        confirmed_on=TODAY,
        confirmed_by="Choi Min-a, eye clinic",
        by=by,
        now=NOW,
    )


def test_a_filled_order_is_proposed_for_its_days_and_released_by_a_pharmacist(
    order: MedicationOrder, here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    supply = proposed(order, here, pharmacist)
    assert (supply.status, supply.supply_days, supply.lot) == ("proposed", 28, shelf)
    done = prescription_authorise(prescription_id=supply.pk, by=pharmacist, now=NOW)
    order.refresh_from_db()
    assert (done.status, order.supplies_released, order.status) == ("authorised", 1, "active")


def test_an_order_that_no_pharmacy_filled_is_refused_by_its_rule(
    here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    unfilled = entered(here.patient, pharmacist)
    assert stopped_by(unfilled, here, pharmacist) == {rules.PH_ORDER_NOT_FILLED}


def test_a_prescription_item_whose_order_is_gone_is_not_released(
    order: MedicationOrder, here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    supply = proposed(order, here, pharmacist)
    Prescription.objects.filter(pk=supply.pk).update(order=None, basis="diagnosis")
    other = entered(here.patient, pharmacist, medicine="timolol-0.5")
    order_move(order_id=order.pk, to="cancelled", by=pharmacist, now=NOW, reason="stopped")
    assert other.status == "active"
    assert release_stopped_by(supply, pharmacist) == {(rules.PH_NO_ORDER, "")}


@pytest.mark.parametrize(("to", "subject"), [("cancelled", "cancelled"), ("on-hold", "on-hold")])
def test_an_order_stopped_after_the_proposal_is_not_released(
    order: MedicationOrder, here: Encounter, shelf: Lot, pharmacist: Actor, to: str, subject: str
) -> None:
    supply = proposed(order, here, pharmacist)
    order_move(order_id=order.pk, to=to, by=pharmacist, now=NOW, reason="stopped")
    assert release_stopped_by(supply, pharmacist) == {(rules.PH_ORDER_OVER, subject)}


def test_an_order_is_released_on_its_last_day_and_not_on_the_day_after(
    here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    order = filled(entered(here.patient, pharmacist, valid_until=TODAY), pharmacist)
    supply = proposed(order, here, pharmacist)
    tomorrow = NOW + timedelta(days=1)
    assert (rules.PH_ORDER_OVER, TODAY.isoformat()) in release_stopped_by(supply, pharmacist, tomorrow)
    assert prescription_authorise(prescription_id=supply.pk, by=pharmacist, now=NOW).status == "authorised"


@pytest.mark.parametrize(
    ("otherwise", "rule_id"),
    [({"units_per_day": "2"}, rules.PH_DOSE), ({"supply_days": "29"}, rules.PH_DURATION)],
)
def test_a_dose_or_a_time_above_the_label_waits_for_a_reason(
    here: Encounter, shelf: Lot, pharmacist: Actor, otherwise: dict[str, str], rule_id: str
) -> None:
    order = filled(entered(here.patient, pharmacist, **otherwise), pharmacist)
    supply = proposed(order, here, pharmacist)
    subject = next(iter(otherwise.values()))
    assert supply.status == "needs-pharmacist"
    given = [OverrideGiven(rule_id, OverrideReason.SPECIALIST_ADVICE, subject)]
    prescription_override(prescription_id=supply.pk, by=pharmacist, now=NOW, overrides=given)
    done = prescription_authorise(prescription_id=supply.pk, by=pharmacist, now=NOW)
    assert (done.status, done.supply_days) == ("authorised", order.supply_days)


def test_what_speaks_against_the_medicine_stops_an_order_as_well(
    order: MedicationOrder, here: Encounter, shelf: Lot, screener: Actor, pharmacist: Actor
) -> None:
    safety_answers_record(
        encounter=here, answers=replace(CLEAR, allergies=("latanoprost",)), by=screener, now=NOW
    )
    assert stopped_by(order, here, pharmacist) == {rules.PH_ALLERGY}


def test_the_order_of_another_patient_is_not_supplied(
    order: MedicationOrder, screener: Actor, shelf: Lot, pharmacist: Actor
) -> None:
    with pytest.raises(RecordNotFound):
        proposed(order, assessed_visit(screener), pharmacist)


def test_nothing_is_supplied_in_a_visit_without_a_result(
    order: MedicationOrder, here: Encounter, screener: Actor, pharmacist: Actor
) -> None:
    with pytest.raises(VisitNotAssessed):
        proposed(order, visit(screener, patient=here.patient), pharmacist)


def test_a_screener_asks_for_no_supply(order: MedicationOrder, here: Encounter, screener: Actor) -> None:
    with pytest.raises(RoleRefused):
        order_supply_propose(order_id=order.pk, encounter=here, by=screener, now=NOW)


def test_one_supply_of_an_order_waits_in_a_visit(
    order: MedicationOrder, here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    proposed(order, here, pharmacist)
    with pytest.raises(SupplyOpen):
        proposed(order, here, pharmacist)
    shelf.refresh_from_db()
    assert shelf.reserved == 1


def test_a_release_that_ended_leaves_the_supply_open_and_no_second_one_beside_it(
    order: MedicationOrder, here: Encounter, shelf: Lot, clinic: Organization, pharmacist: Actor
) -> None:
    fresh_drug_data()
    supply = proposed(order, here, pharmacist)
    prescription_authorise(prescription_id=supply.pk, by=pharmacist, now=NOW)
    counter_release(prescription_id=supply.pk, by=pharmacist, now=NOW)
    later = NOW + timedelta(minutes=11)
    releases_expire(by=software("pharmacy.dispenser", clinic.pk), now=later)
    filled(order, pharmacist, later)
    with pytest.raises(SupplyOpen):
        proposed(order, here, pharmacist, later)


def test_a_newer_assessment_withdraws_its_own_wish_and_no_supply(
    order: MedicationOrder, here: Encounter, shelf: Lot, clinic: Organization, pharmacist: Actor
) -> None:
    supply = proposed(order, here, pharmacist)
    by = software("pharmacy.proposer", clinic.pk)
    newer = medicine_propose(assessment=wish(here), by=by, now=NOW)
    supply.refresh_from_db()
    assert newer is not None
    assert (newer.basis, supply.status) == ("assessment", "proposed")
    assert selectors.prescription_by_assessment(newer.assessment_id) == newer


def test_the_supplement_follows_from_a_confirmed_diagnosis_and_from_nothing_else(
    here: Encounter, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener, AREDS2)
    for stages in ({}, {"R": "early"}, {"R": "late-wet"}):
        if stages:
            confirmed(here, pharmacist, **stages)
        with pytest.raises(SafetyStops) as stopped:
            diagnosis_supply_propose(indication="amd-intermediate", encounter=here, by=pharmacist, now=NOW)
        assert {alert.rule_id for alert in stopped.value.alerts} == {rules.PH_NOT_CONFIRMED}
    confirmed(here, pharmacist, R="intermediate")
    supply = diagnosis_supply_propose(indication="amd-intermediate", encounter=here, by=pharmacist, now=NOW)
    assert (supply.status, supply.medicine.code, supply.basis) == ("proposed", AREDS2, "diagnosis")


def test_a_diagnosis_taken_back_after_the_proposal_stops_the_release(
    here: Encounter, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener, AREDS2)
    confirmed(here, pharmacist, R="intermediate")
    supply = diagnosis_supply_propose(indication="amd-intermediate", encounter=here, by=pharmacist, now=NOW)
    row = here.patient.diagnoses.get()
    diagnosis_retract(diagnosis_id=row.pk, reason="letter of another patient", by=pharmacist, now=NOW)
    assert release_stopped_by(supply, pharmacist) == {(rules.PH_NOT_CONFIRMED, "amd-intermediate")}


def test_a_wish_of_an_assessment_for_the_supplement_needs_the_diagnosis_too(
    clinic: Organization, screener: Actor
) -> None:
    lot(clinic, screener, AREDS2)
    by = software("pharmacy.proposer", clinic.pk)
    wished = medicine_propose(assessment=wish(visit(screener), "amd-intermediate"), by=by, now=NOW)
    assert wished is not None
    assert (wished.status, wished.medicine) == ("needs-pharmacist", None)


def test_a_red_flag_stops_the_supply_of_an_order(
    order: MedicationOrder, here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    assessments.assessment(here, assessments.referral("stat", 0, red_flags="sudden-vision-loss"))
    assert stopped_by(order, here, pharmacist) == {rules.PH_RED_FLAG}


def test_another_clinic_asks_for_no_supply(order: MedicationOrder, here: Encounter) -> None:
    stranger = people.actor(people.clinic(), "pharmacist")
    with pytest.raises(RecordNotFound):
        proposed(order, here, stranger)


def test_the_last_supply_of_an_order_is_given_by_the_machine_although_it_is_counted(
    here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    last = filled(entered(here.patient, pharmacist, refills="0"), pharmacist)
    supply = proposed(last, here, pharmacist)
    prescription_authorise(prescription_id=supply.pk, by=pharmacist, now=NOW)
    last.refresh_from_db()
    assert last.status == "completed"
    with_bay = bay_of(supply.organization)
    given = dispense_release(prescription_id=supply.pk, bay_id=with_bay.pk, by=pharmacist, now=NOW)
    assert given.status == "released"


def test_a_recall_gives_the_supply_back_to_its_order(
    order: MedicationOrder, here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    supply = proposed(order, here, pharmacist)
    bay_of(supply.organization)
    prescription_authorise(prescription_id=supply.pk, by=pharmacist, now=NOW)
    lots_recall(gtin=shelf.gtin, reason="notice 1", by=pharmacist, now=NOW)
    order.refresh_from_db()
    supply.refresh_from_db()
    assert (supply.status, order.supplies_released) == ("needs-pharmacist", 0)


def test_one_pharmacist_may_copy_fill_and_release_and_each_step_keeps_its_name(
    here: Encounter, shelf: Lot, pharmacist: Actor
) -> None:
    """PH-88: nothing read asks for a second person, so what one did alone must be told apart later."""
    order = filled(entered(here.patient, pharmacist), pharmacist)
    done = prescription_authorise(
        prescription_id=proposed(order, here, pharmacist).pk, by=pharmacist, now=NOW
    )
    alone = {order.entered_by_id, order.fillings.get().filled_by_id, done.authorised_by_id}
    assert alone == {pharmacist.practitioner_id}
    acts = AuditEvent.objects.filter(patient_id=here.patient_id, entity__startswith="pharmacy.").order_by(
        "pk"
    )
    steps = list(acts.filter(actor=pharmacist.label).values_list("entity", "detail"))
    assert steps == [
        (f"pharmacy.medicationorder:{order.pk}", f"paper {LATANOPROST}"),
        (f"pharmacy.medicationorder:{order.pk}", "supply 1 filled"),
        (f"pharmacy.prescription:{done.pk}", "proposed"),
        (f"pharmacy.medicationorder:{order.pk}", "active, 1 of 3 supplies released"),
        (f"pharmacy.prescription:{done.pk}", "authorised"),
    ]
