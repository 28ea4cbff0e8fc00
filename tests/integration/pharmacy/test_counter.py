"""Over the counter, where no machine stands: the checks of a release, the scan of a hand-over, one transaction."""

from datetime import timedelta

import pytest

from pharmacy import dispense_selectors, selectors
from pharmacy.drug_data_selectors import supplies_of
from pharmacy.errors import (
    DrugDataStale,
    LotBlocked,
    MachineThere,
    PackMismatch,
    PrescriptionClosed,
    ScanInvalid,
)
from pharmacy.models import Dispense, DrugDataImport, Lot, MachineEvent, Prescription
from pharmacy.services import (
    counter_hand_over,
    counter_scan,
    pack_return,
    prescription_refuse,
    supply_end,
)
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Role
from tests.factories import records as cast
from tests.integration.pharmacy.dispensing import SOON, Scene, books, scan, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    """A clinic with a cupboard: no machine."""
    made = scene()
    machine = made.bay.machine
    made.bay.delete()
    machine.delete()
    return made


@pytest.fixture
def stored(here: Scene) -> Lot:
    return here.lot(packs=5)


def hand_over(here: Scene, of: Prescription, *scans: str, by=None, now=SOON) -> Dispense:
    return counter_hand_over(prescription_id=of.pk, scans=scans, by=by or here.screener, now=now)


def test_scanned_packs_leave_the_books_and_a_recall_finds_who_has_them(here: Scene, stored: Lot) -> None:
    of = here.authorised(packs=2)
    made = hand_over(here, of, scan(stored, "A"), scan(stored, "B"))
    assert (made.status, made.packs_handed_over, made.bay) == ("completed", 2, None)
    assert (made.handed_over_by, made.released_by) == (here.screener.label, of.authorised_by)
    assert books(stored) == {"on_hand": 3}
    assert not selectors.lots_out_of_balance().exists()
    given = dispense_selectors.dispenses_given_of_lot(
        gtin=stored.gtin, number=stored.number, by=here.screener
    )
    assert list(given) == [made]
    assert list(supplies_of([stored])) == [of]


def test_a_medicine_that_nobody_fetched_reached_nobody(here: Scene, stored: Lot) -> None:
    here.authorised()
    assert list(supplies_of([stored])) == []


def test_what_was_authorised_before_hand_overs_were_booked_may_be_with_the_patient(
    here: Scene, stored: Lot
) -> None:
    of = here.authorised()
    Prescription.objects.filter(pk=of.pk).update(perhaps_given=True)
    assert list(supplies_of([stored])) == [of]
    with pytest.raises(PrescriptionClosed, match="end its supply"):
        hand_over(here, of, scan(stored, "A"))
    assert not dispense_selectors.prescriptions_for_counter(by=here.screener).exists()


def test_it_waits_at_the_counter_until_it_is_handed_over_or_its_supply_ends(here: Scene, stored: Lot) -> None:
    first, second = here.authorised(), here.authorised()
    assert list(dispense_selectors.prescriptions_for_counter(by=here.screener)) == [first, second]
    hand_over(here, first, scan(stored, "A"))
    supply_end(prescription_id=second.pk, by=here.pharmacist, now=SOON, reason="not fetched")
    assert not dispense_selectors.prescriptions_for_counter(by=here.screener).exists()


@pytest.mark.parametrize(
    ("scans", "differs"),
    [
        ([], "missing"),
        ([{"serial": "A"}], "missing"),
        ([{"serial": "A", "number": "OTHER"}], "lot"),
        ([{"serial": "A", "gtin": "08806411000026"}], "product"),
        ([{"serial": "A", "expiry": "290131"}], "expiry"),
        ([{"serial": "A"}, {"serial": "A"}], "pack"),
        ([{"serial": "A"}, {"serial": "B"}, {"serial": "C"}], "pack"),
    ],
)
def test_packs_that_were_not_released_move_nothing_and_the_scan_is_recorded(
    here: Scene, stored: Lot, scans: list[dict[str, str]], differs: str
) -> None:
    of = here.authorised(packs=2)
    with pytest.raises(PackMismatch) as refused:
        hand_over(here, of, *(scan(stored, **one) for one in scans))
    assert refused.value.differs == differs
    assert books(stored) == {"on_hand": 5, "reserved": 2}
    assert AuditEvent.objects.filter(detail="scan-refused: PackMismatch").count() == 1
    assert not Dispense.objects.exists()


