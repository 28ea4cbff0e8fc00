from pathlib import Path

from pharmacy.domain.scans import read_scan
from pharmacy.gateways.simulator.faults import Fault, FaultFile
from pharmacy.gateways.simulator.shelf import Remembered, Shelf

LOT = ("08806411000019", "LOT1", "2028-01-31")


def stocked(path: Path, total: int) -> Shelf:
    shelf = Shelf.open(path)
    shelf.stock_to(*LOT, total)
    shelf.keep()
    return shelf


def test_the_shelf_and_its_memory_outlive_a_power_cut(tmp_path: Path) -> None:
    before = stocked(tmp_path / "state", 3)
    before.drop(before.packs[0])
    before.orders["7"] = Remembered("InProcess", before.bay[:])
    before.keep()
    assert Shelf.open(tmp_path / "state") == before


def test_what_people_put_in_later_is_added_once_and_what_was_dropped_stays_dropped(tmp_path: Path) -> None:
    shelf = stocked(tmp_path / "state", 3)
    shelf.drop(shelf.packs[0])
    shelf.stock_to(*LOT, 3)
    assert len(shelf.packs) == 2
    shelf.stock_to(*LOT, 5)
    assert len(shelf.packs) == 4


def test_what_people_took_out_is_gone(tmp_path: Path) -> None:
    shelf = stocked(tmp_path / "state", 3)
    shelf.stock_to(*LOT, 1)
    assert len(shelf.packs) == 1


def test_every_pack_has_a_serial_number_that_no_other_machine_gives(tmp_path: Path) -> None:
    packs = stocked(tmp_path / "one", 3).packs + stocked(tmp_path / "two", 3).packs
    assert len({pack.serial for pack in packs}) == 6
    assert {
        (label.gtin, label.lot, label.expiry.isoformat()) for label in map(read_scan, (p.scan for p in packs))
    } == {LOT}


def test_faults_are_taken_one_an_order_and_an_unknown_word_is_none(tmp_path: Path) -> None:
    (tmp_path / "faults").write_text("jam\nnonsense\nsilence\n")
    faults = FaultFile(tmp_path / "faults")
    assert [faults.take() for _ in range(4)] == [Fault.JAM, Fault.NONE, Fault.SILENCE, Fault.NONE]
    assert FaultFile(None).take() is Fault.NONE
