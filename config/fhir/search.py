"""Search parameters read into conditions on rows. An unknown one, or one that cannot be read, is refused:
a filter that is silently left out would look like a list without it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core import signing
from django.db.models import Q
from django.http import QueryDict

from config.api.meta import parse_moment
from config.fhir.errors import FhirRefused

COUNT_DEFAULT = 20
COUNT_MOST = 100
CURSOR = "_cursor"
SALT = "config.fhir.cursor"
INCLUDE = "_include"
GENERAL = ("_count", "_format", INCLUDE, CURSOR)
_PREFIXED = re.compile(r"(eq|ge|gt|le|lt)?(\d{4}-.+)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Reader = Callable[[str], Q]


@dataclass(frozen=True)
class Page:
    """Where a page starts: at the row with the key `before` of a `source`, of whose resources `skip` were sent."""

    count: int
    source: int = 0
    before: int | None = None
    skip: int = 0


def read_search(given: QueryDict, readers: Mapping[str, Reader]) -> Q:
    """The condition of all parameters together. Raises FhirRefused (400)."""
    condition = Q()
    for name, values in given.lists():
        if name in GENERAL:
            continue
        if name not in readers:
            known = ", ".join((*readers, *GENERAL))
            raise FhirRefused(400, f"a search parameter is not known here; use {known}")
        for value in values:
            condition &= readers[name](value)
    return condition


def check_need(given: QueryDict, needs: Sequence[str]) -> None:
    """Raises FhirRefused (400) where not one of `needs`, if there are any, is given exactly once."""
    if needs and sum(len(given.getlist(name)) for name in needs) != 1:
        raise FhirRefused(400, f"search by exactly one of {', '.join(needs)}")


def refuse_search(given: QueryDict) -> None:
    """What is no search takes no parameter of one. Raises FhirRefused (400)."""
    if given.keys() - {"_format"}:
        raise FhirRefused(400, "this takes no parameter but _format")


def read_page(given: QueryDict) -> Page:
    """Raises FhirRefused (400)."""
    count = given.get("_count", str(COUNT_DEFAULT))
    if not count.isascii() or not count.isdecimal() or len(count) > 6 or int(count) < 1:
        raise FhirRefused(400, "_count must be a whole number from 1 on")
    return Page(min(int(count), COUNT_MOST), *_cursor(given.get(CURSOR)))


def cursor_of(source: int, key: int, skip: int) -> str:
    return signing.dumps([source, key, skip], salt=SALT)


def _cursor(text: str | None) -> tuple[int, int | None, int]:
    if text is None:
        return 0, None, 0
    try:
        source, key, skip = signing.loads(text, salt=SALT)
        return int(source), int(key), int(skip)
    except (signing.BadSignature, ValueError, TypeError):
        raise FhirRefused(400, "_cursor is not one of ours; follow link.next of the page before") from None


def token_of(path: str, codes: Mapping[str, tuple[str, ...]]) -> Reader:
    """One of several codes, separated by commas; each stands for values of a column."""

    def read(value: str) -> Q:
        asked = value.split(",")
        if not all(code in codes for code in asked):
            raise FhirRefused(400, f"the code must be one of {', '.join(codes)}")
        return Q(**{f"{path}__in": [one for code in asked for one in codes[code]]})

    return read


def moment_of(path: str) -> Reader:
    """A day or a moment as `bounds_of` reads it."""

    def read(value: str) -> Q:
        return Q(**{f"{path}__{comparison}": bound for comparison, bound in bounds_of(value).items()})

    return read


def bounds_of(value: str) -> Mapping[str, datetime]:
    """The first moment that is meant (`gte`) and the first that is not (`lt`), either of which may be missing.

    Of a day, which is one of UTC, or a moment with its offset, with one of the prefixes eq, ge, gt, le, lt. Raises
    FhirRefused (400).
    """
    match = _PREFIXED.fullmatch(value)
    interval = _interval(match[2]) if match else None
    if match is None or interval is None:
        raise FhirRefused(400, "a date must be like ge2026-11-24 or lt2026-11-24T09:30:00+09:00")
    begin, end = interval
    return {
        "ge": {"gte": begin},
        "gt": {"gte": end},
        "le": {"lt": end},
        "lt": {"lt": begin},
        "eq": {"gte": begin, "lt": end},
    }[match[1] or "eq"]


def _interval(text: str) -> tuple[datetime, datetime] | None:
    """From the first moment meant to the first that is not; None where nothing can be read."""
    if _DAY.fullmatch(text):
        try:
            begin = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return begin, begin + timedelta(days=1)
        except (ValueError, OverflowError):
            return None
    moment = parse_moment(text)
    try:
        return (
            (moment, moment + timedelta(microseconds=1 if moment.microsecond else 10**6)) if moment else None
        )
    except OverflowError:
        return None
