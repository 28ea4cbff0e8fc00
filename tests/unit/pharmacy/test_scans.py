import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.scans import PackLabel, read_scan, scan_of
from pharmacy.errors import LotNotNamed, ScanInvalid

GTIN = "05415062303238"


@pytest.mark.parametrize(
    "code",
    [
        f"01{GTIN}21128302034892\x1d1729033110B32542",
        f"01{GTIN}21128302034892\x1d10B32542\x1d17290331",
        "172903311" + f"0B32542\x1d01{GTIN}21128302034892",
        f"]d201{GTIN}1729033110B32542\x1d21128302034892",
        f" 01{GTIN}1729030010B32542\x1d21128302034892\n",
    ],
    ids=["as recorded", "lot before expiry", "product number last", "with the symbol's name", "day 00"],
)
def test_the_parts_of_a_code_may_stand_in_any_order(code: str) -> None:
    assert read_scan(code) == PackLabel(GTIN, "B32542", date(2029, 3, 31), "128302034892")


def test_a_pack_without_a_serial_number_is_read_too() -> None:
    assert read_scan(f"01{GTIN}1729033110B32542").serial == ""


@given(
    lot=st.from_regex(r"[0-9A-Z./-]{1,20}", fullmatch=True),
    serial=st.from_regex(r"[0-9A-Z]{0,20}", fullmatch=True),
    expiry=st.dates(date(2026, 1, 1), date(2050, 12, 31)),
)
def test_a_label_written_as_a_code_is_read_back(lot: str, serial: str, expiry: date) -> None:
    label = PackLabel(GTIN, lot, expiry, serial)
    assert read_scan(scan_of(label)) == label


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (f"01{GTIN}1727093110B32542", "code"),
        ("0137232", "code"),
        ("", "code"),
        ("1" * 201, "code"),
        ("https://example.org", "code"),
        (f"01{GTIN}10B32542", "expiry"),
        (f"01{GTIN}17290331", "lot"),
        ("1729033110B32542", "product number"),
        ("01054150623032391729033110B32542", "product number"),
        (f"01{GTIN}01088064110000191729033110B32542", "product number"),
        (f"01{GTIN}1729033110B32542\x1d10B32543", "lot"),
    ],
    ids=[
        "31 September",
        "a national number",
        "nothing",
        "too long",
        "an address",
        "no expiry",
        "no lot",
        "no product number",
        "wrong check digit",
        "two products",
        "two lots",
    ],
)
def test_a_code_that_names_no_pack_is_refused_and_says_what_is_wrong(code: str, part: str) -> None:
    with pytest.raises(ScanInvalid) as refused:
        read_scan(code)
    assert refused.value.part == part


def test_every_recorded_gs1_code_is_read_and_agrees_with_its_message(shared: Path) -> None:
    text = (shared / "data/pharmacy/wwks2/wwks2_messages.txt").read_text()
    packs = re.findall(r'BatchNumber="([^"]+)"[^>]*?ScanCode="([^"]*)"', text)
    packs += [(lot, code) for code, lot in re.findall(r'ScanCode="([^"]*)"[^>]*?BatchNumber="([^"]+)"', text)]
    assert len(packs) > 20
    assert {read_scan(code.replace(r"\x1d", "\x1d")).lot == lot for lot, code in packs} == {True}


@pytest.mark.parametrize("fnc1", ["\x1d", "<GS>", "{GS}", "\u241d"])
def test_fnc1_is_read_however_a_scanner_types_it(fnc1: str) -> None:
    typed = f"010880641100001910LOT1{fnc1}17280131{fnc1}21A{fnc1}"
    assert read_scan(typed) == PackLabel("08806411000019", "LOT1", date(2028, 1, 31), "A")


@pytest.mark.parametrize("code", ["8806411000019", "]E08806411000019", " 8806411000019\r"])
def test_the_bars_of_a_pack_name_its_product_and_prove_no_lot(code: str) -> None:
    with pytest.raises(LotNotNamed) as refused:
        read_scan(code)
    assert refused.value.gtin == "08806411000019"


@given(st.integers(1, 10**12 - 1))
def test_one_check_digit_of_ten_makes_thirteen_digits_a_product_number(number: int) -> None:
    parts = []
    for digit in range(10):
        with pytest.raises(ScanInvalid) as refused:
            read_scan(f"{number:012d}{digit}")
        parts.append(refused.value.part)
    assert sorted(parts) == ["bars", *["product number"] * 9]


def test_a_korean_keyboard_is_named_as_what_is_wrong() -> None:
    with pytest.raises(ScanInvalid) as refused:
        read_scan("0108806411000019172801311\u11310ㅣㅒㅅ1")
    assert refused.value.part == "keyboard"
