"""Patients dealt into folds: the same patient always lies in the same fold, and every fold sees every label."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from screening.imaging.training_data import LabelledEye, TrainingDataInvalid


def deal_folds(eyes: Sequence[LabelledEye], *, folds: int, seed: int) -> dict[str, int]:
    """Fold 0..`folds`-1 of every patient, from the seed and the patient's id alone.

    Patients are grouped by their rarest label, put in an order that a hash decides, and dealt one by one,
    so that folds differ by at most one patient and rare labels spread evenly. Raises TrainingDataInvalid.
    """
    if not 2 <= folds <= len({eye.patient_id for eye in eyes}):
        raise TrainingDataInvalid(f"{folds} folds: choose at least 2 and no more than there are patients")
    groups = _by_rarest_label(eyes)
    order = chain.from_iterable(sorted(groups[key], key=lambda p: _rank(seed, p)) for key in sorted(groups))
    return {patient: place % folds for place, patient in enumerate(order)}


def split_fold(
    eyes: Sequence[LabelledEye], fold_of: Mapping[str, int], fold: int
) -> tuple[list[LabelledEye], list[LabelledEye]]:
    """(training, held out) of one fold."""
    return (
        [eye for eye in eyes if fold_of[eye.patient_id] != fold],
        [eye for eye in eyes if fold_of[eye.patient_id] == fold],
    )


def _by_rarest_label(eyes: Sequence[LabelledEye]) -> dict[int, list[str]]:
    frequency = np.sum([eye.eye_labels for eye in eyes], axis=0)
    groups: dict[int, list[str]] = {}
    for patient, labels in {eye.patient_id: eye.patient_labels for eye in eyes}.items():
        present = [i for i, value in enumerate(labels) if value]
        groups.setdefault(min(present, key=lambda i: frequency[i]) if present else -1, []).append(patient)
    return groups


def _rank(seed: int, patient: str) -> bytes:
    return hashlib.sha256(f"{seed}:{patient}".encode()).digest()
