"""At which temperatures packs keep until they are opened, and what the shelf's own signs are.

Source: facts 2.5 (a log for latanoprost, 2 to 8 °C unopened); what to do after an excursion it does not say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from screening.domain.rules import Rule

PS_ROOM: Final = "PS-01"
PS_FRIDGE: Final = "PS-02"
PS_EXCURSION: Final = "PS-03"
PS_READING_DUE: Final = "PS-04"
PS_LOW_STOCK: Final = "PS-05"
PS_ARRIVAL: Final = "PS-06"

# Who decides what becomes of packs that were too warm or too cold (PS-03). Value of records.models.Role.
EXCURSION_ROLE: Final = "pharmacist"
READING_DUE_AFTER: Final = timedelta(hours=24)
# What left the shelf in this time, and never less than a few packs, should still be there (PS-05).
LOW_STOCK_DAYS: Final = 14
LOW_STOCK_LEAST: Final = 3


class Storage(StrEnum):
    """Where packs are kept, each with a thermometer of its own."""

    ROOM = "room"
    FRIDGE = "fridge"


@dataclass(frozen=True)
class Range:
    """Degrees Celsius, both ends allowed."""

    low: Decimal
    high: Decimal

    def holds(self, celsius: Decimal) -> bool:
        return self.low <= celsius <= self.high


RANGES: Final[Mapping[Storage, Range]] = {
    Storage.ROOM: Range(Decimal(1), Decimal(30)),
    Storage.FRIDGE: Range(Decimal(2), Decimal(8)),
}
# What no thermometer beside medicines shows: a slip of the pen.
PLAUSIBLE: Final = Range(Decimal(-40), Decimal(60))
_IN_THE_FRIDGE: Final = frozenset({"latanoprost-0.005"})

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        PS_ROOM, "Packs are kept at 1 to 30 °C where nothing else is said", "Korean Pharmacopoeia, 실온", "K"
    ),
    Rule(PS_FRIDGE, "Unopened latanoprost is kept at 2 to 8 °C", "facts 2.5", "K"),
    Rule(
        PS_EXCURSION,
        "A reading outside: no pack that was there is given until a pharmacist decides to keep it or sets it aside",
        "facts 2.5, 4.4",
        "P",
    ),
    Rule(
        PS_READING_DUE,
        f"A reading of every place with packs in it each {READING_DUE_AFTER // timedelta(hours=1)} hours; else a sign",
        "product policy",
        "P",
    ),
    Rule(
        PS_LOW_STOCK,
        f"Fewer usable packs than left in {LOW_STOCK_DAYS} days, or than {LOW_STOCK_LEAST}: a sign",
        "product policy",
        "P",
    ),
    Rule(
        PS_ARRIVAL,
        "Packs that come to a place whose last reading lies outside are kept back like those that were there; "
        "where that reading is too old (PS-04), whoever receives them is told",
        "facts 2.5, 4.4",
        "P",
    ),
)


def storage_of(medicine: str) -> Storage:
    """Where unopened packs of a formulary code are kept."""
    return Storage.FRIDGE if medicine in _IN_THE_FRIDGE else Storage.ROOM


def medicines_kept_in(storage: Storage) -> frozenset[str] | None:
    """The codes that are kept there; None for the room, where everything else is."""
    return _IN_THE_FRIDGE if storage is Storage.FRIDGE else None


def is_excursion(storage: Storage, celsius: Decimal) -> bool:
    """Whether a reading lies outside the limits of its place (PS-01, PS-02)."""
    return not RANGES[storage].holds(celsius)


def reading_due(last: datetime | None, now: datetime) -> bool:
    """Whether a place with packs in it must be looked at again (PS-04); `last` None: never looked at."""
    return last is None or now - last > READING_DUE_AFTER


def is_low(usable: int, left_lately: int) -> bool:
    """Whether a medicine should be ordered (PS-05); packs, those that left in the last LOW_STOCK_DAYS days."""
    return usable < max(left_lately, LOW_STOCK_LEAST)
