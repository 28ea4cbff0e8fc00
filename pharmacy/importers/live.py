"""The listings of the MFDS services, page after page, kept in a file before anything is read of them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pharmacy.errors import DrugDataError, DrugDataRefused, DrugDataUnreadable
from pharmacy.importers.pages import PageBook
from pharmacy.importers.payload import Page, read_page
from pharmacy.importers.portal import Service, fetch_page

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Fetched:
    """`sha256`: of the rows, whenever they were fetched. `as_of`: day of the oldest page."""

    rows: int
    sha256: str
    as_of: date


def fetch_pages(service: Service, into: Path, *, today: date, progress: Progress | None = None) -> Fetched:
    """Fetch every page of a listing into a file, one answer a line.

    Pages that the file holds already are not fetched again: the requests of a day may not suffice for a listing.
    `progress` is told the rows of each page and the total.

    Raises
    ------
    DrugServiceQuota, DrugServiceUnavailable, DrugDataUnreadable
        What was fetched stays in the file.
    DrugDataRefused
        A page repeats, is another than was asked for or is empty, or the total changed meanwhile. The file is
        removed, as its pages belong to no one listing.
    """
    try:
        return _fetch_all(service, into, today, progress or (lambda *_: None))
    except DrugDataRefused:
        into.unlink(missing_ok=True)
        raise


def _fetch_all(service: Service, into: Path, today: date, progress: Progress) -> Fetched:
    pages, digest, as_of, total, number = PageBook("the service"), hashlib.sha256(), today, None, 0
    with into.open("a+", encoding="utf-8", newline="") as file:
        file.seek(0)
        content = file.read()
        whole = content[: content.rfind("\n") + 1]
        file.truncate(len(whole.encode()))  # a page that was cut off while it was written is fetched again
        kept = _kept(into.name, whole)
        while total is None or pages.rows < total:
            number += 1
            page, day = next(kept, None) or (fetch_page(service, number), None)
            total = _checked(pages, page, number)
            if day is None:
                file.write(_line(page, today) + "\n")
                file.flush()
            as_of = min(as_of, day or today)
            digest.update(json.dumps(page.items, sort_keys=True).encode())
            progress(len(page.items), total)
    pages.whole()
    return Fetched(pages.rows, digest.hexdigest(), as_of)


def _checked(pages: PageBook, page: Page, number: int) -> int:
    """Takes the page into the book; the total it counts."""
    if page.total and page.number != number:
        raise DrugDataRefused(f"asked for page {number}, the service sent page {page.number}; try later")
    total = pages.take(page).total
    if not total:
        raise DrugDataRefused("the service lists nothing at all; nothing was changed, try later")
    if not page.items:
        raise DrugDataRefused(f"page {number} is empty after {pages.rows} of {total} rows; try later")
    return total


def _line(page: Page, today: date) -> str:
    head = {"resultCode": "00", "fetchedOn": today.isoformat()}
    body = {"pageNo": page.number, "totalCount": page.total, "items": page.items}
    return json.dumps({"header": head, "body": body}, ensure_ascii=False)


def _kept(name: str, content: str) -> Iterator[tuple[Page, date]]:
    """The pages of an earlier run, with the day on which each was fetched."""
    for line in content.split("\n"):
        if line.strip():
            try:
                yield read_page(line), date.fromisoformat(json.loads(line)["header"]["fetchedOn"])
            except (DrugDataError, KeyError, ValueError):
                raise DrugDataUnreadable(
                    f"{name}: a kept page is damaged; delete the file and fetch anew"
                ) from None
