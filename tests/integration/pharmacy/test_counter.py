"""Over the counter, where no machine stands: a live release, the scan of a hand-over, one transaction."""

from datetime import datetime, timedelta

import pytest

from pharmacy import dispense_selectors, selectors
from pharmacy.domain.dispensing import RELEASE_VALID
from pharmacy.drug_data_selectors import supplies_of
from pharmacy.errors import (
    DrugDataStale,
    LotBlocked,
    MachineThere,
    PackMismatch,
    PrescriptionClosed,
    ReleaseMissing,
    ReleaseTaken,
    ScanInvalid,
)
from pharmacy.models import Dispense, DrugDataImport, Lot, MachineEvent, Prescription
from pharmacy.services import (
    counter_hand_over,
    counter_release,
    counter_scan,
    dispense_cancel,
    pack_return,
    prescription_refuse,
    releases_expire,
    supply_end,
)
from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Role
from tests.factories import records as cast
from tests.integration.pharmacy.cast import NOW
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


def release(here: Scene, of: Prescription, *, by: Actor | None = None, now: datetime = NOW) -> Dispense:
    return counter_release(prescription_id=of.pk, by=by or here.pharmacist, now=now)


def released(here: Scene, packs: int = 1) -> Prescription:
    """Authorised, and released for the counter."""
    of = here.authorised(packs)
    release(here, of)
    return of


def waiting(here: Scene, now: datetime = SOON) -> dict[Prescription, bool]:
    """What waits at the counter, and whether it may be handed over now."""
    return {
        one: one.released for one in dispense_selectors.prescriptions_for_counter(by=here.screener, now=now)
    }


def hand_over(here: Scene, of: Prescription, *scans: str, by=None, now=SOON) -> Dispense:
    return counter_hand_over(prescription_id=of.pk, scans=scans, by=by or here.screener, now=now)


def test_scanned_packs_leave_the_books_and_a_recall_finds_who_has_them(here: Scene, stored: Lot) -> None:
    of = released(here, packs=2)
    made = hand_over(here, of, scan(stored, "A"), scan(stored, "B"))
    assert (made.status, made.packs_handed_over, made.bay) == ("completed", 2, None)
    assert (made.handed_over_by, made.released_by_id) == (
        here.screener.label,
        here.pharmacist.practitioner_id,
    )
    assert (made.released_at, made.handed_over_at) == (NOW, SOON)
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
    assert waiting(here) == {}


def test_it_waits_at_the_counter_until_it_is_handed_over_or_its_supply_ends(here: Scene, stored: Lot) -> None:
    first, second = released(here), here.authorised()
    assert waiting(here) == {first: True, second: False}
    hand_over(here, first, scan(stored, "A"))
    supply_end(prescription_id=second.pk, by=here.pharmacist, now=SOON, reason="not fetched")
    assert waiting(here) == {}


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
    of = released(here, packs=2)
    with pytest.raises(PackMismatch) as refused:
        hand_over(here, of, *(scan(stored, **one) for one in scans))
    assert refused.value.differs == differs
    assert books(stored) == {"on_hand": 5, "reserved": 2}
    assert AuditEvent.objects.filter(detail="scan-refused: PackMismatch").count() == 1
    assert Dispense.objects.get().status == "released"


def test_an_unreadable_code_is_recorded_and_moves_nothing(here: Scene, stored: Lot) -> None:
    of = released(here)
    with pytest.raises(ScanInvalid):
        hand_over(here, of, "0137232")
    assert AuditEvent.objects.filter(detail="scan-refused: ScanInvalid").count() == 1
    assert books(stored) == {"on_hand": 5, "reserved": 1}


def test_packs_are_checked_while_they_are_scanned(here: Scene, stored: Lot) -> None:
    of = released(here, packs=2)

    def left(*serials: str) -> int:
        scans = [scan(stored, serial) for serial in serials]
        return counter_scan(prescription_id=of.pk, scans=scans, by=here.screener, now=SOON)

    assert (left(), left("A"), left("A", "B")) == (2, 1, 0)
    assert books(stored) == {"on_hand": 5, "reserved": 2}


def test_a_serial_number_that_was_given_before_is_given_to_nobody_else(here: Scene, stored: Lot) -> None:
    hand_over(here, released(here), scan(stored, "A"))
    with pytest.raises(PackMismatch):
        hand_over(here, released(here), scan(stored, "A"))


def test_a_pack_without_its_serial_number_is_not_given_where_packs_of_its_lot_have_one(
    here: Scene, stored: Lot
) -> None:
    plain = scan(stored, "").removesuffix("\x1d21")
    hand_over(here, released(here), plain)
    hand_over(here, released(here), scan(stored, "A"))
    with pytest.raises(PackMismatch) as refused:
        hand_over(here, released(here), plain)
    assert refused.value.differs == "serial"


def test_nothing_is_handed_over_twice(here: Scene, stored: Lot) -> None:
    of = released(here)
    hand_over(here, of, scan(stored, "A"))
    with pytest.raises(PrescriptionClosed):
        hand_over(here, of, scan(stored, "B"))


def test_without_drug_data_nothing_is_handed_over(here: Scene, stored: Lot) -> None:
    of = released(here)
    DrugDataImport.objects.filter(source="recalls").delete()
    with pytest.raises(DrugDataStale) as stale:
        hand_over(here, of, scan(stored, "A"))
    assert [one.need.name for one in stale.value.stale] == ["recalls"]


