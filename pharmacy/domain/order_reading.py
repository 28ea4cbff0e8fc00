"""What somebody typed of a physician's order, read into a value or refused field by field (PH-82)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pharmacy.domain.formulary import FORMULARY, FormularyEntry, Supply, entry_by_code
from pharmacy.domain.policy import JurisdictionPolicy, LegalClass
from pharmacy.errors import OrderInvalid

# PH-82: beyond these a slip of the pen is more likely than an order.
UNITS_MAX: Final = 24
SUPPLY_DAYS_MAX: Final = 90
REFILLS_MAX: Final = 12
VALID_DAYS_MAX: Final = 366
# The width of columns.
DOSE_TEXT_MAX: Final = 200
NAME_MAX: Final = 120
LICENCE_MAX: Final = 32


class DoseUnit(StrEnum):
    """DROP counts in each eye."""

    DROP = "drop"
    CAPSULE = "capsule"


class OrderSource(StrEnum):
    """PAPER: copied here from a signed paper prescription. SIGNED: by a physician's own account here."""

    PAPER = "paper"
    SIGNED = "signed"


UNIT_NAMES: Mapping[str, DoseUnit] = MappingProxyType(
    dict.fromkeys(("drop", "drops", "gtt", "방울"), DoseUnit.DROP)
    | dict.fromkeys(("capsule", "capsules", "cap", "캡슐"), DoseUnit.CAPSULE)
)
_UNIT_OF_FORM = MappingProxyType({"capsule": DoseUnit.CAPSULE})


class Fault(StrEnum):
    """Why a field cannot be taken."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    UNKNOWN_ITEM = "unknown-item"
    UNKNOWN_UNIT = "unknown-unit"
    OTHER_UNIT = "other-unit"
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    IN_THE_FUTURE = "in-the-future"
    ENDS_BEFORE_START = "ends-before-start"
    TOO_LONG_VALID = "too-long-valid"
    KNOWN_ALREADY = "known-already"


@dataclass(frozen=True)
class OrderTyped:
    """As it was typed; dates are read already, None where there was none to read."""

    medicine: str
    dose_text: str
    units_per_day: str
    unit: str
    supply_days: str
    refills: str
    written_on: date | None
    valid_until: date | None
    source: OrderSource
    prescriber: str = ""
    licence: str = ""


@dataclass(frozen=True)
class OrderRead:
    """An order that can be true. `refills` come after the first supply; `supply_days` is how long each lasts."""

    medicine: str
    dose_text: str
    units_per_day: int
    unit: DoseUnit
    supply_days: int
    refills: int
    written_on: date
    valid_until: date
    source: OrderSource
    prescriber: str
    licence: str


def orderable(policy: JurisdictionPolicy) -> tuple[FormularyEntry, ...]:
    """What an order can be about: everything that needs one here, and may be given at all."""
    return tuple(entry for entry in FORMULARY if needs_order(entry, policy))


def needs_order(entry: FormularyEntry, policy: JurisdictionPolicy) -> bool:
    if entry.supply is Supply.NEVER:
        return False
    prescription = entry.legal_class.get(policy.labels_of) is LegalClass.PRESCRIPTION
    return prescription or entry.supply is Supply.ORDERED


def unit_of(entry: FormularyEntry) -> DoseUnit:
    """What is counted of a medicine."""
    return _UNIT_OF_FORM.get(entry.form, DoseUnit.DROP)


def read_order(typed: OrderTyped, *, policy: JurisdictionPolicy, today: date) -> OrderRead:
    """The order, when everything in it can be true. Raises OrderInvalid with a fault for each wrong field."""
    values = {field.name: getattr(typed, field.name) for field in fields(typed)}
    faults: dict[str, str] = {}
    for name, read in _READERS.items():
        found = read(str(values[name]).strip())
        if isinstance(found, Fault):
            faults[name] = found
        values[name] = found
    faults |= _whose(typed) | _item(typed.medicine, values["unit"], policy) | _days(typed, today)
    if faults:
        raise OrderInvalid(faults)
    return OrderRead(**values)


def _number(least: int, most: int) -> Callable[[str], int | Fault]:
    def read(text: str) -> int | Fault:
        if not text:
            return Fault.MISSING
        if not text.isdecimal():
            return Fault.NOT_A_NUMBER
        return int(text) if least <= int(text) <= most else Fault.OUT_OF_RANGE

    return read


def _words(most: int, *, needed: bool) -> Callable[[str], str | Fault]:
    def read(text: str) -> str | Fault:
        if not text and needed:
            return Fault.MISSING
        return text if len(text) <= most else Fault.TOO_LONG

    return read


def _unit(text: str) -> DoseUnit | Fault:
    if not text:
        return Fault.MISSING
    return UNIT_NAMES.get(text.lower(), Fault.UNKNOWN_UNIT)


_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "dose_text": _words(DOSE_TEXT_MAX, needed=True),
        "units_per_day": _number(1, UNITS_MAX),
        "unit": _unit,
        "supply_days": _number(1, SUPPLY_DAYS_MAX),
        "refills": _number(0, REFILLS_MAX),
        "prescriber": _words(NAME_MAX, needed=False),
        "licence": _words(LICENCE_MAX, needed=False),
    }
)


def _whose(typed: OrderTyped) -> dict[str, str]:
    """A paper prescription is nobody's without name and licence; an account says both by itself."""
    if typed.source is OrderSource.SIGNED:
        return {}
    return {name: Fault.MISSING for name in ("prescriber", "licence") if not getattr(typed, name).strip()}


def _item(code: str, unit: object, policy: JurisdictionPolicy) -> dict[str, str]:
    if not code:
        return {"medicine": Fault.MISSING}
    if code not in {entry.code for entry in orderable(policy)}:
        return {"medicine": Fault.UNKNOWN_ITEM}
    other = isinstance(unit, DoseUnit) and unit is not unit_of(entry_by_code(code))
    return {"unit": Fault.OTHER_UNIT} if other else {}


def _days(typed: OrderTyped, today: date) -> dict[str, str]:
    written, until = typed.written_on, typed.valid_until
    faults: dict[str, str] = {
        name: Fault.MISSING for name in ("written_on", "valid_until") if getattr(typed, name) is None
    }
    if written and written > today:
        faults["written_on"] = Fault.IN_THE_FUTURE
    if written and until and until < written:
        faults["valid_until"] = Fault.ENDS_BEFORE_START
    elif written and until and (until - written).days > VALID_DAYS_MAX:
        faults["valid_until"] = Fault.TOO_LONG_VALID
    return faults
