from datetime import date

import pytest

from pharmacy.importers import recalls
from tests.unit.pharmacy.importers.cast import row, said

GTIN = "8806411000019"
RECALL = {"PRDUCT": "가상점안액", "ITEM_SEQ": "201", "STD_CD": GTIN, "RECALL_COMMAND_DATE": "20250612"}


def test_a_recall_blocks_each_lot_of_each_barcode() -> None:
    (recall,) = recalls.recall(
        row(**RECALL | {"STD_CD": f"{GTIN}, 8806411000026"}, MNFCTUR_NO="BR-1,br-2 , BR-1")
    )
    assert recall.blocked == (
        ("08806411000019", "BR-1"),
        ("08806411000019", "BR-2"),
        ("08806411000026", "BR-1"),
        ("08806411000026", "BR-2"),
    )
    assert (recall.key, recall.ordered_on) == ("201-2025-06-12", date(2025, 6, 12))


@pytest.mark.parametrize("lots", [None, "", " , "])
def test_a_recall_without_lots_blocks_the_whole_gtin(lots: str | None) -> None:
    (recall,) = recalls.recall(row(**RECALL, MNFCTUR_NO=lots))
    assert recall.blocked == (("08806411000019", ""),)


@pytest.mark.parametrize("lots", ["전 제조번호", "A01~A09", "A1,외 3건", "X" * 21])
def test_lots_that_cannot_be_read_block_the_whole_gtin_and_are_told(lots: str) -> None:
    made = row(**RECALL, MNFCTUR_NO=lots)
    (recall,) = recalls.recall(made)
    assert recall.blocked == (("08806411000019", ""),)
    assert said(made) == [("MNFCTUR_NO", "no lot number that can be read; every lot is blocked", False)]


def test_a_recall_without_barcodes_waits_for_the_permits_of_its_item() -> None:
    made = row(**RECALL | {"STD_CD": None}, MNFCTUR_NO="A1")
    (recall,) = recalls.recall(made)
    assert recall.blocked == (("", "A1"),)
    assert said(made)[0][0] == "STD_CD"


def test_a_barcode_with_a_wrong_check_digit_is_told_and_the_others_taken() -> None:
    made = row(**RECALL | {"STD_CD": f"8806411000018,{GTIN}"})
    assert recalls.recall(made)[0].blocked == (("08806411000019", ""),)
    assert said(made)[0][0] == "STD_CD"


def test_a_recall_of_nothing_is_refused() -> None:
    made = row(STD_CD=GTIN)
    assert recalls.recall(made) == []
    assert said(made)[0][2]
