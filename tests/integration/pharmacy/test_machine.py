"""A release carried out by the real task against the simulated machine: real TCP, real database, each fault."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import Settings

from pharmacy import selectors
from pharmacy.domain.counts import Counted
from pharmacy.models import Dispense, DispensedPack, Lot, Machine, MachineEvent
from pharmacy.services import bay_count, dispense_hand_over, dispense_release
from pharmacy.tasks import check_machines, dispense_packs
from records.models import WorkItem
from tests.integration.pharmacy.dispensing import Scene, books, scene
from tests.integration.pharmacy.simulated import Simulated

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None, settings: Settings) -> Scene:
    settings.MACHINE_REPLY_SECONDS, settings.MACHINE_ORDER_SECONDS = 1, 1
    return scene()


@pytest.fixture
def carry_out(here: Scene) -> Callable[..., Dispense]:
    """Release an order of two packs and let the task carry it out."""

    def done(packs: int = 2) -> Dispense:
        of = here.authorised(packs)
        now = timezone.now()
        made = dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=here.pharmacist, now=now)
        dispense_packs.run(key=made.pk)
        made.refresh_from_db()
        here.bay.refresh_from_db()
        assert not WorkItem.objects.exists()
        assert not selectors.lots_out_of_balance().exists()
        return made

    return done


@pytest.mark.parametrize(
    ("fault", "status", "reason", "booked", "locked"),
    [
        ("none", "in-bay", "", {"on_hand": 3, "in_bay": 2}, False),
        ("duplicate", "in-bay", "", {"on_hand": 3, "in_bay": 2}, False),
        ("reconnect", "in-bay", "", {"on_hand": 3, "in_bay": 2}, False),
        ("garbage", "in-bay", "", {"on_hand": 3, "in_bay": 2}, False),
        ("other-order-first", "in-bay", "", {"on_hand": 3, "in_bay": 2}, False),
        ("jam-after-one", "in-bay", "machine-stopped", {"on_hand": 4, "reserved": 1, "in_bay": 1}, False),
        ("jam", "failed", "machine-stopped", {"on_hand": 5, "reserved": 2}, False),
        ("reject", "failed", "machine-rejected", {"on_hand": 5, "reserved": 2}, False),
        ("silence", "unknown", "machine-silent", {"on_hand": 5, "reserved": 2}, True),
        ("wrong-pack", "unknown", "wrong-pack: lot", {"on_hand": 5, "reserved": 2}, True),
        ("power-cut-before-drop", "unknown", "machine-unreachable", {"on_hand": 5, "reserved": 2}, True),
        ("power-cut-after-drop", "unknown", "machine-unreachable", {"on_hand": 5, "reserved": 2}, True),
    ],
)
def test_stock_dispense_and_bay_after_each_fault(
    machine: Simulated,
    stored: Lot,
    here: Scene,
    carry_out: Callable[..., Dispense],
    fault: str,
    status: str,
    reason: str,
    booked: dict[str, int],
    locked: bool,
) -> None:
    machine.will(fault)
    made = carry_out()
    assert (made.status, made.reason, books(stored)) == (status, reason, booked)
    assert (here.bay.locked_since is not None, here.bay.lock_reason) == (locked, reason if locked else "")


@pytest.mark.parametrize("fault", ["silence", "wrong-pack", "power-cut-before-drop", "power-cut-after-drop"])
def test_after_a_person_counted_the_books_are_the_shelf_again(
    machine: Simulated,
    stored: Lot,
    other: Lot,
    here: Scene,
    carry_out: Callable[..., Dispense],
    fault: str,
) -> None:
    machine.will(fault)
    made = carry_out()
    found = [
        Counted(lot.pk, machine.inside(lot.number), in_bay=lot.on_hand - machine.inside(lot.number))
        for lot in (stored, other)
    ]
    bay_count(bay_id=here.bay.pk, counted=found, by=here.screener, now=timezone.now())
    made.refresh_from_db()
    assert made.status == "reconciled"
    for lot in (stored, other):
        assert books(lot).get("on_hand", 0) == machine.inside(lot.number)
    assert sum(books(lot).get("quarantined", 0) for lot in (stored, other)) == machine.in_bay()
    assert not selectors.lots_out_of_balance().exists()


@pytest.mark.parametrize(
    ("fault", "status"), [("none", "completed"), ("duplicate", "completed"), ("jam-after-one", "partial")]
)
def test_what_the_scanner_reads_in_the_bay_is_handed_over(
    machine: Simulated, stored: Lot, here: Scene, carry_out: Callable[..., Dispense], fault: str, status: str
) -> None:
    machine.will(fault)
    made = carry_out()
    handed = dispense_hand_over(
        dispense_id=made.pk, scans=machine.scans_in_bay(), by=here.screener, now=timezone.now()
    )
    assert (handed.status, handed.packs_handed_over) == (status, machine.in_bay())
    assert books(stored)["on_hand"] == machine.inside(stored.number)


def test_what_a_jam_left_is_dropped_by_a_further_release_and_never_twice(
    machine: Simulated, stored: Lot, here: Scene, carry_out: Callable[..., Dispense]
) -> None:
    machine.will("jam-after-one")
    first = carry_out()
    dispense_hand_over(
        dispense_id=first.pk, scans=machine.scans_in_bay(), by=here.screener, now=timezone.now()
    )
    rest = dispense_release(
        prescription_id=first.prescription_id, bay_id=here.bay.pk, by=here.pharmacist, now=timezone.now()
    )
    dispense_packs.run(key=rest.pk)
    rest.refresh_from_db()
    assert (rest.packs, rest.status) == (1, "in-bay")
    assert books(stored) == {"on_hand": 3, "in_bay": 1}
    assert DispensedPack.objects.values("serial").distinct().count() == 2


def test_the_answer_to_another_order_is_recorded_and_books_nothing(
    machine: Simulated, carry_out: Callable[..., Dispense]
) -> None:
    machine.will("other-order-first")
    made = carry_out()
    strays = MachineEvent.objects.filter(kind="other-order")
    assert [(event.detail, event.dispense) for event in strays] == [("OutputMessage 999999 Completed", made)]
    assert DispensedPack.objects.count() == 2


def test_a_machine_that_is_off_fails_the_dispense_and_keeps_the_reservation(
    machine: Simulated, stored: Lot, carry_out: Callable[..., Dispense]
) -> None:
    machine.stop()
    made = carry_out()
    assert (made.status, made.reason) == ("failed", "not-sent: MachineUnreachable")
    assert books(stored) == {"on_hand": 5, "reserved": 2}


def test_a_second_message_for_the_same_release_does_nothing(
    machine: Simulated, carry_out: Callable[..., Dispense]
) -> None:
    made = carry_out()
    dispense_packs.run(key=made.pk)
    made.refresh_from_db()
    assert (made.status, machine.in_bay()) == ("in-bay", 2)


def test_the_machine_s_state_is_kept_for_whoever_asks(machine: Simulated, here: Scene) -> None:
    check_machines.run()
    kept = Machine.objects.get()
    assert (kept.state, kept.state_at is not None) == ("Ready", True)
    machine.stop()
    check_machines.run()
    kept.refresh_from_db()
    assert kept.state == "MachineUnreachable"
