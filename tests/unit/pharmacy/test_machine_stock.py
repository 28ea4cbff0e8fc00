from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.machine_stock import (
    Difference,
    LotKey,
    Todo,
    differences,
    is_overdue,
    key_of,
    what_to_do,
)

TEARS, OTHER = "08806411000019", "08806411000026"
DAY, LATER = date(2028, 1, 31), date(2029, 1, 31)
A, B = LotKey(TEARS, "A", DAY), LotKey(TEARS, "B", DAY)

keys = st.builds(
    LotKey, st.sampled_from([TEARS, OTHER]), st.sampled_from(["A", "B", "C"]), st.sampled_from([DAY])
)
stocks = st.dictionaries(keys, st.integers(0, 9))


@given(stocks)
def test_a_machine_that_holds_what_the_books_have_differs_in_nothing(stock: dict[LotKey, int]) -> None:
    assert differences(stock, stock) == []


@given(stocks, stocks)
def test_the_differences_are_all_that_the_two_are_apart(
    ours: dict[LotKey, int], theirs: dict[LotKey, int]
) -> None:
    found = differences(ours, theirs)
    corrected = Counter(ours)
    for one in found:
        assert one.booked == ours.get(one.key, 0) and one.counted != one.booked
        corrected[one.key] += one.counted - one.booked
    assert +corrected == +Counter(theirs)


@given(stocks, stocks)
def test_what_is_on_the_move_is_never_a_difference(
    ours: dict[LotKey, int], theirs: dict[LotKey, int]
) -> None:
    moving = [(TEARS, "A")]
    left = [one for one in differences(ours, theirs) if (one.key.article, one.key.lot) != (TEARS, "A")]
    assert differences(ours, theirs, unsettled=moving) == left


def test_a_product_whose_lots_are_not_told_is_compared_as_a_whole() -> None:
    assert differences({A: 3, B: 2}, {LotKey(TEARS): 5}) == []
    assert differences({A: 3, B: 2}, {LotKey(TEARS): 1, A: 3}) == [Difference(LotKey(TEARS), 5, 4)]
    assert differences({A: 3, B: 2}, {LotKey(TEARS): 4}, unsettled=[(TEARS, "B")]) == []


def test_an_expiry_that_is_not_told_is_the_booked_one_and_another_one_is_a_difference() -> None:
    assert differences({A: 3}, {LotKey(TEARS, "A"): 3}) == []
    other = LotKey(TEARS, "A", LATER)
    assert differences({A: 3}, {other: 3}) == [Difference(A, 3, 0), Difference(other, 0, 3)]


@pytest.mark.parametrize(
    ("lot", "expiry", "scan", "key"),
    [
        ("A", DAY, "", A),
        ("A", None, "", LotKey(TEARS, "A")),
        ("", None, f"01{TEARS}1728013110A", A),
        ("A", None, f"01{TEARS}1728013110OTHER", A),
        ("", None, TEARS[1:], LotKey(TEARS)),
        ("", None, "", LotKey(TEARS)),
    ],
)
def test_a_pack_is_named_by_what_the_machine_tells_and_else_by_its_code(
    lot: str, expiry: date | None, scan: str, key: LotKey
) -> None:
    assert key_of("8806411000019", lot, expiry, scan) == key


def test_a_machine_s_own_number_of_a_product_stays_its_own() -> None:
    assert key_of("1092857", "A", DAY, "") == LotKey("1092857", "A", DAY)


@pytest.mark.parametrize(
    ("key", "counted_since", "todo"),
    [
        (A, False, Todo.COUNT),
        (A, True, Todo.CORRECT_MACHINE),
        (LotKey(TEARS, "A", LATER), False, Todo.LOOK_AT_EXPIRY),
        (LotKey(TEARS, "NEW", DAY), False, Todo.FIND_OUT),
        (LotKey(TEARS), False, Todo.COUNT_ALL),
        (LotKey(OTHER), False, Todo.FIND_OUT),
    ],
)
def test_every_difference_has_something_to_do(key: LotKey, counted_since: bool, todo: Todo) -> None:
    one = Difference(key, 3, 2)
    assert what_to_do(one, lots_booked=[A, B], counted_since=counted_since) is todo


def test_a_machine_is_overdue_after_a_quarter_of_an_hour_and_where_it_was_never_compared() -> None:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert not is_overdue(now - timedelta(minutes=15), now)
    assert is_overdue(now - timedelta(minutes=15, seconds=1), now)
    assert is_overdue(None, now)
