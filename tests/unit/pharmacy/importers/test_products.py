from datetime import date

import pytest

from pharmacy.importers import products
from tests.unit.pharmacy.importers.cast import row, said

GTIN = "8806411000019"


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
