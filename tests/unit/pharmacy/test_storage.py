"""Every limit of keeping packs on both its sides; the numbers stand here a second time on purpose."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pharmacy.domain.formulary import FORMULARY
from pharmacy.domain.storage import Storage, is_excursion, is_low, medicines_kept_in, reading_due, storage_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("storage", "inside", "outside"),
    [
        (Storage.FRIDGE, "2.0", "1.9"),
        (Storage.FRIDGE, "8.0", "8.1"),
        (Storage.ROOM, "1.0", "0.9"),
        (Storage.ROOM, "30.0", "30.1"),
    ],
)
def test_each_limit_of_a_place_is_still_allowed_and_a_tenth_beyond_is_not(
    storage: Storage, inside: str, outside: str
) -> None:
    assert not is_excursion(storage, Decimal(inside))
    assert is_excursion(storage, Decimal(outside))


def test_unopened_latanoprost_is_kept_in_the_fridge_and_everything_else_in_the_room() -> None:
    in_the_fridge = {entry.code for entry in FORMULARY if storage_of(entry.code) is Storage.FRIDGE}
    assert in_the_fridge == medicines_kept_in(Storage.FRIDGE) == {"latanoprost-0.005"}
    assert medicines_kept_in(Storage.ROOM) is None


def test_a_reading_is_due_after_a_day_and_where_there_was_none() -> None:
    assert not reading_due(NOW - timedelta(hours=24), NOW)
    assert reading_due(NOW - timedelta(hours=24, seconds=1), NOW)
    assert reading_due(None, NOW)


@pytest.mark.parametrize(
    ("usable", "left_lately", "low"),
    [(3, 0, False), (2, 0, True), (10, 10, False), (9, 10, True), (0, 0, True)],
)
def test_stock_is_low_when_less_is_there_than_left_in_a_fortnight_or_than_three_packs(
    usable: int, left_lately: int, low: bool
) -> None:
    assert is_low(usable, left_lately) is low
