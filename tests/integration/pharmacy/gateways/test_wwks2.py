"""The gateway against the simulated machine: two processes, real TCP, each fault."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pharmacy.domain.scans import read_scan
from pharmacy.gateways.dispenser import Order, Stray
from pharmacy.gateways.errors import MachineSilent, MachineUnreachable, WrongMachine
from pharmacy.gateways.wwks2.client import Address, Wwks2Dispenser
from pharmacy.gateways.wwks2.messages import Message, OutputRequest
from tests.integration.pharmacy.simulated import IMPATIENT, MACHINE, QUICK, US, Simulated, simulated

TEARS, OTHER = "08806411000019", "08806411000026"
TWO = Order(TEARS, "LOT1", date(2028, 1, 31), packs=2, bay="1")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Simulated]:
    with simulated(tmp_path, [(TEARS, "LOT1", "2028-01-31", 5), (OTHER, "LOT2", "2028-01-31", 2)]) as one:
        yield one


def test_the_machine_says_who_it_is_and_that_it_is_ready(machine: Simulated) -> None:
    with machine.dispenser() as asked:
        assert asked.hello() == "Nungil Simulated machine, not for use 1"
        assert asked.status().ready
        asked.keep_alive()


def test_the_machine_tells_every_pack_that_it_holds_with_its_lot_and_expiry(machine: Simulated) -> None:
    with machine.dispenser() as asked:
        told = {one.article: one for one in asked.stock()}
    assert {article: one.packs for article, one in told.items()} == {TEARS: 5, OTHER: 2}
    [lot] = {(pack.lot, pack.expiry) for pack in told[TEARS].told}
    assert lot == ("LOT1", date(2028, 1, 31)) and len(told[TEARS].told) == 5
    assert read_scan(told[OTHER].told[0].scan).lot == "LOT2"


def test_a_machine_that_is_there_but_does_not_tell_its_stock_is_told_from_one_that_is_silent(
    machine: Simulated,
) -> None:
    machine.will("stock-silence")
    with machine.dispenser(IMPATIENT) as asked:
        with pytest.raises(MachineSilent):
            asked.stock()
        asked.keep_alive()
        assert len(asked.stock()) == 2


def test_a_fault_of_the_stock_is_left_alone_by_orders_and_the_other_way_round(machine: Simulated) -> None:
    machine.will("jam", "stock-miscount")
    with machine.dispenser() as asked:
        assert sum(one.packs for one in asked.stock()) == 7
        assert machine.order(TWO).reason == "machine-stopped"
        assert machine.order(TWO, key="2").outcome == "completed"
        assert sum(one.packs for one in asked.stock()) == 4


def test_a_whole_order_is_completed_with_the_packs_of_the_released_lot(machine: Simulated) -> None:
    answer = machine.order(TWO)
    assert (answer.outcome, answer.reason, machine.inside("LOT1")) == ("completed", "", 3)
    assert {(read_scan(pack.scan).gtin, read_scan(pack.scan).lot) for pack in answer.packs} == {
        (TEARS, "LOT1")
    }


@pytest.mark.parametrize(
    ("fault", "outcome", "reason", "told", "dropped"),
    [
        ("reject", "failed", "machine-rejected", 0, 0),
        ("jam", "failed", "machine-stopped", 0, 0),
        ("jam-after-one", "partial", "machine-stopped", 1, 1),
        ("duplicate", "completed", "", 2, 2),
        ("wrong-pack", "completed", "", 2, 2),
        ("reconnect", "completed", "", 2, 2),
        ("garbage", "completed", "", 2, 2),
        ("other-order-first", "completed", "", 2, 2),
        ("silence", "unknown", "machine-silent", 0, 2),
    ],
)
def test_what_each_fault_amounts_to(
    machine: Simulated, fault: str, outcome: str, reason: str, told: int, dropped: int
) -> None:
    machine.will(fault)
    answer = machine.order(TWO, patience=IMPATIENT)
    assert (answer.outcome, answer.reason, len(answer.packs)) == (outcome, reason, told)
    assert machine.in_bay() == dropped


@pytest.mark.parametrize(("fault", "dropped"), [("power-cut-before-drop", 0), ("power-cut-after-drop", 2)])
def test_after_a_power_cut_the_outcome_is_unknown_and_nothing_is_ordered_again(
    machine: Simulated, fault: str, dropped: int
) -> None:
    machine.will(fault)
    answer = machine.order(TWO, patience=IMPATIENT)
    machine.wait_for_power_cut()
    assert (answer.outcome, answer.packs, machine.in_bay()) == ("unknown", (), dropped)


def test_a_machine_that_comes_back_within_the_order_is_asked_and_not_ordered_again(
    machine: Simulated,
) -> None:
    machine.will("power-cut-after-drop")
    back = threading.Thread(target=lambda: (machine.wait_for_power_cut(), machine.start()))
    back.start()
    answer = machine.order(TWO)
    back.join()
    assert (answer.outcome, answer.reason, machine.in_bay()) == ("unknown", "machine-does-not-know", 2)


def test_an_order_cut_off_in_the_sending_is_asked_about_and_never_sent_again(
    machine: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine.dispenser() as asked:
        connection = asked.connection()
        whole = connection.send

        def cut_off(message: Message, *, seconds: float) -> None:
            if isinstance(message, OutputRequest):
                connection.close()
            whole(message, seconds=seconds)

        monkeypatch.setattr(connection, "send", cut_off)
        answer = asked.dispense(TWO, "1")
    assert (answer.outcome, answer.reason, machine.in_bay()) == ("unknown", "machine-does-not-know", 0)


def test_the_answer_to_another_order_is_kept_apart(machine: Simulated) -> None:
    machine.will("other-order-first")
    answer = machine.order(TWO)
    assert answer.strays == (Stray("OutputMessage", "999999", "Completed"),)
    assert len({pack.pack for pack in answer.packs}) == 2


def test_the_same_key_again_drops_nothing_more_and_tells_the_same(machine: Simulated) -> None:
    assert machine.order(TWO, key="7") == machine.order(TWO, key="7")
    assert machine.in_bay() == 2


def test_packs_of_another_lot_are_never_taken_for_the_ordered_one(machine: Simulated) -> None:
    assert machine.order(Order(TEARS, "LOT9", date(2028, 1, 31), 1, "1")).outcome == "failed"
    assert machine.in_bay() == 0


def test_a_lot_that_runs_out_gives_part_of_the_order(machine: Simulated) -> None:
    answer = machine.order(Order(TEARS, "LOT1", date(2028, 1, 31), 6, "1"))
    assert (answer.outcome, len(answer.packs)) == ("partial", 5)


def test_a_machine_that_is_off_got_no_order(machine: Simulated) -> None:
    machine.stop()
    answer = machine.order(TWO)
    assert (answer.outcome, answer.reason) == ("failed", "not-sent: MachineUnreachable")
    with pytest.raises(MachineUnreachable), machine.dispenser() as asked:
        asked.keep_alive()


def test_another_machine_at_the_address_gets_no_order(machine: Simulated) -> None:
    address = Address("127.0.0.1", machine.port, US, MACHINE + 1)
    with Wwks2Dispenser(address, clock=lambda: datetime.now(UTC), patience=QUICK) as asked:
        with pytest.raises(WrongMachine):
            asked.hello()
        assert asked.dispense(TWO, "1").reason == "not-sent: WrongMachine"
    assert "1" not in json.loads(machine.state.read_text())["orders"]


def test_a_port_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = Address("127.0.0.1", mute.getsockname()[1], US, MACHINE)
        began = time.monotonic()
        asked = Wwks2Dispenser(address, clock=lambda: datetime.now(UTC), patience=IMPATIENT)
        with asked, pytest.raises(MachineSilent):
            asked.status()
    assert time.monotonic() - began < 2
