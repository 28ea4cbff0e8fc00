"""From the bay into the hand: scanned first, and set aside where anything is wrong."""

from datetime import timedelta

import pytest

from pharmacy import dispense_selectors
from pharmacy.domain.counts import Counted
from pharmacy.errors import (
    DispenseClosed,
    LotBlocked,
    PackMismatch,
    PrescriptionClosed,
    ReasonMissing,
    ScanInvalid,
    StockChanged,
)
from pharmacy.gateways.dispenser import Answer, Outcome
from pharmacy.models import Dispense, DispensedPack, Lot, MachineEvent
from pharmacy.services import (
    answer_note,
    bay_count,
    dispense_hand_over,
    dispense_retain,
    lots_recall,
    pack_return,
    packs_replace,
    prescription_refuse,
)
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent
from tests.factories import records as cast
from tests.integration.pharmacy.dispensing import SOON, Scene, books, dropped, scan, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


def in_bay(here: Scene, *serials: str, packs: int = 0) -> Dispense:
    of = here.begun(packs=packs or len(serials))
    part = packs > len(serials)
    answer = dropped(of, *serials, outcome=Outcome.PARTIAL if part else Outcome.COMPLETED)
    return answer_note(dispense_id=of.pk, answer=answer, by=here.software, now=SOON)


def hand_over(here: Scene, of: Dispense, *scans: str, by=None, now=SOON) -> Dispense:
    return dispense_hand_over(dispense_id=of.pk, scans=scans, by=by or here.screener, now=now)


def test_scanned_packs_are_handed_over_and_leave_the_house(here: Scene, stored: Lot) -> None:
    made = hand_over(here, in_bay(here, "A", "B"), scan(stored, "B"), scan(stored, "A"))
    assert (made.status, made.packs_handed_over, made.handed_over_at) == ("completed", 2, SOON)
    assert books(stored) == {"on_hand": 3}


def test_a_part_is_handed_over_as_a_part_and_the_rest_is_released_later(here: Scene, stored: Lot) -> None:
    made = hand_over(here, in_bay(here, "A", packs=2), scan(stored, "A"))
    assert (made.status, made.packs_handed_over) == ("partial", 1)
    assert books(stored) == {"on_hand": 4, "reserved": 1}
    assert here.released(made.prescription).packs == 1


def test_the_kiosk_s_own_scanner_hands_over_too(here: Scene, stored: Lot) -> None:
    assert hand_over(here, in_bay(here, "A"), scan(stored, "A"), by=here.software).status == "completed"


@pytest.mark.parametrize(
    "scans",
    [
        [],
        [{"serial": "B"}],
        [{"serial": "A", "number": "OTHER"}],
        [{"serial": "A", "gtin": "08806411000026"}],
        [{"serial": "A", "expiry": "290131"}],
        [{"serial": "A"}, {"serial": "A"}],
        [{"serial": "A"}, {"serial": "B"}],
    ],
    ids=["none", "other serial", "other lot", "other product", "other expiry", "one twice", "one too many"],
)
def test_packs_that_were_not_dropped_for_the_order_stay_where_they_are(
    here: Scene, stored: Lot, scans: list[dict[str, str]]
) -> None:
    of = in_bay(here, "A")
    with pytest.raises(PackMismatch):
        hand_over(here, of, *(scan(stored, **one) for one in scans))
    assert books(stored) == {"on_hand": 4, "in_bay": 1}
    assert MachineEvent.objects.filter(kind="scan-refused", detail="PackMismatch").count() == 1


