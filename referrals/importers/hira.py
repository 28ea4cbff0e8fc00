"""Hospitals of HIRA, getHospBasisList. Source: facts 3.4 [R]. It tells types and places, and no departments."""

from collections.abc import Iterator
from pathlib import Path

from records.import_issues import Issues
from referrals.importers.answers import Item, items_of
from referrals.importers.cells import ADDRESS_MAX, NAME_MAX, PHONE_MAX, WEBSITE_MAX, cut
from referrals.importers.coordinates import read_place
from referrals.importers.identity import checked_id
from referrals.importers.listing import Listing, care_level_of


def listings(path: Path, issues: Issues) -> Iterator[Listing | None]:
    """A listing an item; None for one that is refused."""
    for number, item in enumerate(items_of(path), start=1):
        yield _listing(number, item, issues)


def _listing(number: int, item: Item, issues: Issues) -> Listing | None:
    name = cut(item.get("yadmNm"), NAME_MAX)
    try:
        source_id = checked_id(item.get("ykiho"), name)
        place = read_place(item.get("YPos"), item.get("XPos"), "KR")
        type_code = _type(item.get("clCd"))
    except ValueError as error:
        issues.refuse(number, "XPos", f"{item.get('XPos')} {item.get('YPos')}", str(error))
        return None
    return Listing(
        row=number,
        source_id=source_id,
        name=name,
        country="KR",
        place=place,
        address=cut(item.get("addr"), ADDRESS_MAX),
        phone=cut(item.get("telno"), PHONE_MAX),
        website=cut(item.get("hospUrl"), WEBSITE_MAX),
        type_code=type_code,
        care_level=care_level_of(type_code or ""),
    )


def _type(code: object) -> str | None:
    """The portal sends 1 and "01" for the same type."""
    if code in (None, ""):
        return None
    text = str(code).zfill(2)
    if not (len(text) == 2 and text.isascii() and text.isdigit()):
        raise ValueError(f"{text[:20]!r} is no institution type")
    return text
