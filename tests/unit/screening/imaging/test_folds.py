"""Both eyes of a patient are always on the same side, and every side sees every label."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screening.imaging.folds import NEVER_HELD_OUT, deal_folds, split_fold
from screening.imaging.training_data import LabelledEye, TrainingDataInvalid

RARE = 10


def eye(patient: int, side: str = "left") -> LabelledEye:
    """Every tenth patient has the rare label, the others the common one."""
    labels = (0, 1) if patient % RARE == 0 else (1, 0)
    return LabelledEye(Path(f"{patient}_{side}.jpg"), str(patient), side, 50, "Male", labels, labels, ())


EYES = [eye(patient, side) for patient in range(100) for side in ("left", "right")]


def test_every_patient_is_in_one_fold_with_both_eyes() -> None:
    fold_of = deal_folds(EYES, folds=5, seed=1)
    assert set(fold_of.values()) == set(range(5)) and len(fold_of) == 100
    for fold in range(5):
        training, held = split_fold(EYES, fold_of, fold)
        assert len(held) == 40 and len(training) == 160
        assert not {one.patient_id for one in training} & {one.patient_id for one in held}


def test_a_rare_label_is_spread_evenly() -> None:
    fold_of = deal_folds(EYES, folds=5, seed=1)
    rare = [fold_of[str(patient)] for patient in range(0, 100, RARE)]
    assert np.bincount(rare).tolist() == [2] * 5


def test_folds_follow_from_seed_and_patient_not_from_the_order_of_rows() -> None:
    assert deal_folds(EYES, folds=5, seed=1) == deal_folds(EYES[::-1], folds=5, seed=1)
    assert deal_folds(EYES, folds=5, seed=1) != deal_folds(EYES, folds=5, seed=2)


def test_a_patient_without_any_label_has_a_fold_too() -> None:
    nobody = replace(eye(7), patient_labels=(0, 0))
    assert deal_folds([nobody, eye(8), eye(9)], folds=2, seed=1)["7"] in {0, 1}


@pytest.mark.parametrize("unknown", ["eye_labels", "patient_labels"])
def test_a_patient_with_a_label_that_is_not_known_is_learned_from_and_never_held_out(unknown: str) -> None:
    partly = [eye(200), replace(eye(200, "right"), **{unknown: (None, 1)})]
    fold_of = deal_folds([*EYES, *partly], folds=5, seed=1)
    assert fold_of == deal_folds(EYES, folds=5, seed=1) | {"200": NEVER_HELD_OUT}
    for fold in range(5):
        training, held = split_fold([*EYES, *partly], fold_of, fold)
        assert all(one in training and one not in held for one in partly)


def test_patients_of_whom_not_all_is_known_make_no_folds() -> None:
    partly = [replace(one, eye_labels=(None, 1)) for one in EYES[2:]]
    with pytest.raises(TrainingDataInvalid, match="2 folds"):
        deal_folds([*EYES[:2], *partly], folds=2, seed=1)


@pytest.mark.parametrize("folds", [1, 101])
def test_a_number_of_folds_that_cannot_be_is_refused(folds: int) -> None:
    with pytest.raises(TrainingDataInvalid, match=f"{folds} folds"):
        deal_folds(EYES, folds=folds, seed=1)
