"""Labelled photographs for training: the answers of each eye, and pixels prepared once in memory."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.arrays import Floats, Image
from screening.imaging.card import BRANCHES
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.evaluate.labels import (
    LABELS_FILE,
    LabelledPhotograph,
    Labels,
    LabelsInvalid,
    read_labelled,
)
from screening.imaging.preprocess import PreprocessSpec, prepare
from screening.imaging.targets import split_keywords, targets_of


class TrainingDataInvalid(ValueError):
    """The photographs cannot be trained on; the message names file, row or column."""


@dataclass(frozen=True)
class LabelledEye:
    """One photograph with the labels of its own eye and of its patient, in the order of LABELS.

    A label that is not known is None. `answers`: what a branch learns of this eye, in the order of TARGETS, NaN where
    not known.
    """

    path: Path
    patient_id: str
    eye: str
    age_years: int | None
    sex: str
    eye_labels: Labels
    patient_labels: Labels
    answers: tuple[float, ...]


@dataclass(frozen=True)
class PreparedEyes:
    """Prepared pixels: colour (n, s, s, 3) and grey (n, s, s, 1) uint8."""

    colour: Image
    grey: Image


_EYE_NAMES = {Laterality.LEFT: "left", Laterality.RIGHT: "right"}  # as labels.csv writes them


def read_labels(data: Path) -> list[LabelledEye]:
    """Every row of `data`/labels.csv. Raises TrainingDataInvalid naming row or column."""
    try:
        photographs = read_labelled(data, partial=True)
    except LabelsInvalid as error:
        raise TrainingDataInvalid(str(error)) from error
    _check_columns(data)
    return [_labelled_eye(photograph) for photograph in photographs]


def _check_columns(data: Path) -> None:
    """Training needs more columns than evaluation."""
    with (data / LABELS_FILE).open(newline="", encoding="utf-8-sig") as file:
        columns = csv.DictReader(file).fieldnames or ()
    for needed in (*(f"eye_{label}_derived" for label in LABELS), "eye_keywords"):
        if needed not in columns:
            raise TrainingDataInvalid(
                f"{LABELS_FILE} has no column {needed}; training learns from each eye's own"
            )


def _labelled_eye(photograph: LabelledPhotograph) -> LabelledEye:
    labels, keywords = photograph.eye_labels, photograph.keywords
    if labels is None or keywords is None:
        raise TrainingDataInvalid(f"{LABELS_FILE} row {photograph.row} has no keywords or labels of its eye")
    return LabelledEye(
        path=photograph.path,
        patient_id=photograph.patient_id,
        eye=_EYE_NAMES[photograph.laterality],
        age_years=photograph.age_years,
        sex=photograph.sex,
        eye_labels=labels,
        patient_labels=photograph.patient_labels,
        answers=targets_of(labels, split_keywords(keywords), all_named=not photograph.sources),
    )


def answers_of(eyes: Sequence[LabelledEye]) -> Floats:
    """Answers (n, K) in {0, 1, NaN}."""
    return np.array([eye.answers for eye in eyes], np.float32)


def prepare_eyes(eyes: Sequence[LabelledEye], spec: PreprocessSpec, *, progress: str) -> PreparedEyes:
    """Decode and prepare all photographs into memory, with the very function that serves live cases.

    Raises TrainingDataInvalid naming a photograph that does not decode.
    """
    colour = np.empty((len(eyes), spec.size, spec.size, 3), np.uint8)
    grey = np.empty((len(eyes), spec.size, spec.size, 1), np.uint8)
    for index, eye in enumerate(tqdm(eyes, desc=progress, mininterval=5)):
        colour[index], grey[index] = prepare(_read_photograph(eye), spec)
    return PreparedEyes(colour, grey)


def prepare_branch(eyes: Sequence[LabelledEye], spec: PreprocessSpec, branch: str, *, progress: str) -> Image:
    """What one branch sees of all photographs: colour (n, s, s, 3) or grey (n, s, s, 1); see prepare_eyes."""
    which = BRANCHES.index(branch)
    pixels = np.empty((len(eyes), spec.size, spec.size, 1 if which else 3), np.uint8)
    for index, eye in enumerate(tqdm(eyes, desc=progress, mininterval=5)):
        pixels[index] = prepare(_read_photograph(eye), spec)[which]
    return pixels


def _read_photograph(eye: LabelledEye) -> Image:
    try:
        return decode_photograph(eye.path.read_bytes())
    except (OSError, PhotographUnreadable) as error:
        raise TrainingDataInvalid(
            f"{eye.path.name} does not decode as a photograph; replace it or remove its row"
        ) from error
