"""The machine's own count beside the books: where they differ, and what a person does about it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from pharmacy.domain.labels import read_gtin
from pharmacy.domain.scans import read_scan
from pharmacy.errors import LotInvalid, ScanInvalid
from screening.domain.rules import Rule

MS_COMPARED: Final = "MS-01"
MS_SETTLED: Final = "MS-02"
MS_FEWER: Final = "MS-03"
MS_SILENT: Final = "MS-04"

COMPARED_EVERY: Final = timedelta(minutes=5)
# People book what they put in or take out, and then do it, or the other way round (MS-02).
SETTLES_AFTER: Final = timedelta(minutes=10)
# A machine that missed so many comparisons is not told of by its last one any more (MS-04).
OVERDUE_AFTER: Final = 3 * COMPARED_EVERY
ARTICLE_LONGEST: Final = 40
LOT_LONGEST: Final = 20

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        MS_COMPARED,
        f"The machine's own count is compared with the books every {COMPARED_EVERY // timedelta(minutes=1)} minutes, "
        "by product, lot and expiry; a difference is shown and never booked: a person counts",
        "facts 2.5, product policy",
        "P",
    ),
    Rule(
        MS_SETTLED,
        "A lot of which packs are on the move, or of which a person booked packs in or out in the last "
        f"{SETTLES_AFTER // timedelta(minutes=1)} minutes, is not compared",
        "product policy",
        "P",
    ),
    Rule(
        MS_FEWER,
        "A lot of which the machine has fewer packs than the books is promised to nobody until a person counts it "
        "or the machine agrees",
        "product policy",
        "P",
    ),
    Rule(
        MS_SILENT,
        "A machine that does not answer, or was not compared for "
        f"{OVERDUE_AFTER // timedelta(minutes=1)} minutes, is shown with since when",
        "product policy",
        "P",
    ),
)


@dataclass(frozen=True)
class LotKey:
    """`article` is a GTIN of 14 digits, or what else a machine calls a product; `lot` empty: all lots of it together.

    `expiry` None: not told.
    """

    article: str
    lot: str = ""
    expiry: date | None = None


@dataclass(frozen=True)
class Difference:
    """Packs of a lot as the books have them in the machine, and as the machine counts them."""

    key: LotKey
    booked: int
    counted: int


class Todo(StrEnum):
    """What a person does about a difference."""

    COUNT = "count"
    COUNT_ALL = "count-all"
    CORRECT_MACHINE = "correct-machine"
    LOOK_AT_EXPIRY = "look-at-expiry"
    FIND_OUT = "find-out"


def key_of(article: str, lot: str, expiry: date | None, scan: str) -> LotKey:
    """A pack by what the machine tells of it; what is missing is read off its code, as far as it can be read."""
    product = article_of(article)
    if lot and expiry:
        return LotKey(product, lot[:LOT_LONGEST], expiry)
    try:
        label = read_scan(scan)
    except ScanInvalid:
        return LotKey(product, lot[:LOT_LONGEST], expiry)
    return LotKey(product, lot[:LOT_LONGEST] or label.lot, expiry or label.expiry)


def article_of(told: str) -> str:
    """A product as the books name it, where the machine tells its GTIN, however long."""
    try:
        return read_gtin(told)
    except LotInvalid:
        return told[:ARTICLE_LONGEST]


def differences(
    booked: Mapping[LotKey, int],
    counted: Mapping[LotKey, int],
    *,
    unsettled: Collection[tuple[str, str]] = (),
) -> list[Difference]:
    """Where the machine's count is not the books', in the order of products, lots and expiries (MS-01).

    A product of which the machine does not tell every lot is compared as a whole; an expiry that it does not tell is
    taken to be the booked one.

    Parameters
    ----------
    unsettled : (article, lot) that are not compared now (MS-02).
    """
    whole = {key.article for key in counted if not key.lot}
    ours = _summed(booked, whole, {})
    expiries = {(key.article, key.lot): key.expiry for key in ours}
    theirs = _summed(counted, whole, expiries)
    skipped = set(unsettled) | {(article, "") for article, _lot in unsettled}
    found = [
        Difference(key, ours[key], theirs[key])
        for key in {**ours, **theirs}
        if ours[key] != theirs[key] and (key.article, key.lot) not in skipped
    ]
    return sorted(found, key=lambda one: (one.key.article, one.key.lot, one.key.expiry or date.min))


def _summed(
    packs: Mapping[LotKey, int], whole: Collection[str], expiries: Mapping[tuple[str, str], date | None]
) -> Counter[LotKey]:
    summed: Counter[LotKey] = Counter()
    for key, number in packs.items():
        expiry = key.expiry or expiries.get((key.article, key.lot))
        summed[LotKey(key.article) if key.article in whole else LotKey(key.article, key.lot, expiry)] += (
            number
        )
    return summed


def is_overdue(compared_at: datetime | None, now: datetime) -> bool:
    """Whether a machine was not compared for too long (MS-04); None: never."""
    return compared_at is None or now - compared_at > OVERDUE_AFTER


def what_to_do(one: Difference, *, lots_booked: Iterable[LotKey], counted_since: bool) -> Todo:
    """What a person does about a difference.

    Parameters
    ----------
    lots_booked : every lot that the books know of, whatever is left of it.
    counted_since : a person counted the lot since the difference began: then the machine is wrong.
    """
    if counted_since:
        return Todo.CORRECT_MACHINE
    known = [lot for lot in lots_booked if lot.article == one.key.article]
    if not one.key.lot:
        return Todo.COUNT_ALL if known else Todo.FIND_OUT
    same = [lot for lot in known if lot.lot == one.key.lot]
    if not same:
        return Todo.FIND_OUT
    return Todo.COUNT if one.key.expiry in {lot.expiry for lot in same} else Todo.LOOK_AT_EXPIRY
