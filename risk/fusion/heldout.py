"""Scores of the image model on real patients it never saw: what the simulator and the calibration stand on."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.frame import Floats

Labels = NDArray[np.bool_]
FEWEST_POSITIVES = 5


@dataclass(frozen=True)
class HeldOut:
    """One row a patient, columns in the order of FUSED_LABELS.

    `logits` is the worse eye's log-odds (n, 6), `labels` the patient's truth (n, 6), `sha256` of the file read.
    """

    logits: Floats
    labels: Labels
    sha256: str


def read_heldout(path: Path) -> HeldOut:
    """Read held-out rows and take each patient's worse eye.

    Columns: `patient_<L>` (0 or 1) and `logit_<L>` for each fused label L; others are ignored. With a column
    `patient_id` rows of the same patient are joined; without one every row is a patient.

    Raises
    ------
    FusionTrainingDataInvalid
        Naming the column or row, or a label with too few positive patients.
    """
    content = path.read_bytes()
    patients: dict[str, list[tuple[list[float], list[bool]]]] = {}
    rows = csv.DictReader(content.decode("utf-8").splitlines())
    for number, row in enumerate(rows, start=2):
        patients.setdefault(*_patient(row, path, number)).append(_values(row, path, number))
    logits = np.array([np.max([values for values, _ in eyes], axis=0) for eyes in patients.values()])
    labels = np.array([np.any([truth for _, truth in eyes], axis=0) for eyes in patients.values()])
    _check_positives(labels, path)
    return HeldOut(logits, labels, hashlib.sha256(content).hexdigest())


def _patient(
    row: dict[str, str], path: Path, number: int
) -> tuple[str, list[tuple[list[float], list[bool]]]]:
    patient = row.get("patient_id", f"row {number}")
    if not patient:
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: patient_id is empty")
    return patient, []


def _values(row: dict[str, str], path: Path, number: int) -> tuple[list[float], list[bool]]:
    try:
        logits = [float(row[f"logit_{label.value}"]) for label in FUSED_LABELS]
        truth = [{"0": False, "1": True}[row[f"patient_{label.value}"]] for label in FUSED_LABELS]
    except KeyError as missing:
        raise FusionTrainingDataInvalid(
            f"{path.name} row {number}: no usable column or value {missing}"
        ) from None
    except ValueError:
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: a logit is not a number") from None
    if not np.isfinite(logits).all():
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: a logit is not finite")
    return logits, truth


def _check_positives(labels: Labels, path: Path) -> None:
    positives = labels.sum(axis=0) if len(labels) else np.zeros(len(FUSED_LABELS))
    for label, count in zip(FUSED_LABELS, positives, strict=True):
        if not FEWEST_POSITIVES <= count <= len(labels) - FEWEST_POSITIVES:
            raise FusionTrainingDataInvalid(
                f"{path.name}: label {label.value} needs at least {FEWEST_POSITIVES} patients with and without it"
            )
