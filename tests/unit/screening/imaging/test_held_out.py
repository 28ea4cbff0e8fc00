"""Out-of-fold answers of all folds together, and no patient whom another fold has learned."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from screening.imaging.branch import TrainingFailed
from screening.imaging.held_out import read_held_out
from screening.imaging.targets import TARGETS
from screening.imaging.training_data import read_labels
from tests.unit.screening.imaging.photographs import PATIENTS


def test_held_out_eyes_carry_the_answers_of_their_own_row(run: Path, photographs: Path) -> None:
    held, by_name = read_held_out(run), {eye.path.name: eye for eye in read_labels(photographs)}
    assert len(held.files) == PATIENTS and set(held.folds) == {0}
    assert held.branch_logits.shape == (2, PATIENTS, len(TARGETS))
    for row, file in enumerate(held.files):
        np.testing.assert_array_equal(held.answers[row], by_name[file].answers)
        assert held.eyes[row] == by_name[file].eye


def test_a_patient_joins_both_eyes(run: Path) -> None:
    held = read_held_out(run)
    ids, labels, joined = held.by_patient(held.branch_logits[0, :, :8])
    assert len(ids) == PATIENTS // 2 and labels.shape == joined.shape == (PATIENTS // 2, 8)


def test_a_patient_held_out_by_two_folds_is_refused(run: Path, tmp_path: Path) -> None:
    for fold in ("fold0", "fold3"):
        shutil.copytree(run / "fold0", tmp_path / fold)
    with pytest.raises(TrainingFailed, match="is held out in fold0 and in fold3"):
        read_held_out(tmp_path)


def test_a_fold_with_one_branch_does_not_count(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run / "fold0", tmp_path / "fold0")
    (tmp_path / "fold0" / "grey.weights.pt").unlink()
    with pytest.raises(TrainingFailed, match="no fold with both branches"):
        read_held_out(tmp_path)
