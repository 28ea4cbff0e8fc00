"""A recall by a person's word: however the lot is written, whatever comes later, and whoever may have it."""

from dataclasses import replace

import pytest

from pharmacy.errors import LotInvalid, PrescriptionClosed, SafetyStops, SupplyOpen
from pharmacy.models import Lot, MedicationOrder, Prescription
from pharmacy.services import (
    answer_note,
    dispense_cancel,
    dispense_hand_over,
    dispense_release,
    lots_recall,
    prescription_authorise,
    prescription_refuse,
    recipients_of_lots,
    safety_answers_record,
    supply_end,
)
from records.actor import Actor
from screening.models import Encounter
from tests.integration.pharmacy.cast import CLEAR, LATANOPROST, NOW, lot
from tests.integration.pharmacy.dispensing import SOON, Scene, bay_of, dropped, scan, scene
from tests.integration.pharmacy.orders import assessed_visit, entered, filled, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


def recall(here: Scene, of: Lot, number: str = "") -> list[Lot]:
    return lots_recall(gtin=of.gtin, number=number, reason="notice 1", by=here.pharmacist, now=NOW)


def test_the_lot_is_found_however_its_number_is_written(here: Scene, stored: Lot) -> None:
    assert recall(here, stored, f" {stored.number[:3].lower()} {stored.number[3:]}") == [stored]


def test_a_lot_that_is_delivered_after_its_recall_is_refused(here: Scene, stored: Lot) -> None:
    assert recall(here, stored, "LATER-1") == []
    with pytest.raises(LotInvalid, match="recalled"):
        here.lot(number="later-1")


def test_after_a_recall_of_a_product_no_lot_of_it_is_received(here: Scene, stored: Lot) -> None:
    recall(here, stored)
    with pytest.raises(LotInvalid, match="recalled"):
        here.lot()


def test_what_may_have_been_given_is_not_given_again_nor_lost_in_a_recall(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    Prescription.objects.filter(pk=of.pk).update(perhaps_given=True)
    with pytest.raises(PrescriptionClosed):
        here.released(of)
    with pytest.raises(PrescriptionClosed):
        prescription_refuse(prescription_id=of.pk, by=here.pharmacist, now=NOW, code="pack-unusable")
    assert recipients_of_lots(recall(here, stored), by=here.pharmacist, now=NOW) == [of]


def test_what_is_learned_while_packs_lie_in_the_bay_stops_the_hand_over(here: Scene, stored: Lot) -> None:
    of = here.begun()
    answer_note(dispense_id=of.pk, answer=dropped(of, "A"), by=here.software, now=SOON)
    answers = replace(CLEAR, allergies=("carmellose",))
    safety_answers_record(encounter=of.prescription.encounter, answers=answers, by=here.screener, now=SOON)
    with pytest.raises(SafetyStops):
        dispense_hand_over(dispense_id=of.pk, scans=[scan(stored, "A")], by=here.screener, now=SOON)


@pytest.fixture
def visit(screener: Actor) -> Encounter:
    return assessed_visit(screener)


@pytest.fixture
def order(visit: Encounter, pharmacist: Actor) -> MedicationOrder:
    lot(visit.organization, pharmacist, LATANOPROST)
    return filled(entered(visit.patient, pharmacist), pharmacist)


def authorised(order: MedicationOrder, visit: Encounter, by: Actor) -> Prescription:
    return prescription_authorise(prescription_id=proposed(order, visit, by).pk, by=by, now=NOW)


def test_a_supply_that_nobody_fetched_yet_is_not_asked_for_again(
    order: MedicationOrder, visit: Encounter, pharmacist: Actor
) -> None:
    authorised(order, visit, pharmacist)
    with pytest.raises(SupplyOpen):
        proposed(filled(order, pharmacist), visit, pharmacist)


def test_a_recall_lays_a_supply_whose_release_ended_without_a_pack_before_the_pharmacist(
    order: MedicationOrder, visit: Encounter, pharmacist: Actor
) -> None:
    supply = authorised(order, visit, pharmacist)
    bay = bay_of(visit.organization)
    given = dispense_release(prescription_id=supply.pk, bay_id=bay.pk, by=pharmacist, now=NOW)
    dispense_cancel(dispense_id=given.pk, by=pharmacist, now=NOW, reason="jam")
    lots_recall(gtin=supply.lot.gtin, reason="notice 1", by=pharmacist, now=NOW)
    supply.refresh_from_db()
    order.refresh_from_db()
    assert (supply.status, order.supplies_released) == ("needs-pharmacist", 0)


def test_a_supply_asked_for_anew_outlives_a_recall_as_one_for_the_pharmacist(
    order: MedicationOrder, visit: Encounter, pharmacist: Actor
) -> None:
    first = authorised(order, visit, pharmacist)
    supply_end(prescription_id=first.pk, by=pharmacist, now=NOW, reason="not fetched")
    second = proposed(order, visit, pharmacist)
    lots_recall(gtin=first.lot.gtin, reason="notice 1", by=pharmacist, now=NOW)
    second.refresh_from_db()
    order.refresh_from_db()
    assert (second.status, order.supplies_released) == ("needs-pharmacist", 0)


def test_a_supply_that_ends_unfetched_is_given_back_to_its_order_once(
    order: MedicationOrder, visit: Encounter, pharmacist: Actor
) -> None:
    supply = authorised(order, visit, pharmacist)
    supply_end(prescription_id=supply.pk, by=pharmacist, now=NOW, reason="not fetched")
    with pytest.raises(PrescriptionClosed):
        prescription_refuse(prescription_id=supply.pk, by=pharmacist, now=NOW, code="pack-unusable")
    with pytest.raises(PrescriptionClosed):
        supply_end(prescription_id=supply.pk, by=pharmacist, now=NOW, reason="again")
    order.refresh_from_db()
    assert order.supplies_released == 0
