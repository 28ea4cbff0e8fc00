"""Files of drug data: SQL tables, answers of the services, and rows without an envelope."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pharmacy.errors import DrugDataRefused, DrugDataUnreadable
from pharmacy.importers.pages import PageBook
from pharmacy.importers.payload import Item, read_item, read_page


class RawRow(NamedTuple):
    """One row as it was found: `row` counts from 1, as in Issue."""

    row: int
    cells: Item


def file_digest(path: Path) -> str:
    """SHA-256 of a file. Raises DrugDataUnreadable when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unopened(path, error) from error


def read_text(path: Path) -> str:
    """A whole UTF-8 text. Raises DrugDataUnreadable for another encoding, NUL, or a file that cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unopened(path, error) from error
    return _decoded(path, content)


def _unopened(path: Path, error: OSError) -> DrugDataUnreadable:
    return DrugDataUnreadable(f"{path.name}: {error.strerror}; check the path")


def _decoded(path: Path, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
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
    row = 0
    for items in _parts(path, incomplete=incomplete):
        for item in items:
            row += 1
            yield RawRow(row, item)


def _parts(path: Path, *, incomplete: bool) -> Iterator[tuple[Item, ...]]:
    answers = _answers_by_line(path)
    if answers is None:
        text = read_text(path)
        bare = _bare_rows(text)
        if bare is not None:
            if not incomplete:
                raise DrugDataRefused(
                    f"{path.name}: rows without an envelope do not say how many there are; for a trial say "
                    "--incomplete (it never counts for dispensing)"
                )
            yield bare
            return
        answers = iter([text])
    pages = PageBook(path.name)
    for number, answer in enumerate(answers, start=1):
        try:
            page = read_page(answer)
        except DrugDataUnreadable as error:
            raise DrugDataUnreadable(f"{path.name}, answer {number}: {error}") from error
        yield pages.take(page).items
    if not incomplete:
        pages.whole()


def _answers_by_line(path: Path) -> Iterator[str] | None:
    """The lines of a file that holds one answer a line, one after another; None for any other file."""
    try:
        with path.open("rb") as file:
            first, more = file.readline(), file.read(1)
    except OSError as error:
        raise _unopened(path, error) from error
    if not more or first.lstrip()[:1] != b"{" or not first.rstrip().endswith(b"}"):
        return None
    return _lines(path)


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                yield _decoded(path, line)


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
