from datetime import date

import pytest

from pharmacy.importers import products
from tests.unit.pharmacy.importers.cast import row, said

GTIN = "8806411000019"
RECALL = {"PRDUCT": "가상점안액", "ITEM_SEQ": "201", "STD_CD": GTIN, "RECALL_COMMAND_DATE": "20250612"}


def test_a_recall_blocks_each_lot_of_each_barcode() -> None:
    (recall,) = products.recall(
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
    (recall,) = products.recall(row(**RECALL, MNFCTUR_NO=lots))
    assert recall.blocked == (("08806411000019", ""),)


@pytest.mark.parametrize("lots", ["전 제조번호", "A01~A09", "A1,외 3건", "X" * 21])
def test_lots_that_cannot_be_read_block_the_whole_gtin_and_are_told(lots: str) -> None:
    made = row(**RECALL, MNFCTUR_NO=lots)
    (recall,) = products.recall(made)
    assert recall.blocked == (("08806411000019", ""),)
    assert said(made) == [("MNFCTUR_NO", "no lot number that can be read; every lot is blocked", False)]


def test_a_recall_without_barcodes_waits_for_the_permits_of_its_item() -> None:
    made = row(**RECALL | {"STD_CD": None}, MNFCTUR_NO="A1")
    (recall,) = products.recall(made)
    assert recall.blocked == (("", "A1"),)
    assert said(made)[0][0] == "STD_CD"


def test_a_barcode_with_a_wrong_check_digit_is_told_and_the_others_taken() -> None:
    made = row(**RECALL | {"STD_CD": f"8806411000018,{GTIN}"})
    assert products.recall(made)[0].blocked == (("08806411000019", ""),)
    assert said(made)[0][0] == "STD_CD"


def test_a_recall_of_nothing_is_refused() -> None:
    made = row(STD_CD=GTIN)
    assert products.recall(made) == []
    assert said(made)[0][2]


@pytest.mark.parametrize(
    ("written", "legal"), [("일반의약품", "otc"), ("전문의약품", "rx"), ("", ""), ("기타", "")]
)
def test_a_permit_says_how_the_product_may_be_sold(written: str, legal: str) -> None:
    (permit,) = products.permit(row(ITEM_SEQ="1", ITEM_NAME="가", ETC_OTC_CODE=written, BAR_CODE=GTIN))
    assert (permit.legal_class, permit.gtins) == (legal, ("08806411000019",))


def test_the_ingredients_of_the_details_are_found_in_their_cell() -> None:
    material = "총량 : 1|성분명 : 포도당|분량 : 50|단위 : 그램;총량 : 1|성분명 : 염화나트륨|분량 : 9"
    assert products.permit(row(ITEM_SEQ="1", MATERIAL_NAME=material))[0].ingredients == "포도당 / 염화나트륨"


def test_a_leaflet_is_plain_text() -> None:
    (leaflet,) = products.leaflet(
        row(
            itemSeq="1",
            itemName="가상점안액",
            useMethodQesitm="<p>1일 2회<br>점안</p>",
            updateDe="2024-11-29",
        )
    )
    assert (leaflet.directions, leaflet.cautions, leaflet.updated_on) == (
        "1일 2회\n점안",
        "",
        date(2024, 11, 29),
    )


@pytest.mark.parametrize("item", [None, "", "1" * 17])
def test_a_product_without_its_number_is_refused(item: str | None) -> None:
    made = row(itemSeq=item, ITEM_SEQ=item)
    assert products.leaflet(made) == products.permit(made) == []
    assert all(refused for _, _, refused in said(made))
