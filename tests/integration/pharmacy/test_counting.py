"""A locked bay goes back to work when a person has counted, and the books then say what was found."""

import pytest

from pharmacy import dispense_selectors, selectors
from pharmacy.domain.counts import Counted
from pharmacy.errors import (
    BayUnavailable,
    CountImpossible,
    CountInvalid,
    LotInvalid,
    LotPromised,
    StockChanged,
)
from pharmacy.gateways.dispenser import Answer, Outcome
from pharmacy.models import Bay, BayCount, Dispense, Lot, LotCount
from pharmacy.services import answer_note, bay_count, lot_count, lot_quarantine, lot_receive_scanned
from records.errors import RecordNotFound, RoleRefused
from tests.factories import records as cast
from tests.integration.pharmacy.cast import NOW
from tests.integration.pharmacy.dispensing import SOON, Scene, books, dropped, scan, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


def unknown(here: Scene, packs: int = 2) -> Dispense:
    of = here.begun(packs=packs)
    answer = Answer(Outcome.UNKNOWN, reason="machine-silent")
    return answer_note(dispense_id=of.pk, answer=answer, by=here.software, now=SOON)


def count(here: Scene, *counted: Counted, by=None) -> BayCount:
    return bay_count(bay_id=here.bay.pk, counted=counted, by=by or here.screener, now=SOON)


@pytest.mark.parametrize(
    ("machine", "bay", "patient", "booked", "handed_over"),
    [
        (5, 0, 0, {"on_hand": 5, "reserved": 2}, 0),
        (3, 2, 0, {"on_hand": 3, "quarantined": 2}, 0),
        (3, 0, 2, {"on_hand": 3}, 2),
        (3, 1, 1, {"on_hand": 3, "quarantined": 1}, 1),
        (4, 1, 0, {"on_hand": 4, "reserved": 1, "quarantined": 1}, 0),
        (3, 0, 0, {"on_hand": 3}, 0),
        (4, 0, 0, {"on_hand": 4, "reserved": 1}, 0),
        (0, 0, 0, {}, 0),
        (6, 0, 0, {"on_hand": 6, "reserved": 2}, 0),
        (5, 2, 0, {"on_hand": 5, "quarantined": 2}, 0),
    ],
)
def test_the_books_say_what_was_found(
    here: Scene, stored: Lot, machine: int, bay: int, patient: int, booked: dict[str, int], handed_over: int
) -> None:
    of = unknown(here)
    made = count(here, Counted(stored.pk, machine, bay, patient))
    of.refresh_from_db()
    assert books(stored) == booked
    assert (of.status, of.packs_handed_over) == ("reconciled", handed_over)
    assert (made.lock_reason, made.counted_by_id) == ("machine-silent", here.screener.practitioner_id)
    assert not selectors.lots_out_of_balance().exists()


def test_a_counted_bay_takes_orders_again(here: Scene, stored: Lot) -> None:
    of = unknown(here)
    with pytest.raises(BayUnavailable):
        here.released()
    assert list(dispense_selectors.bays_locked(by=here.screener)) == [here.bay]
    assert dispense_selectors.dispense_to_count(here.bay) == of
    count(here, Counted(stored.pk, 5))
    assert not dispense_selectors.bays_locked(by=here.screener).exists()
    assert here.released(of.prescription).packs == 2


def test_a_bay_is_counted_once(here: Scene, stored: Lot) -> None:
    unknown(here)
    count(here, Counted(stored.pk, 5))
    with pytest.raises(CountImpossible):
        count(here, Counted(stored.pk, 5))


def test_a_wrong_pack_is_found_in_the_bay_and_its_own_lot_is_set_right(here: Scene, stored: Lot) -> None:
    other = here.lot(packs=3, expiry="2029-01")
    of = here.begun()
    wrong = dropped(of, "A", number=other.number, expiry="290131")
    assert answer_note(dispense_id=of.pk, answer=wrong, by=here.software, now=SOON).status == "unknown"
    count(here, Counted(stored.pk, 5), Counted(other.pk, 2, in_bay=1))
    assert books(stored) == {"on_hand": 5, "reserved": 1}
    assert books(other) == {"on_hand": 2, "quarantined": 1}


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (lambda stored, other: [Counted(other.pk, 3)], "lot"),
        (lambda stored, other: [Counted(stored.pk, 5), Counted(stored.pk, 5)], "lot"),
        (lambda stored, other: [Counted(stored.pk, 2, with_patient=3)], "with_patient"),
        (lambda stored, other: [Counted(stored.pk, 5), Counted(other.pk, 2, with_patient=1)], "with_patient"),
    ],
    ids=["order's lot missing", "one lot twice", "more than released", "a lot that was not released"],
)
def test_a_count_that_cannot_be_right_leaves_the_bay_locked(
    here: Scene, stored: Lot, counts, field: str
) -> None:
    other = here.lot(packs=3, expiry="2029-01")
    unknown(here)
    with pytest.raises(CountInvalid) as refused:
        count(here, *counts(stored, other))
    assert refused.value.field == field
    assert dispense_selectors.bays_locked(by=here.screener).exists()


@pytest.mark.parametrize("field", ["in_machine", "in_bay", "with_patient"])
def test_a_negative_count_is_no_count(field: str) -> None:
    with pytest.raises(CountInvalid) as refused:
        Counted(1, **{"in_machine": 1, field: -1})
    assert refused.value.field == field


