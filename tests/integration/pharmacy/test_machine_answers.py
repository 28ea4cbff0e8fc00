"""What the machine says it did, in the books: dropped packs, nothing, or a locked bay."""

import pytest
from django.db import IntegrityError, transaction

from pharmacy import selectors
from pharmacy.gateways.dispenser import Answer, Outcome, PackScan, Stray
from pharmacy.models import Dispense, DispensedPack, LedgerEntry, Lot, MachineEvent
from pharmacy.services import answer_note, dispense_hand_over
from tests.integration.pharmacy.dispensing import SOON, Scene, books, dropped, scan, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


def note(here: Scene, of: Dispense, answer: Answer) -> Dispense:
    return answer_note(dispense_id=of.pk, answer=answer, by=here.software, now=SOON)


def heard(kind: str) -> list[str]:
    return list(MachineEvent.objects.filter(kind=kind).values_list("detail", flat=True))


def test_dropped_packs_leave_the_shelf_and_their_reservation_for_the_bay(here: Scene, stored: Lot) -> None:
    made = note(here, of := here.begun(packs=2), dropped(of, "A", "B"))
    assert (made.status, made.packs_dropped) == ("in-bay", 2)
    assert books(stored) == {"on_hand": 3, "in_bay": 2}
    assert set(DispensedPack.objects.values_list("serial", flat=True)) == {"A", "B"}


def test_a_part_of_the_order_leaves_the_rest_reserved_for_a_further_release(here: Scene, stored: Lot) -> None:
    of = here.begun(packs=2)
    made = note(here, of, dropped(of, "A", outcome=Outcome.PARTIAL))
    assert (made.status, made.packs_dropped) == ("in-bay", 1)
    assert books(stored) == {"on_hand": 4, "reserved": 1, "in_bay": 1}


def test_a_failed_order_moves_nothing_and_may_be_released_again(here: Scene, stored: Lot) -> None:
    of = here.begun()
    made = note(here, of, Answer(Outcome.FAILED, reason="machine-stopped"))
    assert (made.status, made.reason) == ("failed", "machine-stopped")
    assert books(stored) == {"on_hand": 5, "reserved": 1}
    assert here.released(of.prescription).status == "released"


def test_an_unknown_outcome_moves_nothing_in_the_books_and_locks_the_bay(here: Scene, stored: Lot) -> None:
    made = note(here, here.begun(), Answer(Outcome.UNKNOWN, reason="machine-silent"))
    here.bay.refresh_from_db()
    assert (made.status, here.bay.locked_since, here.bay.lock_reason) == ("unknown", SOON, "machine-silent")
    assert books(stored) == {"on_hand": 5, "reserved": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gtin": "08806411000026"}, "wrong-pack: product"),
        ({"number": "OTHER"}, "wrong-pack: lot"),
        ({"expiry": "280229"}, "wrong-pack: expiry"),
        ({"expiry": "280230"}, "pack-unread: code"),
        ({"gtin": "08806411000018"}, "pack-unread: product number"),
    ],
)
def test_a_pack_of_another_label_than_released_locks_the_bay(
    here: Scene, stored: Lot, change: dict[str, str], reason: str
) -> None:
    of = here.begun()
    made = note(here, of, dropped(of, "A", **change))
    assert (made.status, made.reason) == ("unknown", reason)
    assert books(stored) == {"on_hand": 5, "reserved": 1}
    assert not DispensedPack.objects.exists()


def test_one_wrong_pack_among_right_ones_is_enough(here: Scene, stored: Lot) -> None:
    of = here.begun(packs=2)
    packs = (*dropped(of, "A").packs, PackScan(stored.gtin, "B", "0137232"))
    assert note(here, of, Answer(Outcome.COMPLETED, packs)).reason == "pack-unread: code"


def test_a_serial_number_that_was_dropped_before_locks_the_bay(here: Scene, stored: Lot) -> None:
    first = here.begun()
    note(here, first, dropped(first, "A"))
    dispense_hand_over(dispense_id=first.pk, scans=[scan(stored, "A")], by=here.screener, now=SOON)
    second = here.begun()
    assert note(here, second, dropped(second, "A")).reason == "pack-dropped-before"


def test_the_same_serial_number_twice_in_one_answer_locks_the_bay(here: Scene, stored: Lot) -> None:
    of = here.begun(packs=2)
    twice = tuple(PackScan(stored.gtin, number, scan(stored, "A")) for number in ("1", "2"))
    assert note(here, of, Answer(Outcome.COMPLETED, twice)).reason == "pack-dropped-before"


def test_the_database_itself_keeps_a_serial_number_from_leaving_twice(here: Scene, stored: Lot) -> None:
    of = here.begun()
    note(here, of, dropped(of, "A"))
    row = DispensedPack.objects.get()
    row.pk, row.machine_pack = None, "other"
    with pytest.raises(IntegrityError, match="pack_dropped_once"), transaction.atomic():
        row.save()


def test_a_repeated_answer_is_recorded_and_books_nothing_more(here: Scene, stored: Lot) -> None:
    of = here.begun()
    note(here, of, dropped(of, "A"))
    lines = LedgerEntry.objects.count()
    assert note(here, of, dropped(of, "A")).status == "in-bay"
    assert (LedgerEntry.objects.count(), heard("late")) == (lines, ["completed"])


def test_a_late_answer_after_a_locked_bay_changes_nothing(here: Scene, stored: Lot) -> None:
    of = here.begun()
    note(here, of, Answer(Outcome.UNKNOWN, reason="machine-silent"))
    assert note(here, of, dropped(of, "A")).status == "unknown"
    assert books(stored) == {"on_hand": 5, "reserved": 1}


def test_an_answer_to_another_order_is_recorded_beside_ours(here: Scene, stored: Lot) -> None:
    of = here.begun()
    stray = Stray("OutputMessage", "999999", "Completed")
    note(here, of, Answer(Outcome.FAILED, reason="machine-stopped", strays=(stray,)))
    assert heard("other-order") == ["OutputMessage 999999 Completed"]
    assert not selectors.lots_out_of_balance().exists()
