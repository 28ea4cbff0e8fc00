"""Files of drug data: SQL tables, answers of the services, and rows without an envelope."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pharmacy.errors import DrugDataRefused, DrugDataUnreadable
from pharmacy.importers.payload import Item, Page, read_item, read_page


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it was found: `row` counts from 1, as in Issue."""

    row: int
    cells: Item


def file_digest(path: Path) -> str:
    """SHA-256 of a file. Raises DrugDataUnreadable when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DrugDataUnreadable(f"{path.name}: {error.strerror}; check the path") from error


def read_text(path: Path) -> str:
    """A whole UTF-8 text. Raises DrugDataUnreadable for another encoding, NUL, or a file that cannot be read."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise DrugDataUnreadable(f"{path.name}: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        # Korean bytes often decode as CP949 by chance, so nobody guesses: a wrong name joins nothing.
        raise DrugDataUnreadable(
            f"{path.name}: not UTF-8 at byte {error.start}; save it as UTF-8 (Korean files are often CP949)"
        ) from error
    if "\0" in text:
        raise DrugDataUnreadable(f"{path.name}: holds a NUL character, as a damaged or UTF-16 file does")
    return text


def read_rows(path: Path, *, incomplete: bool = False) -> Iterator[RawRow]:
    """The rows of a file of answers: one answer, one answer a line, or rows without an envelope.

    Raises
    ------
    DrugDataUnreadable
    DrugDataRefused
        Pages are missing, repeat or disagree, and `incomplete` is not set.
    """
    text = read_text(path)
    row = 0
    for items in _parts(path.name, text, incomplete=incomplete):
        for item in items:
            row += 1
            yield RawRow(row, item)


def _parts(name: str, text: str, *, incomplete: bool) -> Iterator[tuple[Item, ...]]:
    bare = _bare_rows(text)
    if bare is not None:
        if not incomplete:
            raise DrugDataRefused(
                f"{name}: rows without an envelope do not say how many there are; for a trial say --incomplete "
                "(it never counts for dispensing)"
            )
        yield bare
        return
    pages = PageBook(name)
    for number, answer in enumerate(_answers(text), start=1):
        try:
            page = read_page(answer)
        except DrugDataUnreadable as error:
            raise DrugDataUnreadable(f"{name}, answer {number}: {error}") from error
        yield pages.take(page).items
    if not incomplete:
        pages.whole()


class PageBook:
    """Keeps account of the pages of one listing, so that none is missing and none is taken twice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: dict[int, int] = {}
        self._numbers: set[int] = set()
        self._total: int | None = None
        self.rows = 0

    def take(self, page: Page) -> Page:
        """Note a page. Raises DrugDataRefused for one that was there already or counts other totals."""
        content = hash(tuple(tuple(item.values()) for item in page.items))
        if page.number in self._numbers or (page.items and content in self._seen):
            first = self._seen.get(content, page.number)
            raise DrugDataRefused(
                f"{self._name}: page {page.number} repeats page {first}; nothing was changed, fetch all anew"
            )
        if self._total not in (None, page.total):
            raise DrugDataRefused(
                f"{self._name}: page {page.number} counts {page.total} rows in all, the pages before "
                f"{self._total}; the list changed meanwhile, nothing was, fetch all anew"
            )
        self._numbers.add(page.number)
        self._seen[content] = page.number
        self._total = page.total
        self.rows += len(page.items)
        return page

    def whole(self) -> None:
        """Raises DrugDataRefused unless the pages together hold the rows they count."""
        if self.rows != (self._total or 0):
            raise DrugDataRefused(
                f"{self._name}: {self.rows} of {self._total} rows are there; fetch the other pages too, or say "
                "--incomplete for a trial (it never counts for dispensing)"
            )


def _answers(text: str) -> Iterator[str]:
    lines = text.split("\n")
    if len(lines) > 1 and all(
        line[:1] == "{" and line.rstrip()[-1:] == "}" for line in lines if line.strip()
    ):
        yield from (line for line in lines if line.strip())
    else:
        yield text


def _bare_rows(text: str) -> tuple[Item, ...] | None:
    """Rows kept without an envelope, as a list or as lists by search word; None for anything else."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(document, dict) and document and all(isinstance(rows, list) for rows in document.values()):
        document = [row for rows in document.values() for row in rows]
    return tuple(read_item(row) for row in document) if isinstance(document, list) else None
