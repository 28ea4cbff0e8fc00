"""Labelled photographs for training: labels.csv, patients kept together, pixels prepared once in memory."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from screening.domain.findings import LABELS
from screening.imaging.arrays import Floats, Image
from screening.imaging.preprocess import PreprocessSpec, prepare


class TrainingDataInvalid(ValueError):
    """labels.csv or a photograph cannot be used; the message names file, row or column."""


@dataclass(frozen=True)
class LabelledEye:
    """One photograph with the labels of its own eye and of its patient, in the order of LABELS."""

    path: Path
    patient_id: str
    eye: str
    age_years: int | None
    sex: str
    eye_labels: tuple[int, ...]
    patient_labels: tuple[int, ...]


@dataclass(frozen=True)
class PreparedEyes:
    """Prepared pixels: colour (n, s, s, 3) and grey (n, s, s, 1) uint8; targets (n, 8) float32."""

    colour: Image
    grey: Image
    targets: Floats


_UNKNOWN_AGE = 1  # this data set writes 1 where the age was not recorded


def _read_eye(row: dict[str, str], folder: Path, number: int) -> LabelledEye:
    try:
        age = int(row["age"])
        eye_labels = tuple(int(row[f"eye_{label}_derived"]) for label in LABELS)
        patient_labels = tuple(int(row[f"patient_{label}"]) for label in LABELS)
        path, patient, eye, sex = folder / row["file"], row["patient_id"], row["eye"], row["sex"]
    except KeyError as missing:
        raise TrainingDataInvalid(f"labels.csv has no column {missing}") from None
    except ValueError:
        raise TrainingDataInvalid(f"labels.csv row {number}: age and labels must be whole numbers") from None
    if not set(eye_labels + patient_labels) <= {0, 1}:
        raise TrainingDataInvalid(f"labels.csv row {number}: labels must be 0 or 1")
    return LabelledEye(
        path, patient, eye, None if age == _UNKNOWN_AGE else age, sex, eye_labels, patient_labels
    )


def read_labels(data: Path) -> list[LabelledEye]:
    """Every row of `data`/labels.csv. Raises TrainingDataInvalid naming row or column."""
    with (data / "labels.csv").open(newline="", encoding="utf-8") as file:
        eyes = [_read_eye(row, data, number) for number, row in enumerate(csv.DictReader(file), start=2)]
    if not eyes:
        raise TrainingDataInvalid("labels.csv has no rows")
    return eyes


def data_version(data: Path) -> str:
    """Name of the folder and the start of the hash of its labels: which data a release saw."""
    digest = hashlib.sha256((data / "labels.csv").read_bytes()).hexdigest()
    return f"{data.resolve().name}-{digest[:12]}"


def split_by_patient(
    eyes: Sequence[LabelledEye], *, held_out: float, seed: int
) -> tuple[list[LabelledEye], list[LabelledEye]]:
    """(training, held out): every patient is in exactly one of them; stratified by the patient's rarest label."""
    frequency = np.sum([eye.eye_labels for eye in eyes], axis=0)
    groups: dict[int, list[str]] = {}
    for patient, labels in sorted({(eye.patient_id, eye.patient_labels) for eye in eyes}):
        present = [i for i, value in enumerate(labels) if value]
        rarest = min(present, key=lambda i: frequency[i]) if present else -1
        groups.setdefault(rarest, []).append(patient)
    chooser = np.random.default_rng(seed)
    chosen: set[str] = set()
    for key in sorted(groups):
        order = chooser.permutation(len(groups[key]))
        chosen.update(groups[key][i] for i in order[: round(held_out * len(groups[key]))])
    return (
        [eye for eye in eyes if eye.patient_id not in chosen],
        [eye for eye in eyes if eye.patient_id in chosen],
    )


def prepare_eyes(eyes: Sequence[LabelledEye], spec: PreprocessSpec, *, progress: str) -> PreparedEyes:
    """Decode and prepare all photographs into memory, with the very function that serves live cases."""
    colour = np.empty((len(eyes), spec.size, spec.size, 3), np.uint8)
    grey = np.empty((len(eyes), spec.size, spec.size, 1), np.uint8)
    for index, eye in enumerate(tqdm(eyes, desc=progress, mininterval=5)):
        bgr = cv2.imread(str(eye.path), cv2.IMREAD_COLOR)
        if bgr is None:
            raise TrainingDataInvalid(f"{eye.path.name} is not a readable photograph")
        rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        colour[index], grey[index] = prepare(rgb, spec)
    return PreparedEyes(colour, grey, np.array([eye.eye_labels for eye in eyes], np.float32))
