"""How the fields of messages stand in XML: one table per class, read off its annotations."""

import re
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints

from pharmacy.gateways.errors import FieldInvalid, QuantityInvalid

Value: TypeAlias = str | int | bool | date

# Characters that XML has no way to write stand as \xNN (FNC1 of a scan code is \x1d). Sources: the recorded
# messages; TextConverter of PharmaCommunicationGroup/WWKS2 [R].
ESCAPED: Final = re.compile(r"\\x([01][0-9a-fA-F])")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
TEXT_LONGEST: Final = 500
# A machine holds tens of thousands of packs; a number beyond this is no count.
QUANTITY_MOST: Final = 99_999


@dataclass(frozen=True)
class Field:
    """`name` in Python, `tag` in XML. `kind` is str, int, bool, date or the class of a child element."""

    name: str
    tag: str
    kind: type[Any]
    many: bool
    required: bool

    @property
    def is_element(self) -> bool:
        return self.kind not in (str, int, bool, date)


@cache
def fields_of(kind: Any) -> tuple[Field, ...]:
    """The fields of a message or part, in the order in which they are written."""
    hints = get_type_hints(kind)
    return tuple(_field(one.name, hints[one.name]) for one in fields(kind))


def _field(name: str, hint: Any) -> Field:
    many = get_origin(hint) is tuple
    kinds = [one for one in get_args(hint) if one not in (NoneType, Ellipsis)] or [hint]
    tag = "".join(part.capitalize() for part in name.split("_"))
    return Field(name, tag, kinds[0], many, required=not many and NoneType not in get_args(hint))


def read_value(field: Field, text: str) -> Value:
    """The value of an attribute. Raises FieldInvalid, QuantityInvalid."""
    if field.kind is int:
        return _read_count(field, text)
    if field.kind is bool:
        return _read_flag(field, text)
    if field.kind is date:
        return _read_date(field, text)
    if len(text) > TEXT_LONGEST:
        raise FieldInvalid(field.tag, f"is longer than {TEXT_LONGEST} characters")
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def write_value(value: Value) -> str:
    """The text of an attribute."""
    if isinstance(value, str):
        return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_count(field: Field, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > QUANTITY_MOST:
        raise QuantityInvalid(field.tag, f"must be a whole number from 0 to {QUANTITY_MOST}")
    return int(text)


def _read_flag(field: Field, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise FieldInvalid(field.tag, "must be true or false")
    return text.lower() == "true"


def _read_date(field: Field, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldInvalid(field.tag, "must be a day as year-month-day") from None
