"""The table of an evaluation set is used whole or refused with file, row and column."""

import csv
from pathlib import Path
from typing import Any

import pytest

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.evaluate.labels import LabelsInvalid, data_name, read_labelled

GOOD: dict[str, Any] = {
    "file": "images/1_left.jpg",
    "patient_id": "1",
    "eye": "left",
    "age": "50",
    "sex": "Male",
    **{f"patient_{label}": int(label == "D") for label in LABELS},
    **{f"eye_{label}_derived": int(label == "D") for label in LABELS},
    "eye_keywords": "mild nonproliferative retinopathy",
}
RIGHT = GOOD | {"file": "images/1_right.jpg", "eye": "right"}


def table(folder: Path, *rows: dict[str, Any], without: tuple[str, ...] = ()) -> Path:
    """A labels.csv of these rows, and an empty file for each photograph that the good rows name."""
    (folder / "images").mkdir(exist_ok=True)
    for name in ("1_left.jpg", "1_right.jpg"):
        (folder / "images" / name).touch()
    columns = [column for column in (rows or (GOOD,))[0] if column not in without]
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_a_row_is_read_with_everything_it_says(tmp_path: Path) -> None:
    left, right = read_labelled(table(tmp_path, GOOD, RIGHT))
    assert (left.row, right.row) == (2, 3)
    assert (left.laterality, right.laterality) == (Laterality.LEFT, Laterality.RIGHT)
    assert left.patient_labels == left.eye_labels == (0, 1, 0, 0, 0, 0, 0, 0)
    assert left.age_years == 50 and left.keywords == "mild nonproliferative retinopathy"


def test_keywords_and_labels_of_eyes_may_be_absent(tmp_path: Path) -> None:
    without = ("eye_keywords", *(f"eye_{label}_derived" for label in LABELS))
    (only,) = read_labelled(table(tmp_path, GOOD, without=without))
    assert only.keywords is None and only.eye_labels is None


def test_training_may_read_labels_that_nobody_told_and_an_evaluation_may_not(tmp_path: Path) -> None:
    data = table(tmp_path, GOOD | {"eye_H_derived": "", "patient_H": ""})
    (only,) = read_labelled(data, partial=True)
    assert only.eye_labels == only.patient_labels == (0, 1, 0, 0, 0, None, 0, 0)
    with pytest.raises(LabelsInvalid, match="row 2: patient_H is ''"):
        read_labelled(data)


def test_a_word_is_no_label_that_nobody_told(tmp_path: Path) -> None:
    with pytest.raises(LabelsInvalid, match="row 2: eye_H_derived is 'unknown'"):
        read_labelled(table(tmp_path, GOOD | {"eye_H_derived": "unknown"}), partial=True)


@pytest.mark.parametrize("age", ["1", ""])
def test_an_unknown_age_is_not_an_age(tmp_path: Path, age: str) -> None:
    assert read_labelled(table(tmp_path, GOOD | {"age": age}))[0].age_years is None


@pytest.mark.parametrize("column", ["file", "patient_id", "eye", "age", "sex", "patient_H"])
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    with pytest.raises(LabelsInvalid, match=rf"labels\.csv has no column {column}"):
        read_labelled(table(tmp_path, GOOD, without=(column,)))


def test_the_labels_of_eyes_come_all_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(LabelsInvalid, match="no column eye_M_derived"):
        read_labelled(table(tmp_path, GOOD, without=("eye_M_derived",)))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"patient_G": "2"}, "row 3: patient_G is '2'"),
        ({"patient_G": ""}, "row 3: patient_G is ''"),
        ({"eye_O_derived": "yes"}, "row 3: eye_O_derived is 'yes'"),
        ({"eye": "both"}, "row 3: eye is 'both'"),
        ({"age": "old"}, "row 3: age is 'old'"),
        ({"age": "130"}, "row 3: age is '130'"),
        ({"patient_id": ""}, "row 3: patient_id is empty"),
        ({"file": "images/9_left.jpg"}, "row 3: there is no photograph 'images/9_left.jpg'"),
        ({"file": ""}, "row 3: there is no photograph ''"),
        ({"file": GOOD["file"]}, r"row 3: 1_left\.jpg is in row 2 already"),
        ({"patient_D": 0, "patient_O": 1}, "rows 2 and 3: patient 1 has two different patient_labels"),
        ({"age": 51}, "rows 2 and 3: patient 1 has two different age_years"),
    ],
)
def test_a_wrong_value_is_named_with_its_row(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    with pytest.raises(LabelsInvalid, match=named):
        read_labelled(table(tmp_path, GOOD, RIGHT | change))


@pytest.mark.parametrize("column", ["patient_X", "eye_DR_derived"])
def test_a_column_of_an_unknown_label_is_named(tmp_path: Path, column: str) -> None:
    with pytest.raises(LabelsInvalid, match=rf"column {column} is of a label this system does not know"):
        read_labelled(table(tmp_path, GOOD | {column: "1"}, RIGHT | {column: "0"}))


def test_a_cut_off_row_is_named(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD) / "labels.csv"
    path.write_text(path.read_text() + "images/1_right.jpg,1,right\n")
    with pytest.raises(LabelsInvalid, match="row 3 is shorter than its header"):
        read_labelled(tmp_path)


def test_no_table_and_no_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelsInvalid, match=r"has no labels\.csv"):
        read_labelled(tmp_path)
    with pytest.raises(LabelsInvalid, match="no rows"):
        read_labelled(table(tmp_path))


@pytest.mark.parametrize("data", [b"\xff\xfe\x00file", b'file,"patient_id\x00\n'])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "labels.csv").write_bytes(data)
    with pytest.raises(LabelsInvalid, match=r"labels\.csv"):
        read_labelled(tmp_path)


def test_another_table_has_another_name(tmp_path: Path) -> None:
    first = data_name(table(tmp_path, GOOD))
    assert first.startswith(tmp_path.name) and first != data_name(table(tmp_path, GOOD, RIGHT))


def test_the_real_table_is_read(shared: Path) -> None:
    photographs = read_labelled(shared / "data" / "odir5k")
    assert len(photographs) == 5101 and len({one.patient_id for one in photographs}) == 2685
