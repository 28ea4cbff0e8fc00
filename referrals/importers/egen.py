"""Hospitals of e-Gen, the national emergency medical centre, with hours. Source: facts 3.4 [R]."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from records.import_issues import Issues
from referrals.domain.hours import DAY_MINUTES, HOLIDAY, OpenSpan
from referrals.importers.answers import Item, items_of
from referrals.importers.cells import ADDRESS_MAX, NAME_MAX, PHONE_MAX, cut
from referrals.importers.coordinates import read_place
from referrals.importers.identity import checked_id
from referrals.importers.listing import Listing

SEOUL = ZoneInfo("Asia/Seoul")
BEDS_LOWEST, BEDS_HIGHEST = -9_999, 9_999


def listings(path: Path, issues: Issues) -> Iterator[Listing | None]:
    """A listing an item; None for one that is refused. Hours that cannot be right are left out with a note."""
    for number, item in enumerate(items_of(path), start=1):
        yield _listing(number, item, issues)


def _listing(number: int, item: Item, issues: Issues) -> Listing | None:
    name = cut(item.get("dutyName"), NAME_MAX)
    try:
        source_id = checked_id(item.get("hpid"), name)
        place = read_place(item.get("wgs84Lat"), item.get("wgs84Lon"), "KR")
    except ValueError as error:
        issues.refuse(number, "wgs84Lat", f"{item.get('wgs84Lat')} {item.get('wgs84Lon')}", str(error))
        return None
    beds, counted_at = _beds(number, item, issues)
    return Listing(
        row=number,
        source_id=source_id,
        name=name,
        country="KR",
        place=place,
        address=_told(item, "dutyAddr", ADDRESS_MAX),
        phone=_told(item, "dutyTel1", PHONE_MAX),
        emergency_phone=_told(item, "dutyTel3", PHONE_MAX),
        hours=_hours(number, item, issues),
        emergency_beds=beds,
        emergency_beds_at=counted_at,
    )


def _told(item: Item, key: str, longest: int) -> str | None:
    """A text where the listing has the cell at all; the listing of beds lacks addresses."""
    return cut(item[key], longest) if key in item else None


def _hours(number: int, item: Item, issues: Issues) -> frozenset[OpenSpan] | None:
    spans = set()
    for day in range(1, HOLIDAY + 1):
        opens, closes = item.get(f"dutyTime{day}s"), item.get(f"dutyTime{day}c")
        if opens in (None, "") and closes in (None, ""):
            continue
        try:
            spans.add(_span(day, opens, closes))
        except ValueError as error:
            issues.note(number, f"dutyTime{day}s", f"{opens} {closes}", f"{error}; this day is left out")
    return frozenset(spans) or None


def _span(day: int, opens: object, closes: object) -> OpenSpan:
    start, end = minutes_of(opens), minutes_of(closes)
    return OpenSpan(day, start, end if end > start else end + DAY_MINUTES)


def minutes_of(hhmm: object) -> int:
    """Minutes from midnight of "0930", 930 or "2400"; up to "3000" for a night. Raises ValueError."""
    written = str(hhmm).strip()
    text = written.zfill(4)
    if (
        not (written and len(text) == 4 and text.isascii() and text.isdigit())
        or int(text[2:]) > 59
        or int(text) > 3000
    ):
        raise ValueError("hours are written HHMM")
    return int(text[:2]) * 60 + int(text[2:])


def _beds(number: int, item: Item, issues: Issues) -> tuple[int | None, datetime | None]:
    """Free emergency beds and when they were counted; a count without its time says nothing."""
    beds, counted = item.get("hvec"), item.get("hvidate")
    if beds in (None, "") or counted in (None, ""):
        return None, None
    try:
        free = int(str(beds))
        at = datetime.strptime(str(counted), "%Y%m%d%H%M%S").replace(tzinfo=SEOUL)
    except ValueError:
        issues.note(number, "hvec", f"{beds} {counted}", "no count of beds with its time; left out")
        return None, None
    if not BEDS_LOWEST <= free <= BEDS_HIGHEST:
        issues.note(number, "hvec", beds, "no possible count of beds; left out")
        return None, None
    return free, at