def test_an_unreadable_code_is_recorded_and_moves_nothing(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    with pytest.raises(ScanInvalid):
        hand_over(here, of, "0137232")
    assert AuditEvent.objects.filter(detail="scan-refused: ScanInvalid").count() == 1
    assert books(stored) == {"on_hand": 5, "reserved": 1}


def test_packs_are_checked_while_they_are_scanned(here: Scene, stored: Lot) -> None:
    of = here.authorised(packs=2)

    def left(*serials: str) -> int:
        scans = [scan(stored, serial) for serial in serials]
        return counter_scan(prescription_id=of.pk, scans=scans, by=here.screener, now=SOON)

    assert (left(), left("A"), left("A", "B")) == (2, 1, 0)
    assert books(stored) == {"on_hand": 5, "reserved": 2}


def test_a_serial_number_that_was_given_before_is_given_to_nobody_else(here: Scene, stored: Lot) -> None:
    hand_over(here, here.authorised(), scan(stored, "A"))
    with pytest.raises(PackMismatch):
        hand_over(here, here.authorised(), scan(stored, "A"))


def test_nothing_is_handed_over_twice(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    hand_over(here, of, scan(stored, "A"))
    with pytest.raises(PrescriptionClosed):
        hand_over(here, of, scan(stored, "B"))


def test_without_drug_data_nothing_is_handed_over(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    DrugDataImport.objects.filter(source="recalls").delete()
    with pytest.raises(DrugDataStale) as stale:
        hand_over(here, of, scan(stored, "A"))
    assert [one.need.name for one in stale.value.stale] == ["recalls"]


def test_a_recalled_lot_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    Lot.objects.filter(pk=stored.pk).update(recalled_at=SOON, recall_reason="notice 1")
    with pytest.raises(LotBlocked) as blocked:
        hand_over(here, of, scan(stored, "A"))
    assert blocked.value.why == "recalled"


def test_a_lot_that_expires_too_soon_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    stored.expiry = SOON.date() + timedelta(days=3)
    stored.save(update_fields=["expiry"])
    with pytest.raises(LotBlocked) as blocked:
        hand_over(here, of, scan(stored, "A"))
    assert blocked.value.why == "expires-too-soon"


def test_what_a_pharmacist_refused_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    prescription_refuse(prescription_id=of.pk, by=here.pharmacist, now=SOON, code="pack-unusable")
    with pytest.raises(PrescriptionClosed):
        hand_over(here, of, scan(stored, "A"))


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_an_auditor_hands_nothing_over(here: Scene, stored: Lot, role: str) -> None:
    of = here.authorised()
    with pytest.raises(RoleRefused):
        hand_over(here, of, scan(stored, "A"), by=cast.actor(here.clinic, role))
    with pytest.raises(RoleRefused):
        hand_over(here, of, scan(stored, "A"), by=here.software)


def test_another_clinic_s_medicine_is_not_there(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    with pytest.raises(RecordNotFound):
        hand_over(here, of, scan(stored, "A"), by=cast.actor(cast.clinic()))


def test_a_pack_comes_back_into_quarantine(here: Scene, stored: Lot) -> None:
    made = hand_over(here, here.authorised(), scan(stored, "A"))
    pack_return(dispense_id=made.pk, scan=scan(stored, "A"), by=here.screener, now=SOON)
    assert books(stored) == {"on_hand": 4, "quarantined": 1}
    assert list(MachineEvent.objects.values_list("kind", "machine")) == [
        ("handed-over", None),
        ("returned", None),
    ]
    assert list(supplies_of([stored])) == []


def test_beside_a_machine_nothing_is_handed_over_the_counter(db: None) -> None:
    here = scene()
    stored = here.lot()
    of = here.authorised()
    with pytest.raises(MachineThere):
        hand_over(here, of, scan(stored, "A"))
    assert not dispense_selectors.prescriptions_for_counter(by=here.screener).exists()
