"""Reading a whole directory: every source in one table, and no hospital twice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from records.import_issues import Issue, Issues
from referrals.importers import egen, hira, localdata, plain
from referrals.importers.cells import file_digest
from referrals.importers.listing import Listing

Rows = Iterator[Listing | None]
Progress = Callable[[Iterable[Listing | None]], Iterable[Listing | None]]


class Directory(StrEnum):
    """The directories that can be imported; the value is `Hospital.source`."""

    HIRA = "hira"
    LOCALDATA = "localdata"
    EGEN = "e-gen"
    CSV = "csv"


@dataclass(frozen=True)
class Reading:
    """What a file tells. `closed`: numbers of hospitals that it says are closed."""

    file: str
    sha256: str
    rows: int
    listings: tuple[Listing, ...]
    closed: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = field(default=(), repr=False)

    @property
    def refused(self) -> int:
        return len({issue.row for issue in self.issues if issue.refused})


def read_directory(
    directory: Directory,
    path: Path,
    *,
    country: str = "KR",
    eye: bool = False,
    progress: Progress = lambda rows: rows,
) -> Reading:
    """Every row of a file, the refused ones as issues. `country` and `eye` are of plain CSV files only.

    Raises DirectoryUnreadable.
    """
    issues = Issues(path.name)
    readers: dict[Directory, Callable[[Path, Issues], Rows]] = {
        Directory.HIRA: hira.listings,
        Directory.LOCALDATA: localdata.listings,
        Directory.EGEN: egen.listings,
        Directory.CSV: partial(plain.listings, country=country, eye=eye),
    }
    rows, found = 0, dict[str, Listing]()
    for listing in progress(readers[directory](path, issues)):
        rows += 1
        if listing is not None:
            _take(listing, found, issues)
    closed = frozenset(localdata.closed_ids(path)) if directory is Directory.LOCALDATA else frozenset[str]()
    return Reading(
        path.name, file_digest(path), rows, tuple(found.values()), closed - found.keys(), tuple(issues.found)
    )


def _take(listing: Listing, found: dict[str, Listing], issues: Issues) -> None:
    first = found.setdefault(listing.source_id, listing)
    if first is not listing:
        issues.refuse(listing.row, "row", listing.source_id, f"row {first.row} is the same hospital")
