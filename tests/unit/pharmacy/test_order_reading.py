"""What is typed of an order is read or refused field by field; each limit on both its sides (PH-82)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.domain.formulary import FORMULARY, Supply
from pharmacy.domain.order_reading import (
    UNIT_NAMES,
    DoseUnit,
    OrderRead,
    OrderSource,
    OrderTyped,
    orderable,
    read_order,
    unit_of,
)
from pharmacy.domain.policy import KOREA
from pharmacy.errors import OrderInvalid

TODAY = date(2026, 11, 2)
TYPED = OrderTyped(
    medicine="latanoprost-0.005",
    dose_text="1 drop in each eye at bedtime",
    units_per_day="1",
    unit="drop",
    supply_days="28",
    refills="2",
    written_on=TODAY,
    valid_until=TODAY + timedelta(days=90),
    source=OrderSource.PAPER,
    prescriber="Lee Su-jin",
    licence="12345",
)


def read(**otherwise: object) -> OrderRead:
    return read_order(replace(TYPED, **otherwise), policy=KOREA, today=TODAY)


def faults(**otherwise: object) -> dict[str, str]:
    with pytest.raises(OrderInvalid) as refused:
        read(**otherwise)
    return refused.value.faults


def test_an_order_in_full_is_read_as_numbers() -> None:
    order = read(units_per_day=" 1 ", unit="방울")
    assert (order.units_per_day, order.unit, order.supply_days, order.refills) == (1, DoseUnit.DROP, 28, 2)


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("medicine", "", "missing"),
        ("medicine", "snake-oil", "unknown-item"),
        ("medicine", "carmellose-0.5-unit-dose", "unknown-item"),
        ("medicine", "levofloxacin", "unknown-item"),
        ("dose_text", "  ", "missing"),
        ("dose_text", "x" * 201, "too-long"),
        ("units_per_day", "", "missing"),
        ("units_per_day", "one", "not-a-number"),
        ("units_per_day", "1.5", "not-a-number"),
        ("units_per_day", "-1", "not-a-number"),
        ("unit", "", "missing"),
        ("unit", "spoon", "unknown-unit"),
        ("unit", "capsule", "other-unit"),
        ("supply_days", "four weeks", "not-a-number"),
        ("refills", "", "missing"),
        ("written_on", None, "missing"),
        ("written_on", TODAY + timedelta(days=1), "in-the-future"),
        ("valid_until", None, "missing"),
        ("valid_until", TODAY - timedelta(days=1), "ends-before-start"),
        ("prescriber", "", "missing"),
        ("licence", " ", "missing"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_fault(field: str, typed: object, fault: str) -> None:
    assert faults(**{field: typed}) == {field: fault}


def test_every_fault_is_named_at_once() -> None:
    assert faults(units_per_day="x", unit="y", medicine="z") == {
        "units_per_day": "not-a-number",
        "unit": "unknown-unit",
        "medicine": "unknown-item",
    }


@pytest.mark.parametrize(
    ("field", "least", "most"), [("units_per_day", 1, 24), ("supply_days", 1, 90), ("refills", 0, 12)]
)
def test_a_number_is_taken_up_to_its_limits_and_not_beyond(field: str, least: int, most: int) -> None:
    assert {getattr(read(**{field: str(number)}), field) for number in (least, most)} == {least, most}
    beyond = [number for number in (least - 1, most + 1) if number >= 0]
    assert all(faults(**{field: str(number)}) == {field: "out-of-range"} for number in beyond)


def test_an_order_is_valid_for_a_year_at_most_and_for_one_day_at_least() -> None:
    assert read(valid_until=TODAY + timedelta(days=366)).valid_until
    assert faults(valid_until=TODAY + timedelta(days=367)) == {"valid_until": "too-long-valid"}
    assert read(valid_until=TODAY).valid_until == TODAY


def test_a_physicians_own_order_needs_no_name_on_paper() -> None:
    assert read(source=OrderSource.SIGNED, prescriber="", licence="").source is OrderSource.SIGNED


def test_an_order_is_about_what_needs_one_and_may_be_given_at_all() -> None:
    codes = {entry.code for entry in orderable(KOREA)}
    assert codes == {entry.code for entry in FORMULARY if entry.supply is Supply.ORDERED}


def test_every_unit_that_an_orderable_medicine_is_counted_in_can_be_typed() -> None:
    assert {unit_of(entry) for entry in orderable(KOREA)} <= set(UNIT_NAMES.values())