def test_a_recalled_lot_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = released(here)
    Lot.objects.filter(pk=stored.pk).update(recalled_at=SOON, recall_reason="notice 1")
    with pytest.raises(LotBlocked) as blocked:
        hand_over(here, of, scan(stored, "A"))
    assert blocked.value.why == "recalled"


def test_a_lot_that_expires_too_soon_is_not_handed_over(here: Scene, stored: Lot) -> None:
    of = released(here)
    stored.expiry = SOON.date() + timedelta(days=3)
    stored.save(update_fields=["expiry"])
    with pytest.raises(LotBlocked) as blocked:
        hand_over(here, of, scan(stored, "A"))
    assert blocked.value.why == "expires-too-soon"


def test_what_is_authorised_is_not_handed_over_before_somebody_releases_it(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    with pytest.raises(ReleaseMissing) as refused:
        hand_over(here, of, scan(stored, "A"))
    assert (refused.value.why, books(stored)) == ("none", {"on_hand": 5, "reserved": 1})
    assert not Dispense.objects.exists()


def test_the_last_second_of_a_release_hands_over_and_the_next_does_not(here: Scene, stored: Lot) -> None:
    of = released(here)
    with pytest.raises(ReleaseMissing) as refused:
        hand_over(here, of, scan(stored, "A"), now=NOW + RELEASE_VALID)
    assert refused.value.why == "over"
    last = NOW + RELEASE_VALID - timedelta(seconds=1)
    assert hand_over(here, of, scan(stored, "A"), now=last).status == "completed"


def test_a_release_that_ran_out_keeps_the_packs_reserved_and_can_be_given_again(
    here: Scene, stored: Lot
) -> None:
    of, later = released(here), NOW + RELEASE_VALID
    assert waiting(here, later) == {of: False}
    assert releases_expire(by=here.software, now=later) == 1
    assert books(stored) == {"on_hand": 5, "reserved": 1}
    release(here, of, now=later)
    assert hand_over(here, of, scan(stored, "A"), now=later).packs_handed_over == 1
    assert sorted(of.dispenses.values_list("status", flat=True)) == ["completed", "expired"]


def test_a_new_release_does_not_wait_until_the_last_one_is_swept_up(here: Scene, stored: Lot) -> None:
    of = released(here)
    with pytest.raises(ReleaseTaken):
        release(here, of, now=NOW + RELEASE_VALID - timedelta(seconds=1))
    again = release(here, of, now=NOW + RELEASE_VALID)
    assert list(of.dispenses.order_by("pk").values_list("status", flat=True)) == ["expired", "released"]
    assert again.expires_at == NOW + 2 * RELEASE_VALID


def test_a_release_that_was_taken_back_hands_nothing_over(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    made = release(here, of)
    dispense_cancel(dispense_id=made.pk, by=here.pharmacist, now=SOON, reason="taken back")
    with pytest.raises(ReleaseMissing):
        hand_over(here, of, scan(stored, "A"))


def test_a_release_holds_for_what_was_released_and_nothing_else(here: Scene, stored: Lot) -> None:
    of = released(here)
    here.reserve_more(of)
    with pytest.raises(ReleaseMissing) as refused:
        hand_over(here, of, scan(stored, "A"))
    assert refused.value.why == "changed"


def test_what_is_released_is_not_refused_and_its_supply_does_not_end(here: Scene, stored: Lot) -> None:
    of = released(here)
    with pytest.raises(PrescriptionClosed):
        prescription_refuse(prescription_id=of.pk, by=here.pharmacist, now=SOON, code="pack-unusable")
    with pytest.raises(PrescriptionClosed):
        supply_end(prescription_id=of.pk, by=here.pharmacist, now=SOON, reason="not fetched")


def test_one_licensed_person_releases_and_hands_over(here: Scene, stored: Lot) -> None:
    made = hand_over(here, released(here), scan(stored, "A"), by=here.pharmacist)
    assert (made.status, made.handed_over_by) == ("completed", here.pharmacist.label)


@pytest.mark.parametrize("role", [Role.SCREENER, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_the_licensed_role_releases_for_the_counter(here: Scene, stored: Lot, role: str) -> None:
    of = here.authorised()
    for by in (cast.actor(here.clinic, role), here.software):
        with pytest.raises(RoleRefused):
            release(here, of, by=by)


def test_a_release_for_the_counter_checks_as_one_to_a_machine(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    with pytest.raises(RecordNotFound):
        release(here, of, by=cast.actor(cast.clinic(), "pharmacist"))
    Lot.objects.filter(pk=stored.pk).update(recalled_at=NOW, recall_reason="notice 1")
    with pytest.raises(LotBlocked):
        release(here, of)
    Lot.objects.filter(pk=stored.pk).update(recalled_at=None, recall_reason="")
    DrugDataImport.objects.filter(source="recalls").delete()
    with pytest.raises(DrugDataStale):
        release(here, of)
    assert not Dispense.objects.exists()


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
    made = hand_over(here, released(here), scan(stored, "A"))
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
        release(here, of)
    with pytest.raises(MachineThere):
        hand_over(here, of, scan(stored, "A"))
    assert waiting(here) == {}
