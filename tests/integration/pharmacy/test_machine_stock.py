"""The machine's own count beside the books, over real TCP: shown, never booked, and nothing promised that lacks."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from pharmacy.domain.counts import Counted
from pharmacy.gateways.dispenser import StoredArticle, StoredPack
from pharmacy.machine_selectors import lots_fewer_in_machine
from pharmacy.models import Lot, Machine, StockDifference
from pharmacy.services import (
    answer_note,
    bay_count,
    dispense_release,
    lot_count,
    lot_quarantine,
    machine_stock_note,
)
from pharmacy.stock_selectors import signs_of
from pharmacy.tasks import check_machines, compare_machines, dispense_packs
from records.actor import software
from records.models import AuditEvent
from tests.factories import records as cast
from tests.integration.pharmacy.cast import NOW, visit, wish
from tests.integration.pharmacy.dispensing import SOON, Scene, books, dropped, scene
from tests.integration.pharmacy.simulated import Simulated
from tests.integration.pharmacy.test_concurrency import proposing

pytestmark = pytest.mark.django_db
Rows = list[tuple[str, int, int]]
# Long after the lots were received, so that they are settled.
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def here(db: None, settings: Settings) -> Scene:
    settings.MACHINE_REPLY_SECONDS, settings.MACHINE_ORDER_SECONDS = 1, 1
    return scene()


def compared() -> Rows:
    """Ask the machine by the real task; the differences that are open then."""
    compare_machines.run()
    return open_rows()


def open_rows() -> Rows:
    rows = StockDifference.objects.filter(ended_at=None).order_by("lot_number", "expiry")
    return [(row.lot_number, row.booked, row.counted) for row in rows]


def ordered(here: Scene, packs: int = 2) -> None:
    """Release an order and let the task carry it out."""
    of, now = here.authorised(packs), timezone.now()
    made = dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=here.pharmacist, now=now)
    dispense_packs.run(key=made.pk)


def told(here: Scene, *lots: tuple[Lot, int], **more: object) -> Rows:
    """The comparison of what a machine tells of these lots, without TCP."""
    held = [StoredArticle(lot.gtin, n, (StoredPack(lot.number, lot.expiry),) * n) for lot, n in lots]
    given = {"asked_at": LATER, "now": LATER, "held": held} | more
    by = software("pharmacy.comparer", here.clinic.pk)
    machine_stock_note(machine_id=here.bay.machine_id, by=by, **given)
    return open_rows()


def test_a_machine_that_holds_what_the_books_have_differs_in_nothing(machine: Simulated) -> None:
    assert compared() == []
    kept = Machine.objects.get()
    assert kept.compared_at is not None and kept.state == "Ready"
    assert kept.product == "Nungil Simulated machine, not for use 1"


def test_a_pack_that_the_machine_lacks_is_shown_booked_nowhere_and_ends_when_it_agrees(
    machine: Simulated, here: Scene, stored: Lot
) -> None:
    machine.will("stock-miscount")
    assert compared() == [(stored.number, 5, 4)]
    assert books(stored) == {"on_hand": 5} and stored.entries.count() == 1
    assert compared() == []
    assert StockDifference.objects.get().ended_at is not None
    said = AuditEvent.objects.filter(organization=here.clinic, reason="MS-01").order_by("pk")
    assert list(said.values_list("detail", flat=True)) == ["books 5, machine 4", "agrees again"]


@pytest.mark.parametrize(
    "fault",
    [
        "none",
        "duplicate",
        "reconnect",
        "garbage",
        "other-order-first",
        "jam",
        "jam-after-one",
        "reject",
        "silence",
    ],
)
def test_an_order_and_what_became_of_it_is_no_difference(machine: Simulated, here: Scene, fault: str) -> None:
    machine.will(fault)
    ordered(here)
    assert compared() == []


@pytest.mark.parametrize("fault", ["power-cut-before-drop", "power-cut-after-drop"])
def test_a_power_cut_under_way_is_no_difference_until_the_bay_is_counted(
    machine: Simulated, here: Scene, stored: Lot, fault: str
) -> None:
    machine.will(fault)
    ordered(here)
    machine.wait_for_power_cut()
    machine.start()
    assert compared() == []
    inside = machine.inside(stored.number)
    found = [Counted(stored.pk, inside, in_bay=5 - inside)]
    bay_count(bay_id=here.bay.pk, counted=found, by=here.screener, now=timezone.now())
    assert compared() == []


def test_a_pack_of_another_lot_that_was_dropped_is_missing_there(
    machine: Simulated, here: Scene, other: Lot
) -> None:
    machine.will("wrong-pack")
    ordered(here)
    assert compared() == [(other.number, 3, 1)]


def test_while_the_machine_works_its_lot_is_not_compared(here: Scene, stored: Lot) -> None:
    begun = here.begun(packs=2)
    assert told(here, (stored, 3)) == []
    answer_note(dispense_id=begun.pk, answer=dropped(begun, "1", "2"), by=here.software, now=SOON)
    assert told(here, (stored, 3)) == []
    assert told(here, (stored, 5)) == [(stored.number, 3, 5)]


def test_what_moved_after_the_machine_was_asked_is_not_compared(here: Scene, stored: Lot) -> None:
    begun = here.begun(packs=2)
    answer_note(dispense_id=begun.pk, answer=dropped(begun, "1", "2"), by=here.software, now=LATER)
    assert told(here, (stored, 5)) == []
    assert told(here, (stored, 5), asked_at=LATER + timedelta(seconds=1)) == [(stored.number, 3, 5)]


@pytest.mark.parametrize(("minutes", "rows"), [(10, 1), (9, 0)])
def test_people_have_ten_minutes_to_put_in_what_they_booked(here: Scene, minutes: int, rows: int) -> None:
    here.lot(packs=3)
    now = NOW + timedelta(minutes=minutes)
    assert len(told(here, asked_at=now, now=now)) == rows


def test_people_have_ten_minutes_to_take_out_what_they_set_aside(here: Scene, stored: Lot) -> None:
    lot_quarantine(lot_id=stored.pk, packs=2, reason="damaged", by=here.pharmacist, now=LATER)
    soon, later = (LATER + timedelta(minutes=minutes) for minutes in (9, 10))
    assert told(here, (stored, 5), asked_at=soon, now=soon) == []
    assert told(here, (stored, 5), asked_at=later, now=later) == [(stored.number, 3, 5)]


@pytest.fixture
def promise(here: Scene) -> Callable[[], Lot | None]:
    """The lot of which another patient is promised a pack."""
    return lambda: proposing(wish(visit(here.screener)))().lot


def test_a_lot_that_the_machine_has_less_of_is_promised_to_nobody_until_it_agrees(
    here: Scene, stored: Lot, other: Lot, promise: Callable[[], Lot | None]
) -> None:
    told(here, (stored, 4), (other, 3))
    assert signs_of([stored], here.clinic, now=NOW) == {stored.pk: "fewer"}
    assert promise() == other
    told(here, (stored, 5), (other, 3))
    assert promise() == stored


def test_a_lot_that_the_machine_has_more_of_may_be_promised(
    here: Scene, stored: Lot, promise: Callable[[], Lot | None]
) -> None:
    assert told(here, (stored, 6)) == [(stored.number, 5, 6)]
    assert promise() == stored


def test_where_every_lot_lacks_the_medicine_goes_to_the_pharmacist(
    here: Scene, stored: Lot, promise: Callable[[], Lot | None]
) -> None:
    told(here, (stored, 0))
    assert promise() is None


@pytest.mark.parametrize(("found", "left"), [(5, (5, 4)), (6, (6, 4)), (4, None)])
def test_a_person_s_count_makes_the_lot_free_again_whatever_the_machine_goes_on_saying(
    here: Scene, stored: Lot, found: int, left: tuple[int, int] | None
) -> None:
    told(here, (stored, 4))
    after = LATER + timedelta(minutes=5)
    lot_count(lot_id=stored.pk, in_machine=found, by=here.screener, now=after)
    rows = told(here, (stored, 4), asked_at=after + timedelta(minutes=1), now=after + timedelta(minutes=1))
    assert rows == ([(stored.number, *left)] if left else [])
    assert lots_fewer_in_machine([stored]) == set()


def test_a_lot_that_was_just_counted_is_not_barred_by_what_the_count_itself_made_different(
    here: Scene, stored: Lot
) -> None:
    assert told(here, (stored, 5)) == []
    after = LATER + timedelta(minutes=5)
    lot_count(lot_id=stored.pk, in_machine=7, by=here.screener, now=after)
    rows = told(here, (stored, 5), asked_at=after + timedelta(minutes=1), now=after + timedelta(minutes=1))
    assert rows == [(stored.number, 7, 5)]
    assert lots_fewer_in_machine([stored]) == set()


def test_a_difference_that_grows_after_the_count_keeps_the_lot_back_again(here: Scene, stored: Lot) -> None:
    told(here, (stored, 4))
    lot_count(lot_id=stored.pk, in_machine=5, by=here.screener, now=LATER)
    for minutes, counted, fewer in ((5, 4, set()), (10, 3, {stored.pk})):
        now = LATER + timedelta(minutes=minutes)
        told(here, (stored, counted), asked_at=now, now=now)
        assert lots_fewer_in_machine([stored]) == fewer


def test_a_machine_that_tells_no_lots_is_compared_by_product_and_keeps_all_its_lots_back(
    here: Scene, stored: Lot, other: Lot
) -> None:
    assert told(here, held=[StoredArticle(stored.gtin, 8)]) == []
    assert told(here, held=[StoredArticle(stored.gtin, 7)]) == [("", 8, 7)]
    assert lots_fewer_in_machine([stored, other]) == {stored.pk, other.pk}
    lot_count(lot_id=other.pk, in_machine=3, by=here.screener, now=LATER)
    assert lots_fewer_in_machine([stored, other]) == {stored.pk}


def test_packs_that_nobody_booked_and_another_expiry_are_told(here: Scene, stored: Lot) -> None:
    strange = StoredArticle("1092857", 1, (StoredPack("X1", date(2028, 1, 31)),))
    wrong = StoredArticle(stored.gtin, 5, (StoredPack(stored.number, date(2029, 1, 31)),) * 5)
    rows = told(here, held=[strange, wrong])
    assert rows == [(stored.number, 5, 0), (stored.number, 0, 5), ("X1", 0, 1)]
    assert lots_fewer_in_machine([stored]) == {stored.pk}


def test_a_silent_machine_is_kept_with_since_when_and_its_differences_stay(
    machine: Simulated, stored: Lot
) -> None:
    machine.will("stock-miscount")
    compared()
    machine.stop()
    assert compared() == [(stored.number, 5, 4)]
    kept = Machine.objects.get()
    since = kept.silent_since
    assert (kept.state, since is not None) == ("MachineUnreachable", True)
    check_machines.run()
    kept.refresh_from_db()
    assert kept.silent_since == since and kept.state_at > since
    machine.start()
    assert compared() == []
    kept.refresh_from_db()
    assert kept.silent_since is None


def test_a_machine_that_does_not_tell_its_stock_is_not_silent_and_not_compared(machine: Simulated) -> None:
    machine.will("stock-silence")
    assert compared() == []
    kept = Machine.objects.get()
    assert (kept.state, kept.silent_since, kept.compared_at) == ("Ready", None, None)


def test_one_silent_machine_does_not_keep_the_others_from_being_compared(
    machine: Simulated, stored: Lot
) -> None:
    ours = Machine.objects.get()
    Machine.objects.filter(pk=ours.pk).update(port=machine.port)
    Machine.objects.create(
        organization=cast.clinic(), name="Off", host="127.0.0.1", port=9, number=1, our_number=2
    )
    machine.will("stock-miscount")
    assert compared() == [(stored.number, 5, 4)]
    assert Machine.objects.get(name="Off").silent_since is not None


def test_another_clinic_s_machine_is_not_ours_to_compare(here: Scene, stored: Lot) -> None:
    elsewhere = software("pharmacy.comparer", cast.clinic().pk)
    given = {"machine_id": here.bay.machine_id, "held": [], "asked_at": LATER, "now": LATER}
    with pytest.raises(Machine.DoesNotExist):
        machine_stock_note(by=elsewhere, **given)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"counted": 5}, "difference_is_one"),
        ({"article": ""}, "difference_article"),
        ({"seen_at": NOW}, "difference_seen_after_it_began"),
    ],
)
def test_the_database_keeps_differences_possible(
    here: Scene, stored: Lot, values: dict[str, object], constraint: str
) -> None:
    told(here, (stored, 4))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StockDifference.objects.update(**values)
