"""labels.csv of an evaluation set: who was photographed, and what the doctors say each patient has."""

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality

LABELS_FILE = "labels.csv"
_EYES = {"left": Laterality.LEFT, "right": Laterality.RIGHT}
_UNKNOWN_AGES = {"", "1"}  # this data set writes 1 where the age was not recorded
_PATIENT_COLUMNS = tuple(f"patient_{label}" for label in LABELS)
_NEEDED = ("file", "patient_id", "eye", "age", "sex", *_PATIENT_COLUMNS)
_EYE_COLUMNS = tuple(f"eye_{label}_derived" for label in LABELS)
_LABEL_COLUMN = re.compile(r"patient_(?!id$)(.+)|eye_(.+)_derived")


Labels = tuple[int | None, ...]


class LabelsInvalid(ValueError):
    """labels.csv or a photograph it names cannot be used; the message names file, row or column."""


@dataclass(frozen=True)
class LabelledPhotograph:
    """One row. Labels are 0 or 1 in the order of LABELS, one that is not known None; None where the table has no such
    column. `sources`: who told which label, in a table that was not labelled as a whole.
    """

    row: int
    path: Path
    patient_id: str
    laterality: Laterality
    age_years: int | None
    sex: str
    patient_labels: Labels
    eye_labels: Labels | None
    keywords: str | None
    sources: str | None = None


def read_labelled(data: Path, *, partial: bool = False) -> list[LabelledPhotograph]:
    """Every row of `data`/labels.csv, checked. Keyword and eye columns may be absent, nothing else.

    `partial`: whether a label may be empty, not known; training can leave it out, an evaluation cannot.
    Raises LabelsInvalid, also where a file is missing or listed twice, or the rows of a patient disagree.
    """
    path = data / LABELS_FILE
    if not path.is_file():
        raise LabelsInvalid(f"{data} has no {LABELS_FILE}; name the folder that holds it")
    try:
        photographs = _read_table(path, data, partial=partial)
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelsInvalid(f"{LABELS_FILE} is not a table in UTF-8: {error}") from None
    if not photographs:
        raise LabelsInvalid(f"{LABELS_FILE} has no rows")
    _check_together(photographs)
    return photographs


def _read_table(path: Path, data: Path, *, partial: bool) -> list[LabelledPhotograph]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        _check_columns(table.fieldnames or ())
        return [_photograph(row, data, number, partial=partial) for number, row in enumerate(table, start=2)]


def data_name(data: Path) -> str:
    """Name of the folder and the start of the hash of its labels: on what a release was measured."""
    digest = hashlib.sha256((data / LABELS_FILE).read_bytes()).hexdigest()
    return f"{data.resolve().name}-{digest[:12]}"


def _check_columns(present: Sequence[str]) -> None:
    columns = set(present)
    for column in _NEEDED:
        if column not in columns:
            raise LabelsInvalid(f"{LABELS_FILE} has no column {column}; needed are {', '.join(_NEEDED)}")
    for column in present:
        named = _LABEL_COLUMN.fullmatch(column)
        if named and (named[1] or named[2]) not in set(LABELS):
            raise LabelsInvalid(
                f"{LABELS_FILE}: column {column} is of a label this system does not know; take it out"
            )
    some = columns & set(_EYE_COLUMNS)
    if some and some != set(_EYE_COLUMNS):
        lost = next(column for column in _EYE_COLUMNS if column not in columns)
        raise LabelsInvalid(f"{LABELS_FILE} has no column {lost}; give the labels of eyes all or not at all")


def _photograph(
    row: Mapping[str, str | None], data: Path, number: int, *, partial: bool
) -> LabelledPhotograph:
    if any(row[column] is None for column in _NEEDED):
        raise LabelsInvalid(f"{LABELS_FILE} row {number} is shorter than its header")
    file, eye = row["file"] or "", row["eye"]
    if eye not in _EYES:
        raise LabelsInvalid(f"{LABELS_FILE} row {number}: eye is {eye!r}, must be left or right")
    if not file or not (data / file).is_file():
        raise LabelsInvalid(f"{LABELS_FILE} row {number}: there is no photograph {file!r} in {data}")
    if not row["patient_id"]:
        raise LabelsInvalid(f"{LABELS_FILE} row {number}: patient_id is empty")
    return LabelledPhotograph(
        row=number,
        path=data / file,
        patient_id=row["patient_id"],
        laterality=_EYES[eye],
        age_years=_age(row["age"] or "", number),
        sex=row["sex"] or "unknown",
        patient_labels=_labels(row, _PATIENT_COLUMNS, number, partial=partial),
        eye_labels=_labels(row, _EYE_COLUMNS, number, partial=partial) if _EYE_COLUMNS[0] in row else None,
        keywords=row.get("eye_keywords"),
        sources=row.get("sources"),
    )


def _age(text: str, number: int) -> int | None:
    if text in _UNKNOWN_AGES:
        return None
    if not text.isdecimal() or int(text) > 120:
        raise LabelsInvalid(
            f"{LABELS_FILE} row {number}: age is {text!r}, must be whole years, 1 for unknown"
        )
    return int(text)


def _labels(row: Mapping[str, str | None], columns: tuple[str, ...], number: int, *, partial: bool) -> Labels:
    allowed = {"0", "1", ""} if partial else {"0", "1"}
    for column in columns:
        if row[column] not in allowed:
            raise LabelsInvalid(f"{LABELS_FILE} row {number}: {column} is {row[column]!r}, must be 0 or 1")
    return tuple(int(value) if (value := row[column]) else None for column in columns)


def _check_together(photographs: Iterable[LabelledPhotograph]) -> None:
    """What only several rows can get wrong: a file twice, or one patient with two sets of answers."""
    first_of: dict[str, LabelledPhotograph] = {}
    row_of: dict[Path, int] = {}
    for one in photographs:
        if (earlier := row_of.setdefault(one.path, one.row)) != one.row:
            raise LabelsInvalid(f"{LABELS_FILE} row {one.row}: {one.path.name} is in row {earlier} already")
        first = first_of.setdefault(one.patient_id, one)
        for name in ("patient_labels", "age_years", "sex"):
            if getattr(one, name) != getattr(first, name):
                raise LabelsInvalid(
                    f"{LABELS_FILE} rows {first.row} and {one.row}: patient {one.patient_id} has two different {name}"
                )
