"""A folder of rendered, labelled photographs: small enough to train on in a test."""

import csv
from pathlib import Path

import cv2

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.render import Lesion, render_fundus
from screening.imaging.train_config import Phase, TrainConfig
from tests.unit.screening.imaging.tiny_release import BACKBONE

PATIENTS = 24
COLUMNS = ["file", "patient_id", "eye", "age", "sex"]
COLUMNS += [f"patient_{x}" for x in LABELS] + [f"eye_{x}_derived" for x in LABELS] + ["eye_keywords"]
KEYWORDS = {
    "N": "normal fundus",
    "D": "moderate non proliferative retinopathy",
    "G": "glaucoma",
    "C": "cataract",
    "A": "wet age-related macular degeneration",
    "H": "hypertensive retinopathy",
    "M": "pathological myopia",
    "O": "drusen",
}
# Half of the patients are held out, so that every label is in both halves.
CONFIG = TrainConfig(
    backbone=BACKBONE,
    spec=PreprocessSpec(size=64),
    phases=(Phase(1, 48), Phase(1, 64)),
    batch=8,
    learning_rate=1e-3,
    folds=2,
    threads=1,
)


def write_labels(folder: Path, rows: list[list[object]], columns: list[str] = COLUMNS) -> None:
    with (folder / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def write_photographs(folder: Path) -> Path:
    """Every label occurs, and both eyes of a patient carry the same one; returns the folder."""
    (folder / "images").mkdir()
    pictures = [
        render_fundus(seed, eye, size=256, lesions=[lesion] if lesion else [])
        for seed, (eye, lesion) in enumerate(
            [(Laterality.LEFT, Lesion.EXUDATES), (Laterality.RIGHT, None), (Laterality.LEFT, None)]
        )
    ]
    rows: list[list[object]] = []
    for patient in range(PATIENTS):
        labels = [int(patient % len(LABELS) == i) for i in range(len(LABELS))]
        for eye in ("left", "right"):
            file = f"images/{patient}_{eye}.jpg"
            cv2.imwrite(str(folder / file), pictures[patient % 3][:, :, ::-1])
            age, word = 1 if patient == 0 else 50, KEYWORDS[LABELS[patient % len(LABELS)]]
            rows.append([file, patient, eye, age, "Female", *labels, *labels, word])
    write_labels(folder, rows)
    return folder
