"""Patients dealt into folds: the same patient always lies in the same fold, and every fold sees every label.

A patient with a label that is not known is learned from and never held out: nothing can be measured on them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from screening.imaging.training_data import LabelledEye, TrainingDataInvalid

NEVER_HELD_OUT = -1


def deal_folds(eyes: Sequence[LabelledEye], *, folds: int, seed: int) -> dict[str, int]:
    """Fold 0..`folds`-1 of every patient, from the seed and the patient's id alone; NEVER_HELD_OUT where a label of
    the patient or of an eye is not known.

    Patients are grouped by their rarest label, put in an order that a hash decides, and dealt one by one,
    so that folds differ by at most one patient and rare labels spread evenly. Raises TrainingDataInvalid.
    """
    partly = {eye.patient_id for eye in eyes if None in (*eye.eye_labels, *eye.patient_labels)}
    whole = [eye for eye in eyes if eye.patient_id not in partly]
    if not 2 <= folds <= len({eye.patient_id for eye in whole}):
        raise TrainingDataInvalid(
            f"{folds} folds: choose at least 2 and no more than there are patients of whom every label is known"
        )
    groups = _by_rarest_label(whole)
    order = chain.from_iterable(sorted(groups[key], key=lambda p: _rank(seed, p)) for key in sorted(groups))
    dealt = {patient: place % folds for place, patient in enumerate(order)}
    return dealt | dict.fromkeys(partly, NEVER_HELD_OUT)


def split_fold(
    eyes: Sequence[LabelledEye], fold_of: Mapping[str, int], fold: int
) -> tuple[list[LabelledEye], list[LabelledEye]]:
    """(training, held out) of one fold, numbered from 0."""
    return (
        [eye for eye in eyes if fold_of[eye.patient_id] != fold],
        [eye for eye in eyes if fold_of[eye.patient_id] == fold],
    )


def _by_rarest_label(eyes: Sequence[LabelledEye]) -> dict[int, list[str]]:
    frequency = np.sum(np.array([eye.eye_labels for eye in eyes], np.float64), axis=0)
    groups: dict[int, list[str]] = {}
    for patient, labels in {eye.patient_id: eye.patient_labels for eye in eyes}.items():
        present = [i for i, value in enumerate(labels) if value]
        groups.setdefault(min(present, key=lambda i: frequency[i]) if present else -1, []).append(patient)
    return groups


def _rank(seed: int, patient: str) -> bytes:
    return hashlib.sha256(f"{seed}:{patient}".encode()).digest()
