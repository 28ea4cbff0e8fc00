"""Cells and files of directories."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from referrals.errors import DirectoryUnreadable

ENCODINGS = {"utf-8": "utf-8-sig", "cp949": "cp949"}
NAME_MAX, PHONE_MAX, ADDRESS_MAX, WEBSITE_MAX, ID_MAX = 200, 32, 300, 200, 64


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """A whole file. Raises DirectoryUnreadable for another encoding, NUL, or a file that cannot be opened."""
    try:
        text = path.read_bytes().decode(ENCODINGS[encoding])
    except OSError as error:
        raise DirectoryUnreadable(f"{path.name}: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise DirectoryUnreadable(f"{path.name}: not {encoding} at byte {error.start}") from error
    if "\0" in text:
        raise DirectoryUnreadable(f"{path.name}: holds a NUL character, as a damaged file does")
    return text


def file_digest(path: Path) -> str:
    """SHA-256 of a file that was read before."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def csv_rows(path: Path, columns: tuple[str, ...], encoding: str = "utf-8") -> Iterator[Mapping[str, str]]:
    """The rows of a CSV file by column. Raises DirectoryUnreadable when it lacks one of `columns`."""
    reader = csv.DictReader(StringIO(read_text(path, encoding), newline=""), strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise DirectoryUnreadable(f"{path.name}: has no column {missing[0]!r}; is it another listing?")
        for row in reader:
            yield {name: (cell or "").strip() for name, cell in row.items() if isinstance(name, str)}
    except csv.Error as error:
        raise DirectoryUnreadable(f"{path.name}, line {reader.line_num}: {error}") from error


def cut(text: object, longest: int) -> str:
    """A cell on one line, as long as its column is; "" for None."""
    return "" if text is None else " ".join(str(text).split())[:longest]
