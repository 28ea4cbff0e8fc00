"""Hospitals in a plain CSV file in UTF-8, WGS 84. The names of columns are those of the files people have."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from records.import_issues import Issues
from referrals.domain.directory import DEPARTMENTS, EYE_DEPARTMENT
from referrals.errors import DirectoryUnreadable
from referrals.importers.cells import ADDRESS_MAX, NAME_MAX, PHONE_MAX, csv_rows, cut
from referrals.importers.coordinates import bounds_of, read_place
from referrals.importers.identity import checked_id, derived_id
from referrals.importers.listing import Listing, care_level_of
from referrals.importers.localdata import TYPES

NAMES = ("name", "Hospital_Name")
ADDRESSES = ("address", "Address_Original_First_Line")
PHONES = ("tel", "phone")


def listings(path: Path, issues: Issues, *, country: str, eye: bool) -> Iterator[Listing | None]:
    """A listing a row; None for one that is refused.

    Parameters
    ----------
    country : ISO 3166-1 alpha-2, of every row.
    eye : every row is an eye clinic, where the file tells no departments.

    Raises DirectoryUnreadable.
    """
    bounds_of(country)
    read = partial(_listing, country=country, eye=eye, issues=issues)
    for number, row in enumerate(csv_rows(path, ("lat", "lon")), start=1):
        if number == 1 and not any(name in row for name in NAMES):
            raise DirectoryUnreadable(f"{path.name}: has no column {NAMES[0]!r}")
        yield read(number, row)


def _listing(
    number: int, row: Mapping[str, str], *, country: str, eye: bool, issues: Issues
) -> Listing | None:
    name, address = cut(_first(row, NAMES), NAME_MAX), cut(_first(row, ADDRESSES), ADDRESS_MAX)
    try:
        source_id = checked_id(row.get("source_id") or derived_id(name, address), name)
        place = read_place(row["lat"], row["lon"], country)
    except ValueError as error:
        issues.refuse(number, "lat", f"{row['lat']} {row['lon']}", str(error))
        return None
    kind = row.get("kind")
    type_code = TYPES.get(kind) if kind else None
    return Listing(
        row=number,
        source_id=source_id,
        name=name,
        country=country,
        place=place,
        address=address,
        phone=cut(_first(row, PHONES), PHONE_MAX) if any(key in row for key in PHONES) else None,
        type_code=type_code,
        care_level=care_level_of(type_code) if type_code and type_code != "11" else None,
        specialties=_specialties(row, eye=eye),
    )


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _specialties(row: Mapping[str, str], *, eye: bool) -> frozenset[str] | None:
    if "dept_names" in row:
        words = (word.strip() for word in row["dept_names"].split(","))
        return frozenset(DEPARTMENTS[word] for word in words if word in DEPARTMENTS)
    return frozenset({EYE_DEPARTMENT}) if eye else None