def test_packs_that_are_promised_to_others_and_not_there_are_said(here: Scene, stored: Lot) -> None:
    here.authorised()
    unknown(here)
    with pytest.raises(LotPromised):
        count(here, Counted(stored.pk, 0, in_bay=2))
    assert books(stored) == {"on_hand": 5, "reserved": 3}


def test_neither_another_clinic_nor_an_auditor_counts(here: Scene, stored: Lot) -> None:
    unknown(here)
    with pytest.raises(RecordNotFound):
        count(here, Counted(stored.pk, 5), by=cast.actor(cast.clinic()))
    with pytest.raises(RoleRefused):
        count(here, Counted(stored.pk, 5), by=cast.actor(here.clinic, "auditor"))
    with pytest.raises(RoleRefused):
        count(here, Counted(stored.pk, 5), by=here.software)


def test_a_lot_of_another_clinic_is_not_counted(here: Scene, stored: Lot) -> None:
    theirs = scene().lot()
    unknown(here)
    with pytest.raises(RecordNotFound):
        count(here, Counted(stored.pk, 5), Counted(theirs.pk, 3))


@pytest.mark.parametrize(("found", "booked"), [(5, 5), (4, 4), (7, 7), (0, 0)])
def test_a_cycle_count_sets_the_books_right(here: Scene, stored: Lot, found: int, booked: int) -> None:
    made = lot_count(lot_id=stored.pk, in_machine=found, by=here.screener, now=NOW)
    assert (made.booked, made.in_machine) == (5, found)
    assert books(stored).get("on_hand", 0) == booked
    assert not selectors.lots_out_of_balance().exists()


def test_a_cycle_count_below_what_is_promised_is_refused(here: Scene, stored: Lot) -> None:
    here.authorised()
    with pytest.raises(LotPromised):
        lot_count(lot_id=stored.pk, in_machine=0, by=here.screener, now=NOW)
    assert not LotCount.objects.exists()


def test_nobody_counts_while_the_machine_moves_packs_of_the_lot(here: Scene, stored: Lot) -> None:
    here.begun()
    with pytest.raises(CountImpossible):
        lot_count(lot_id=stored.pk, in_machine=5, by=here.screener, now=NOW)


def test_nobody_counts_a_lot_of_which_packs_may_lie_in_a_locked_bay(here: Scene, stored: Lot) -> None:
    other = here.lot(packs=3, expiry="2029-01")
    unknown(here)
    with pytest.raises(CountImpossible, match="count the bay first"):
        lot_count(lot_id=other.pk, in_machine=2, by=here.screener, now=NOW)
    count(here, Counted(stored.pk, 5), Counted(other.pk, 2, in_bay=1))
    assert lot_count(lot_id=other.pk, in_machine=2, by=here.screener, now=NOW).booked == 2


def test_no_bay_is_counted_while_another_order_moves_packs_of_the_lot(here: Scene, stored: Lot) -> None:
    unknown(here)
    here.begun_at(Bay.objects.create(machine=here.bay.machine, destination="2"))
    with pytest.raises(CountImpossible, match="another order"):
        count(here, Counted(stored.pk, 5))


def test_two_bays_locked_over_one_lot_are_counted_one_after_the_other(here: Scene, stored: Lot) -> None:
    unknown(here)
    second = here.begun_at(Bay.objects.create(machine=here.bay.machine, destination="2"))
    silent = Answer(Outcome.UNKNOWN, reason="machine-silent")
    answer_note(dispense_id=second.pk, answer=silent, by=here.software, now=SOON)
    bay_count(
        bay_id=second.bay_id,
        counted=[Counted(stored.pk, 2, in_bay=1)],
        by=here.screener,
        now=SOON,
    )
    count(here, Counted(stored.pk, 2, in_bay=2))
    assert books(stored) == {"on_hand": 2, "quarantined": 3}
    assert not selectors.lots_out_of_balance().exists()


def test_free_packs_are_set_aside_and_promised_ones_are_not(here: Scene, stored: Lot) -> None:
    here.authorised()
    aside = {"lot_id": stored.pk, "reason": "damaged", "by": here.pharmacist, "now": NOW}
    with pytest.raises(StockChanged):
        lot_quarantine(packs=5, **aside)
    lot_quarantine(packs=4, **aside)
    assert books(stored) == {"on_hand": 1, "reserved": 1, "quarantined": 4}


def test_a_delivery_is_received_by_the_code_of_one_of_its_packs(here: Scene, stored: Lot) -> None:
    delivery = {"organization": here.clinic, "packs": 7, "by": here.screener, "now": NOW}
    more = lot_receive_scanned(scan=scan(stored, "X"), **delivery)
    new = lot_receive_scanned(scan=scan(stored, "Y", number="NEW"), **delivery)
    assert (more.pk, more.on_hand, new.number, new.expiry) == (stored.pk, 12, "NEW", stored.expiry)


def test_a_delivery_of_a_product_that_nobody_knows_is_refused(here: Scene, stored: Lot) -> None:
    with pytest.raises(LotInvalid) as refused:
        lot_receive_scanned(
            organization=here.clinic,
            scan=scan(stored, "X", gtin="05415062303238"),
            packs=1,
            by=here.screener,
            now=NOW,
        )
    assert refused.value.field == "medicine_code"
