"""What an import says about the rows it could not take, or took in one reading of several."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

VALUE_MAX = 120


@dataclass(frozen=True, slots=True)
class Issue:
    """One cell of one row. `refused`: the row was not taken; otherwise it was, as `advice` says.

    `row` counts from 1: the line of an SQL file, the item of a payload.
    """

    file: str
    row: int
    column: str
    value: str
    advice: str
    refused: bool = True


class Issues:
    """Collects what is noticed while a file is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Issue] = []

    def refuse(self, row: int, column: str, value: object, advice: str) -> None:
        """The row is not taken."""
        self._add(row, column, value, advice, refused=True)

    def note(self, row: int, column: str, value: object, advice: str) -> None:
        """The row is taken, in the reading that `advice` says."""
        self._add(row, column, value, advice, refused=False)

    def _add(self, row: int, column: str, value: object, advice: str, *, refused: bool) -> None:
        shown = "" if value is None else " ".join(str(value).split())[:VALUE_MAX]
        self.found.append(Issue(self.file, row, column, shown, advice, refused))

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return len({issue.row for issue in self.found if issue.refused})


def write_report(path: Path, issues: Sequence[Issue]) -> None:
    """Write every issue, as JSON where the name ends in .json and as CSV otherwise. Raises OSError."""
    if path.suffix.lower() == ".json":
        rows = [asdict(issue) for issue in issues]
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheets read Korean
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Issue)])
        writer.writerows([_harmless(cell) for cell in asdict(issue).values()] for issue in issues)


def _harmless(cell: object) -> object:
    # A spreadsheet runs a cell that begins like a formula.
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
