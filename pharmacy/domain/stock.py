"""Which lot a supply is taken from, and why of another nothing is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# A supply must outlast its own use by this margin (PH-21). Source: facts 2.5, product policy.
EXPIRY_MARGIN_DAYS = 30


@dataclass(frozen=True)
class LotOnShelf:
    """A lot as the books know it, in packs. `key` is the lot's primary key, `medicine` a formulary code."""

    key: int
    medicine: str
    expiry: date
    on_hand: int
    reserved: int

    def __post_init__(self) -> None:
        if not 0 <= self.reserved <= self.on_hand:
            raise ValueError(f"lot {self.key}: reserved {self.reserved} must lie in 0..{self.on_hand}")

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


def usable_until(expiry: date) -> date:
    """The last day on which a supply from this lot may still be in use."""
    return expiry - timedelta(days=EXPIRY_MARGIN_DAYS)


def last_day_of_supply(today: date, supply_days: int) -> date:
    """The last day of use of a supply that starts today; today is its first day."""
    return today + timedelta(days=supply_days - 1)


def lasts_for(expiry: date, *, today: date, supply_days: int) -> bool:
    """Whether a supply that starts today is used up, with the margin, before it expires (PH-21)."""
    return usable_until(expiry) >= last_day_of_supply(today, supply_days)


def is_usable(lot: LotOnShelf, *, packs: int, today: date, supply_days: int) -> bool:
    """Whether the lot holds enough free packs and lasts long enough (PH-21)."""
    return lot.available >= packs and lasts_for(lot.expiry, today=today, supply_days=supply_days)


class Sign(StrEnum):
    """Why nothing of a lot is promised to anybody; NONE where it may be."""

    NONE = ""
    RECALLED = "recalled"
    TEMPERATURE = "temperature"
    FEWER = "fewer"
    EXPIRED = "expired"
    SHORT = "short"


def sign_of(
    *, recalled: bool, kept_back: bool, fewer: bool, expiry: date, today: date, supply_days: int
) -> Sign:
    """The first reason why nothing of a lot is promised.

    Parameters
    ----------
    kept_back : by the temperature of its place (PS-03, PS-06).
    fewer : the machine has fewer packs than the books (MS-03).
    supply_days : the longest that a supply of it may last.
    """
    if recalled:
        return Sign.RECALLED
    if kept_back:
        return Sign.TEMPERATURE
    if fewer:
        return Sign.FEWER
    if expiry < today:
        return Sign.EXPIRED
    return Sign.NONE if lasts_for(expiry, today=today, supply_days=supply_days) else Sign.SHORT


def choose_lot(
    lots: Iterable[LotOnShelf], *, medicine: str, packs: int, today: date, supply_days: int
) -> LotOnShelf | None:
    """First expired, first out (PH-22): the usable lot with the earliest expiry, the older one among equals.

    None when there is none, which includes "only expired stock": that is a stock-out.
    Source: WHO GDP, facts 2.5 [V].
    """
    usable = [
        lot
        for lot in lots
        if lot.medicine == medicine and is_usable(lot, packs=packs, today=today, supply_days=supply_days)
    ]
    return min(usable, key=lambda lot: (lot.expiry, lot.key), default=None)


def only_short_dated(lots: Iterable[LotOnShelf], *, medicine: str, packs: int) -> bool:
    """Whether packs are there that only their expiry keeps back; asked when `choose_lot` found none."""
    return any(lot.medicine == medicine and lot.available >= packs for lot in lots)
