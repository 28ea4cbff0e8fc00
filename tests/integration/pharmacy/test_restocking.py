"""What only a missing pack kept back waits for stock, and is reserved once packs are there (PH-26)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.errors import (
    OutOfStock,
    PrescriptionChanged,
    PrescriptionClosed,
    SafetyStops,
    SupplyOpen,
)
from pharmacy.models import MedicationOrder, Prescription
from pharmacy.safety_selectors import waits_for_stock
from pharmacy.services import (
    medicine_propose,
    order_move,
    prescription_authorise,
    prescription_refuse,
    prescription_reserve,
    safety_answers_record,
)
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from records.selectors import local_date
from screening.models import Encounter
from tests.factories import records as people
from tests.integration.pharmacy.cast import (
    CARMELLOSE,
    CLEAR,
    HYPROMELLOSE,
    LATANOPROST,
    NOW,
    lot,
    visit,
    wish,
)
from tests.integration.pharmacy.orders import assessed_visit, entered, filled, proposed

STOCK = {rules.PH_NO_STOCK}


@pytest.fixture
def here(screener: Actor) -> Encounter:
    return assessed_visit(screener)


@pytest.fixture
def order(here: Encounter, pharmacist: Actor) -> MedicationOrder:
    return filled(entered(here.patient, pharmacist), pharmacist)


@pytest.fixture
def waiting(order: MedicationOrder, here: Encounter, pharmacist: Actor) -> Prescription:
    """A supply of a filled order, asked for when the shelf was empty."""
    return proposed(order, here, pharmacist)


def wished(clinic: Organization, screener: Actor, answers: object = CLEAR) -> Prescription:
    by = software("pharmacy.proposer", clinic.pk)
    return medicine_propose(assessment=wish(visit(screener, answers)), by=by, now=NOW)


def stops(prescription: Prescription) -> set[str]:
    return {alert.rule_id for alert in selectors.alerts_of(prescription) if alert.stops}


def test_a_supply_without_a_pack_waits_for_stock_and_says_so(waiting: Prescription) -> None:
    assert (waiting.status, waiting.medicine.code, waiting.lot) == ("needs-pharmacist", LATANOPROST, None)
    assert stops(waiting) == STOCK
    assert selectors.kept_back_by_stock(waiting) and waits_for_stock(waiting, now=NOW)


def test_when_stock_came_it_is_reserved_released_and_counted_once(
    waiting: Prescription, order: MedicationOrder, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    shelf = lot(clinic, screener, LATANOPROST)
    tried = prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    assert (tried.pk, tried.status, tried.lot_id, tried.packs, tried.supply_days) == (
        waiting.pk,
        "proposed",
        shelf.pk,
        1,
        28,
    )
    prescription_authorise(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    shelf.refresh_from_db()
    order.refresh_from_db()
    assert (shelf.reserved, order.supplies_released) == (1, 1)
    assert not selectors.lots_out_of_balance().exists()


def test_the_shortage_is_said_no_more_and_why_this_lot_is(
    waiting: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener, LATANOPROST)
    prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    again = Prescription.objects.get(pk=waiting.pk)
    said = [alert.rule_id for alert in selectors.alerts_of(again)]
    assert not STOCK.intersection(said)
    assert {rules.PH_FEFO, rules.PH_RELEASE} <= set(said) and len(said) == len(set(said))
    assert again.alerts.filter(rule_id=rules.PH_NO_STOCK).exists()
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.entity, event.detail, event.reason) == (
        f"pharmacy.prescription:{waiting.pk}",
        "proposed",
        "in stock again",
    )


def test_with_the_shelf_still_empty_it_goes_on_waiting(waiting: Prescription, pharmacist: Actor) -> None:
    with pytest.raises(OutOfStock):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    waiting.refresh_from_db()
    assert waiting.status == "needs-pharmacist"


def test_packs_that_expire_too_soon_are_no_stock(
    waiting: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener, LATANOPROST, expiry=f"{NOW:%Y-%m}")
    with pytest.raises(OutOfStock):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)


def test_trying_again_twice_reserves_once(
    waiting: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    shelf = lot(clinic, screener, LATANOPROST)
    seen = selectors.state_of(waiting)
    prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW, seen=seen)
    with pytest.raises(PrescriptionChanged):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW, seen=seen)
    with pytest.raises(PrescriptionClosed):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    shelf.refresh_from_db()
    assert shelf.reserved == 1


def test_while_it_waits_no_second_supply_of_the_order_is_proposed(
    waiting: Prescription, order: MedicationOrder, here: Encounter, pharmacist: Actor
) -> None:
    with pytest.raises(SupplyOpen):
        proposed(order, here, pharmacist)
    order.refresh_from_db()
    assert order.supplies_released == 0


def test_an_order_stopped_meanwhile_is_not_reserved(
    waiting: Prescription, order: MedicationOrder, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    shelf = lot(clinic, screener, LATANOPROST)
    order_move(order_id=order.pk, to="on-hold", by=pharmacist, now=NOW, reason="asked the physician")
    with pytest.raises(SafetyStops, match=rules.PH_ORDER_OVER):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    shelf.refresh_from_db()
    assert shelf.reserved == 0 and not waits_for_stock(Prescription.objects.get(pk=waiting.pk), now=NOW)


def test_what_was_answered_since_counts(
    waiting: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener, LATANOPROST)
    answers = replace(CLEAR, allergies=("latanoprost",))
    safety_answers_record(encounter=waiting.encounter, answers=answers, by=screener, now=NOW)
    with pytest.raises(SafetyStops, match=rules.PH_ALLERGY):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)


def test_a_refused_one_is_not_tried_again(
    waiting: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener, LATANOPROST)
    prescription_refuse(prescription_id=waiting.pk, by=pharmacist, now=NOW, code="patient-declines")
    with pytest.raises(PrescriptionClosed):
        prescription_reserve(prescription_id=waiting.pk, by=pharmacist, now=NOW)


@pytest.mark.parametrize("came", [CARMELLOSE, HYPROMELLOSE])
def test_what_an_assessment_wished_for_is_tried_again_too_with_whatever_fits_now(
    clinic: Organization, screener: Actor, pharmacist: Actor, came: str
) -> None:
    waits = wished(clinic, screener)
    assert (waits.status, waits.medicine.code) == ("needs-pharmacist", CARMELLOSE)
    shelf = lot(clinic, screener, came)
    tried = prescription_reserve(prescription_id=waits.pk, by=pharmacist, now=NOW)
    assert (tried.status, tried.medicine.code, tried.lot_id) == ("proposed", came, shelf.pk)
    assert prescription_authorise(prescription_id=waits.pk, by=pharmacist, now=NOW).status == "authorised"


def test_what_waited_for_stock_lasts_from_the_day_it_was_let_out(
    clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    waits = wished(clinic, screener)
    lot(clinic, screener)
    late = NOW + timedelta(days=20)
    prescription_reserve(prescription_id=waits.pk, by=pharmacist, now=late)
    prescription_authorise(prescription_id=waits.pk, by=pharmacist, now=late)
    (supply,) = selectors.recent_supplies(waits.encounter, now=late)
    assert supply.lasts_on(local_date(late, clinic))


def test_a_soft_stop_beside_the_shortage_is_answered_first(
    clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    unread = wished(clinic, screener, replace(CLEAR, allergies=("a white cream",)))
    assert not selectors.kept_back_by_stock(unread) and not waits_for_stock(unread, now=NOW)
    lot(clinic, screener)
    with pytest.raises(SafetyStops, match=rules.PH_ALLERGY_UNREAD):
        prescription_reserve(prescription_id=unread.pk, by=pharmacist, now=NOW)


def test_only_who_may_propose_tries_again(
    waiting: Prescription, clinic: Organization, screener: Actor
) -> None:
    lot(clinic, screener, LATANOPROST)
    with pytest.raises(RoleRefused):
        prescription_reserve(prescription_id=waiting.pk, by=screener, now=NOW)
    with pytest.raises(RecordNotFound):
        prescription_reserve(
            prescription_id=waiting.pk, by=people.actor(people.clinic(), "pharmacist"), now=NOW
        )
