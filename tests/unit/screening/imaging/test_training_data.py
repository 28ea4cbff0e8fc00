"""What cannot be trained on is named by file, row or column before anything is trained."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.targets import TARGETS
from screening.imaging.training_data import TrainingDataInvalid, prepare_branch, prepare_eyes, read_labels
from tests.unit.screening.imaging.photographs import COLUMNS, PATIENTS, write_labels

SPEC = PreprocessSpec(size=48)
ROW: list[object] = ["images/1.jpg", 1, "left", 50, "Male", *[0] * 16, "normal fundus"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Names two photographs, neither of which is one."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.jpg").write_bytes(b"not a picture")
    (tmp_path / "images" / "2.jpg").write_bytes(b"")
    return tmp_path


def test_every_row_becomes_an_eye_with_its_answers(photographs: Path) -> None:
    eyes = read_labels(photographs)
    assert len(eyes) == 2 * PATIENTS
    assert eyes[0].age_years is None and eyes[2].age_years == 50
    assert {eye.eye for eye in eyes} == {"left", "right"}
    diabetic = dict(zip(TARGETS, eyes[2].answers, strict=True))
    assert (diabetic["D"], diabetic["dr>=moderate"], diabetic["dr>=severe"]) == (1, 1, 0)


def test_one_branch_sees_what_both_see_together(photographs: Path) -> None:
    eyes = read_labels(photographs)[:3]
    both = prepare_eyes(eyes, SPEC, progress="test")
    for branch, pixels in (("colour", both.colour), ("grey", both.grey)):
        assert np.array_equal(prepare_branch(eyes, SPEC, branch, progress="test"), pixels)


@pytest.mark.parametrize(
    ("columns", "row", "named"),
    [
        (COLUMNS[:-1], ROW[:-1], "no column eye_keywords"),
        ([x for x in COLUMNS if x != "eye_O_derived"], ROW[1:], "eye_O_derived"),
        ([x for x in COLUMNS if not x.startswith("eye_")], ROW[:13] + ROW[-1:], "no column eye_N_derived"),
        ([*COLUMNS, "eye_Q_derived"], [*ROW, 0], "eye_Q_derived"),
        ([*COLUMNS, "patient_Q"], [*ROW, 0], "patient_Q"),
        (COLUMNS, [*ROW[:3], "old", *ROW[4:]], "row 2"),
        (COLUMNS, [*ROW[:-2], 2, ROW[-1]], "row 2"),
        (COLUMNS, ROW[:-1], "row 2"),
    ],
)
def test_labels_that_cannot_be_used_name_row_or_column(
    folder: Path, columns: list[str], row: list[object], named: str
) -> None:
    write_labels(folder, [row], columns)
    with pytest.raises(TrainingDataInvalid, match=named):
        read_labels(folder)


def test_a_patient_with_two_sets_of_labels_is_refused(folder: Path) -> None:
    other = ["images/2.jpg", *ROW[1:5], 1, *ROW[6:]]
    write_labels(folder, [ROW, other])
    with pytest.raises(TrainingDataInvalid, match="patient 1 has two different"):
        read_labels(folder)


@pytest.mark.parametrize("file", ["images/1.jpg", "images/2.jpg"])
def test_a_photograph_that_does_not_decode_is_named(folder: Path, file: str) -> None:
    write_labels(folder, [[file, *ROW[1:]]])
    with pytest.raises(TrainingDataInvalid, match=Path(file).name):
        prepare_eyes(read_labels(folder), SPEC, progress="test")


def test_a_photograph_that_went_away_is_named(folder: Path) -> None:
    write_labels(folder, [ROW])
    gone = replace(read_labels(folder)[0], path=folder / "images" / "gone.jpg")
    with pytest.raises(TrainingDataInvalid, match=r"gone\.jpg"):
        prepare_branch([gone], SPEC, "grey", progress="test")
