"""Held-out logits of a training run: read, calibrated, and written one row a patient."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles
from screening.imaging.metrics import patient_maximum

PATIENT_FILE = "heldout_logits.csv"


@dataclass(frozen=True)
class HeldOut:
    """The held-out eyes of a run: branch logits (2, n, 8), labels (n, 8), and whom they belong to."""

    branch_logits: Doubles
    files: tuple[str, ...]
    eye_labels: Doubles
    patient_labels: Doubles
    patient_ids: tuple[str, ...]
    ages: tuple[str, ...]
    sexes: tuple[str, ...]

    def by_patient(self, logits: Doubles) -> tuple[list[str], Doubles, Doubles]:
        """(patient ids, labels, logits): largest logit of both eyes, smallest for normal."""
        ids, joined = patient_maximum(self.patient_ids, logits)
        first = [self.patient_ids.index(patient) for patient in ids]
        return ids, self.patient_labels[first], joined


def read_held_out(run: Path) -> HeldOut:
    """What `train` left in its folder."""
    with (run / "heldout.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    logits = np.stack([np.load(run / f"{branch}.heldout.npy") for branch in ("colour", "grey")])

    def numbers(prefix: str) -> Doubles:
        return np.array([[float(row[f"{prefix}_{label}"]) for label in LABELS] for row in rows])

    return HeldOut(
        branch_logits=logits,
        files=tuple(row["file"] for row in rows),
        eye_labels=numbers("eye"),
        patient_labels=numbers("patient"),
        patient_ids=tuple(row["patient_id"] for row in rows),
        ages=tuple(row["age"] for row in rows),
        sexes=tuple(row["sex"] for row in rows),
    )


def write_patient_table(held: HeldOut, logits: Doubles, path: Path) -> None:
    """patient_id, age (empty: not recorded), sex, labels and release logits of every held-out patient."""
    ids, labels, joined = held.by_patient(logits)
    first = [held.patient_ids.index(patient) for patient in ids]
    header = ["patient_id", "age", "sex", *(f"patient_{x}" for x in LABELS), *(f"logit_{x}" for x in LABELS)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row, patient in enumerate(ids):
            person = [patient, held.ages[first[row]], held.sexes[first[row]]]
            writer.writerow([*person, *labels[row].astype(int), *np.round(joined[row], 5)])


def write_anonymous_table(held: HeldOut, logits: Doubles, path: Path, *, seed: int) -> None:
    """Labels and logits alone, rows shuffled: nothing in it leads back to a person."""
    _, labels, joined = held.by_patient(logits)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"patient_{x}" for x in LABELS), *(f"logit_{x}" for x in LABELS)])
        for row in np.random.default_rng(seed).permutation(len(labels)):
            writer.writerow([*labels[row].astype(int), *np.round(joined[row], 3)])
