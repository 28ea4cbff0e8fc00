from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.labels import read_expiry
from pharmacy.domain.stock import (
    EXPIRY_MARGIN_DAYS,
    LotOnShelf,
    Sign,
    choose_lot,
    is_usable,
    last_day_of_supply,
    sign_of,
)

TODAY = date(2026, 11, 2)
DROPS = "carmellose-0.5-unit-dose"


def lot(key: int, expiry: date, on_hand: int = 5, reserved: int = 0, medicine: str = DROPS) -> LotOnShelf:
    return LotOnShelf(key, medicine, expiry, on_hand, reserved)


def choose(*lots: LotOnShelf, today: date = TODAY) -> int | None:
    chosen = choose_lot(lots, medicine=DROPS, packs=1, today=today, supply_days=14)
    return chosen.key if chosen else None


def test_a_supply_of_fourteen_days_counts_its_first_day() -> None:
    assert last_day_of_supply(date(2026, 12, 25), 14) == date(2027, 1, 7)


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 31), date(2028, 2, 29), date(2026, 12, 31)])
def test_the_expiry_margin_holds_on_both_sides_of_its_last_day(today: date) -> None:
    enough = today + timedelta(days=13 + EXPIRY_MARGIN_DAYS)
    assert choose(lot(1, enough), today=today) == 1
    assert choose(lot(1, enough - timedelta(days=1)), today=today) is None


# Last day of use of 14 days from `today`, and 30 days more, counted by hand across the ends of months.
MONTH_ENDS = [
    (date(2027, 1, 16), date(2027, 2, 27), date(2027, 2, 28)),
    (date(2028, 1, 17), date(2028, 2, 28), date(2028, 2, 29)),
    (date(2027, 2, 28), date(2027, 4, 11), date(2027, 4, 12)),
    (date(2028, 2, 29), date(2028, 4, 11), date(2028, 4, 12)),
    (date(2026, 3, 19), date(2026, 4, 30), date(2026, 5, 1)),
    (date(2026, 4, 18), date(2026, 5, 30), date(2026, 5, 31)),
    (date(2026, 11, 19), date(2026, 12, 31), date(2027, 1, 1)),
]


@pytest.mark.parametrize(("today", "too_soon", "enough"), MONTH_ENDS)
def test_the_expiry_margin_is_counted_in_days_across_the_ends_of_months(
    today: date, too_soon: date, enough: date
) -> None:
    assert choose(lot(1, enough), today=today) == 1
    assert choose(lot(1, too_soon), today=today) is None


@pytest.mark.parametrize(
    ("printed", "last_day"),
    [("2027-02", date(2027, 2, 28)), ("2028-02", date(2028, 2, 29)), ("2026-04", date(2026, 4, 30))],
)
def test_a_pack_that_names_only_a_month_counts_to_the_end_of_that_month(printed: str, last_day: date) -> None:
    expiry = read_expiry(printed)
    until = last_day - timedelta(days=13 + EXPIRY_MARGIN_DAYS)
    assert choose(lot(1, expiry), today=until) == 1
    assert choose(lot(1, expiry), today=until + timedelta(days=1)) is None


def test_the_earliest_usable_expiry_goes_first_even_beside_an_expired_lot() -> None:
    lots = [lot(1, date(2028, 1, 31)), lot(2, date(2027, 3, 31)), lot(3, date(2026, 11, 30))]
    assert choose(*lots) == 2


def test_of_two_lots_with_one_expiry_the_one_received_first_goes_first() -> None:
    assert choose(lot(8, date(2027, 3, 31)), lot(4, date(2027, 3, 31))) == 4


def test_a_reserved_pack_is_not_available() -> None:
    assert choose(lot(1, date(2027, 3, 31), on_hand=1, reserved=1), lot(2, date(2028, 3, 31))) == 2


def test_another_medicine_is_not_taken_instead() -> None:
    assert choose(lot(1, date(2028, 3, 31), medicine="hypromellose-0.3")) is None


@pytest.mark.parametrize(("on_hand", "reserved"), [(1, 2), (0, -1), (-1, 0)])
def test_books_that_cannot_be_right_are_refused(on_hand: int, reserved: int) -> None:
    with pytest.raises(ValueError, match="reserved"):
        lot(1, TODAY, on_hand, reserved)


@st.composite
def shelves(draw: st.DrawFn) -> list[LotOnShelf]:
    sizes = draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4), st.integers(0, 4)), max_size=8))
    return [
        lot(key, TODAY + timedelta(days=days), on_hand=max(first, second), reserved=min(first, second))
        for key, (days, first, second) in enumerate(sizes)
    ]


@given(shelves(), st.integers(1, 3), st.integers(1, 28))
def test_the_choice_is_usable_and_no_usable_lot_expires_earlier(
    lots: list[LotOnShelf], packs: int, supply_days: int
) -> None:
    chosen = choose_lot(lots, medicine=DROPS, packs=packs, today=TODAY, supply_days=supply_days)
    usable = [one for one in lots if is_usable(one, packs=packs, today=TODAY, supply_days=supply_days)]
    assert (chosen is None) == (not usable)
    if chosen:
        assert chosen.available >= packs
        assert chosen.expiry >= TODAY + timedelta(days=supply_days - 1 + EXPIRY_MARGIN_DAYS)
        assert all(chosen.expiry <= other.expiry for other in usable)


ENOUGH = TODAY + timedelta(days=13 + EXPIRY_MARGIN_DAYS)


@pytest.mark.parametrize(
    ("known", "sign"),
    [
        ({}, Sign.NONE),
        ({"expiry": ENOUGH - timedelta(days=1)}, Sign.SHORT),
        ({"expiry": TODAY}, Sign.SHORT),
        ({"expiry": TODAY - timedelta(days=1)}, Sign.EXPIRED),
        ({"fewer": True, "expiry": TODAY - timedelta(days=1)}, Sign.FEWER),
        ({"kept_back": True, "fewer": True, "expiry": TODAY - timedelta(days=1)}, Sign.TEMPERATURE),
        ({"recalled": True, "kept_back": True}, Sign.RECALLED),
    ],
)
def test_a_lot_carries_the_first_reason_why_nothing_of_it_is_given(
    known: dict[str, object], sign: Sign
) -> None:
    good = {
        "recalled": False,
        "kept_back": False,
        "fewer": False,
        "expiry": ENOUGH,
        "today": TODAY,
        "supply_days": 14,
    }
    assert sign_of(**(good | known)) is sign


@given(st.dates(TODAY, TODAY + timedelta(days=90)), st.integers(1, 60))
def test_a_lot_without_a_sign_is_one_that_is_chosen(expiry: date, days: int) -> None:
    known = {
        "recalled": False,
        "kept_back": False,
        "fewer": False,
        "expiry": expiry,
        "today": TODAY,
        "supply_days": days,
    }
    usable = is_usable(lot(1, expiry), packs=1, today=TODAY, supply_days=days)
    assert usable is (sign_of(**known) is Sign.NONE)
