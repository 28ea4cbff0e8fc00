"""Scores of the image model on real patients it never saw: what the simulator and the calibration stand on."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.frame import Floats
from screening.domain.both_eyes import (
    BothEyes,
    BothEyesInvalid,
    EyesSeen,
    Paired,
    fuse_eyes,
    pair_eyes,
    plain_maximum,
)
from screening.domain.findings import LABELS

Labels = NDArray[np.bool_]
FEWEST_POSITIVES = 5
_FUSED = [LABELS.index(label) for label in FUSED_LABELS]


@dataclass(frozen=True)
class HeldOut:
    """One row a patient, columns in the order of FUSED_LABELS.

    `logits` is the patient's log-odds (n, 6), both eyes joined as `both_eyes` says (None: the plain maximum);
    `labels` the patient's truth (n, 6), `sha256` of the file read, `patient_ids` its names of the rows.
    """

    logits: Floats
    labels: Labels
    sha256: str
    both_eyes: BothEyes | None = None
    patient_ids: tuple[str, ...] = ()

    def among(self, rows: NDArray[np.intp]) -> "HeldOut":
        """Some of the patients, by index."""
        ids = tuple(self.patient_ids[row] for row in rows) if self.patient_ids else ()
        return HeldOut(self.logits[rows], self.labels[rows], self.sha256, self.both_eyes, ids)


def read_heldout(path: Path, both_eyes: BothEyes | None = None) -> HeldOut:
    """Read held-out rows and join each patient's eyes as the service does.

    Columns: `patient_id`, `eye`, and `patient_<L>` (0 or 1) and `logit_<L>` for every label L, empty where the eye
    could not be judged. Patients without a judged eye are left out: the service reads no photograph of them.
    Without a column `eye` a row is a patient whose eyes are joined already, and needs the fused labels alone;
    `both_eyes` does not apply to it then.

    Raises
    ------
    FusionTrainingDataInvalid
        Naming the column or row, or a label with too few positive patients.
    """
    content = path.read_bytes()
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    sha256 = hashlib.sha256(content).hexdigest()
    of_eyes = bool(rows) and "eye" in rows[0]
    read = _of_eyes(rows, path, sha256, both_eyes) if of_eyes else _of_patients(rows, path, sha256)
    _check_positives(read.labels, path)
    return read


def _of_patients(rows: list[dict[str, str]], path: Path, sha256: str) -> HeldOut:
    names = [label.value for label in FUSED_LABELS]
    values = [_values(row, names, path, number) for number, row in enumerate(rows, start=2)]
    ids = [_patient(row, path, number) for number, row in enumerate(rows, start=2)]
    logits = np.array([logits for logits, _ in values]).reshape(len(rows), len(names))
    if not np.isfinite(logits).all():
        number = int(np.flatnonzero(~np.isfinite(logits).all(axis=1))[0]) + 2
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: a logit is missing")
    if len(set(ids)) < len(ids):
        raise FusionTrainingDataInvalid(
            f"{path.name}: a patient has two rows; name each row's eye in a column eye"
        )
    labels = np.array([truth for _, truth in values], np.bool_).reshape(len(rows), len(names))
    return HeldOut(logits, labels, sha256, None, tuple(ids))


def _of_eyes(rows: list[dict[str, str]], path: Path, sha256: str, both_eyes: BothEyes | None) -> HeldOut:
    names = [label.value for label in LABELS]
    values = [_values(row, names, path, number) for number, row in enumerate(rows, start=2)]
    ids = [_patient(row, path, number) for number, row in enumerate(rows, start=2)]
    truth = _truth_of(ids, [told for _, told in values], path)
    try:
        paired = pair_eyes(ids, [row["eye"] for row in rows], np.array([logits for logits, _ in values]))
        # As in service: an eye that could not be judged counts as missing (screening.domain.joined_logits).
        paired = Paired(paired.ids, paired.log_odds, paired.judged)
    except BothEyesInvalid as error:
        raise FusionTrainingDataInvalid(f"{path.name}: {error}") from error
    joined = plain_maximum(paired) if both_eyes is None else fuse_eyes(both_eyes, paired).log_odds
    judged = np.flatnonzero(paired.seen != EyesSeen.NEITHER)
    labels = np.array([truth[patient] for patient in paired.ids], np.bool_)
    kept = tuple(paired.ids[row] for row in judged)
    return HeldOut(joined[judged][:, _FUSED], labels[judged][:, _FUSED], sha256, both_eyes, kept)


def _truth_of(ids: list[str], told: list[list[bool]], path: Path) -> dict[str, list[bool]]:
    truth: dict[str, list[bool]] = {}
    for number, (patient, labels) in enumerate(zip(ids, told, strict=True), start=2):
        if truth.setdefault(patient, labels) != labels:
            raise FusionTrainingDataInvalid(f"{path.name} row {number}: the patient's eyes have other labels")
    return truth


def _patient(row: Mapping[str, str], path: Path, number: int) -> str:
    patient = row.get("patient_id", f"row {number}")
    if not patient:
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: patient_id is empty")
    return patient


def _values(
    row: Mapping[str, str], names: list[str], path: Path, number: int
) -> tuple[list[float], list[bool]]:
    """Logits, NaN where empty, and truth. Either all logits of a row are known or none."""
    try:
        logits = [_logit(row[f"logit_{name}"]) for name in names]
        truth = [{"0": False, "1": True}[row[f"patient_{name}"]] for name in names]
    except KeyError as missing:
        raise FusionTrainingDataInvalid(
            f"{path.name} row {number}: no usable column or value {missing}"
        ) from None
    except ValueError:
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: a logit is not a number") from None
    if np.isinf(logits).any() or len(set(np.isnan(logits))) > 1:
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: a logit is not finite")
    return logits, truth


def _logit(text: str) -> float:
    """NaN for an empty cell alone: an eye that could not be judged."""
    if not text:
        return float("nan")
    value = float(text)
    return value if np.isfinite(value) else float("inf")


def _check_positives(labels: Labels, path: Path) -> None:
    positives = labels.sum(axis=0) if len(labels) else np.zeros(len(FUSED_LABELS))
    for label, count in zip(FUSED_LABELS, positives, strict=True):
        if not FEWEST_POSITIVES <= count <= len(labels) - FEWEST_POSITIVES:
            raise FusionTrainingDataInvalid(
                f"{path.name}: label {label.value} needs at least {FEWEST_POSITIVES} patients with and without it"
            )