def test_an_unreadable_code_is_recorded_and_moves_nothing(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    with pytest.raises(ScanInvalid):
        hand_over(here, of, "0137232")
    assert MachineEvent.objects.filter(kind="scan-refused", dispense=of).count() == 1
    assert books(stored) == {"on_hand": 4, "in_bay": 1}


def test_after_a_wrong_scan_the_right_one_still_hands_over(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    with pytest.raises(PackMismatch):
        hand_over(here, of, scan(stored, "B"))
    assert hand_over(here, of, scan(stored, "A")).status == "completed"


def test_nothing_is_handed_over_twice(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    hand_over(here, of, scan(stored, "A"))
    with pytest.raises(DispenseClosed):
        hand_over(here, of, scan(stored, "A"))


def test_a_lot_recalled_while_its_packs_lie_in_the_bay_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    lots_recall(gtin=stored.gtin, reason="notice 1", by=here.pharmacist, now=SOON)
    with pytest.raises(LotBlocked):
        hand_over(here, of, scan(stored, "A"))
    dispense_retain(dispense_id=of.pk, by=here.screener, now=SOON, reason="recalled")
    assert books(stored) == {"on_hand": 4, "quarantined": 1}


def test_a_lot_that_expired_in_the_bay_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    Lot.objects.filter(pk=stored.pk).update(expiry=SOON.date() - timedelta(days=1))
    with pytest.raises(LotBlocked):
        hand_over(here, of, scan(stored, "A"))


def test_packs_that_nobody_fetched_are_set_aside_and_the_dispense_ends_as_failed(
    here: Scene, stored: Lot
) -> None:
    of = in_bay(here, "A")
    made = dispense_retain(dispense_id=of.pk, by=here.software, now=SOON, reason="not fetched")
    assert (made.status, made.packs_handed_over) == ("failed", 0)
    assert books(stored) == {"on_hand": 4, "quarantined": 1}
    with pytest.raises(DispenseClosed):
        hand_over(here, of, scan(stored, "A"))


def test_packs_are_not_set_aside_without_a_reason(here: Scene, stored: Lot) -> None:
    with pytest.raises(ReasonMissing):
        dispense_retain(dispense_id=in_bay(here, "A").pk, by=here.screener, now=SOON, reason=" ")


def test_whoever_takes_a_pack_back_stands_in_the_audit_trail(here: Scene, stored: Lot) -> None:
    of = hand_over(here, in_bay(here, "A"), scan(stored, "A"))
    pack_return(dispense_id=of.pk, scan=scan(stored, "A"), by=here.screener, now=SOON)
    last = AuditEvent.objects.order_by("sequence").last()
    told = (last.entity, last.actor, last.reason, last.patient_id)
    patient = of.prescription.encounter.patient_id
    assert told == (f"pharmacy.dispense:{of.pk}", here.screener.label, "returned", patient)


def test_a_returned_pack_is_set_aside_once_and_never_goes_back_to_the_shelf(here: Scene, stored: Lot) -> None:
    of = hand_over(here, in_bay(here, "A", "B"), scan(stored, "A"), scan(stored, "B"))
    given_back = {"dispense_id": of.pk, "scan": scan(stored, "A"), "by": here.screener, "now": SOON}
    assert pack_return(**given_back).serial == "A"
    assert books(stored) == {"on_hand": 3, "quarantined": 1}
    with pytest.raises(PackMismatch):
        pack_return(**given_back)


def test_what_was_never_handed_over_cannot_come_back(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    with pytest.raises(PackMismatch):
        pack_return(dispense_id=of.pk, scan=scan(stored, "A"), by=here.screener, now=SOON)


def test_a_medicine_that_was_handed_out_is_not_refused_any_more(here: Scene, stored: Lot) -> None:
    of = hand_over(here, in_bay(here, "A"), scan(stored, "A"))
    with pytest.raises(PrescriptionClosed, match="handed out"):
        prescription_refuse(
            prescription_id=of.prescription_id, by=here.pharmacist, now=SOON, code="patient-declines"
        )


def test_a_recall_names_those_who_still_have_packs_and_no_others(here: Scene, stored: Lot) -> None:
    kept = hand_over(here, in_bay(here, "A"), scan(stored, "A"))
    back = hand_over(here, in_bay(here, "B"), scan(stored, "B"))
    pack_return(dispense_id=back.pk, scan=scan(stored, "B"), by=here.screener, now=SOON)
    taken = here.begun()
    silent = Answer(Outcome.UNKNOWN, reason="machine-silent")
    answer_note(dispense_id=taken.pk, answer=silent, by=here.software, now=SOON)
    found = [Counted(stored.pk, 2, with_patient=1)]
    bay_count(bay_id=here.bay.pk, counted=found, by=here.screener, now=SOON)
    in_bay(here, "C")
    of_lot = {"gtin": stored.gtin, "number": stored.number}
    assert list(dispense_selectors.dispenses_given_of_lot(**of_lot, by=here.pharmacist)) == [kept, taken]
    elsewhere = cast.actor(cast.clinic(), "pharmacist")
    assert not dispense_selectors.dispenses_given_of_lot(**of_lot, by=elsewhere).exists()


def test_neither_another_clinic_nor_an_auditor_hands_over(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    with pytest.raises(RecordNotFound):
        hand_over(here, of, scan(stored, "A"), by=cast.actor(cast.clinic()))
    with pytest.raises(RoleRefused):
        hand_over(here, of, scan(stored, "A"), by=cast.actor(here.clinic, "auditor"))
    assert not DispensedPack.objects.filter(handed_over_at__isnull=False).exists()


def test_packs_that_reached_nobody_are_replaced_once_from_the_same_lot(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A", "B")
    dispense_retain(dispense_id=of.pk, by=here.screener, now=SOON, reason="damaged")
    with pytest.raises(PrescriptionClosed, match="nothing of it is reserved"):
        here.released(of.prescription)
    packs_replace(dispense_id=of.pk, by=here.pharmacist, now=SOON)
    assert books(stored) == {"on_hand": 3, "reserved": 2, "quarantined": 2}
    with pytest.raises(DispenseClosed):
        packs_replace(dispense_id=of.pk, by=here.pharmacist, now=SOON)
    assert here.released(of.prescription).packs == 2


def test_a_failed_order_whose_packs_are_still_reserved_replaces_nothing(here: Scene, stored: Lot) -> None:
    of = here.begun()
    answer_note(dispense_id=of.pk, answer=Answer(Outcome.FAILED), by=here.software, now=SOON)
    with pytest.raises(PrescriptionClosed, match="nothing of the medicine is owed"):
        packs_replace(dispense_id=of.pk, by=here.pharmacist, now=SOON)


def test_a_lot_without_a_free_pack_replaces_nothing(here: Scene) -> None:
    stored = here.lot(packs=1)
    of = in_bay(here, "A")
    dispense_retain(dispense_id=of.pk, by=here.screener, now=SOON, reason="damaged")
    with pytest.raises(StockChanged):
        packs_replace(dispense_id=of.pk, by=here.pharmacist, now=SOON)
    assert books(stored) == {"quarantined": 1}


def test_only_the_pharmacist_replaces_packs(here: Scene, stored: Lot) -> None:
    of = in_bay(here, "A")
    dispense_retain(dispense_id=of.pk, by=here.screener, now=SOON, reason="damaged")
    with pytest.raises(RoleRefused):
        packs_replace(dispense_id=of.pk, by=here.screener, now=SOON)
