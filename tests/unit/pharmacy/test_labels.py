from datetime import date

import pytest

from pharmacy.domain.labels import read_expiry, read_gtin
from pharmacy.errors import LotInvalid


@pytest.mark.parametrize(
    ("printed", "expiry"),
    [
        ("2027-02", date(2027, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 31)),
        ("2027-04", date(2027, 4, 30)),
        ("2027-04-01", date(2027, 4, 1)),
        (" 2028-02-29 ", date(2028, 2, 29)),
    ],
)
def test_an_expiry_without_a_day_is_the_end_of_its_month(printed: str, expiry: date) -> None:
    assert read_expiry(printed) == expiry


@pytest.mark.parametrize("printed", ["", "2027", "2027-13", "2027-09-31", "2027-02-29", "27-09-30", "270931"])
def test_an_impossible_expiry_is_refused_by_name(printed: str) -> None:
    with pytest.raises(LotInvalid) as caught:
        read_expiry(printed)
    assert caught.value.field == "expiry"


@pytest.mark.parametrize(
    ("printed", "gtin"),
    [("05415062303238", "05415062303238"), ("5415062303238", "05415062303238")],
)
def test_a_gtin_is_padded_to_fourteen_digits(printed: str, gtin: str) -> None:
    assert read_gtin(printed) == gtin


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "0",
        "00000000000000",
        "05415062303239",
        "05415062302338",
        "no number",
        "105415062303238",
        "０5415062303238",
    ],
)
def test_a_mistyped_gtin_is_refused_by_name(printed: str) -> None:
    with pytest.raises(LotInvalid) as caught:
        read_gtin(printed)
    assert caught.value.field == "gtin"
