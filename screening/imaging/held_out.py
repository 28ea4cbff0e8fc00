"""The held-out eyes of a training run: who they are, what each has, and what both branches answered."""

import csv
import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles, Places
from screening.imaging.branch import TrainingFailed
from screening.imaging.card import BRANCHES
from screening.imaging.metrics import patient_maximum
from screening.imaging.targets import TARGETS
from screening.imaging.training_data import LabelledEye

PATIENT_FILE = "heldout_logits.csv"
_EYES_FILE = "heldout.csv"
_CONTENT = (*(f"patient_{label}" for label in LABELS), *(f"logit_{label}" for label in LABELS))


@dataclass(frozen=True)
class HeldOut:
    """Held-out eyes of one fold or more, each answered by networks that never saw its patient.

    `branch_logits` (2, n, K); `answers` (n, K) in {0, 1, NaN}; `patient_labels` (n, 8) of the patient of each
    eye; `eyes`: left or right; `ages`: empty where not recorded; `folds`: the fold that held the eye out.
    """

    branch_logits: Doubles
    answers: Doubles
    patient_labels: Doubles
    files: tuple[str, ...]
    patient_ids: tuple[str, ...]
    eyes: tuple[str, ...]
    ages: tuple[str, ...]
    sexes: tuple[str, ...]
    folds: tuple[int, ...]

    @property
    def eye_labels(self) -> Doubles:
        """(n, 8) in {0, 1}."""
        return self.answers[:, : len(LABELS)]

    def of(self, rows: Places) -> "HeldOut":
        """Some of the eyes, by their places."""
        texts = ("files", "patient_ids", "eyes", "ages", "sexes", "folds")
        return HeldOut(
            self.branch_logits[:, rows],
            self.answers[rows],
            self.patient_labels[rows],
            **{name: tuple(getattr(self, name)[row] for row in rows) for name in texts},
        )

    def by_patient(self, logits: Doubles) -> tuple[list[str], Doubles, Doubles]:
        """(patient ids, labels, logits): largest logit of both eyes, smallest for normal."""
        ids, joined = patient_maximum(self.patient_ids, logits)
        first = [self.patient_ids.index(patient) for patient in ids]
        return ids, self.patient_labels[first], joined


def write_held_out(held: Sequence[LabelledEye], folder: Path) -> None:
    """Who was held out, one row an eye, in the order of the logits beside it."""
    header = ["file", "patient_id", "eye", "age", "sex"]
    header += [f"patient_{label}" for label in LABELS] + [f"answer_{name}" for name in TARGETS]
    with (folder / _EYES_FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for eye in held:
            age = "" if eye.age_years is None else eye.age_years
            answers = ["" if math.isnan(answer) else int(answer) for answer in eye.answers]
            writer.writerow(
                [eye.path.name, eye.patient_id, eye.eye, age, eye.sex, *eye.patient_labels, *answers]
            )


def fold_folders(run: Path) -> list[Path]:
    """The folders of the folds of `run` in which both branches have weights, lowest fold first.

    Raises TrainingFailed where there is none.
    """
    needed = [f"{branch}.weights.pt" for branch in BRANCHES]
    folders = [path for path in run.glob("fold*") if all((path / name).is_file() for name in needed)]
    if not folders:
        raise TrainingFailed(f"{run} holds no fold with both branches trained; train one first")
    return sorted(folders, key=fold_number)


def fold_number(folder: Path) -> int:
    return int(folder.name.removeprefix("fold"))


def read_held_out(run: Path, numbers: Container[int] | None = None) -> HeldOut:
    """The union of all trained folds of `run`, or of those with these `numbers`.

    Raises TrainingFailed where there is none, or where a patient was held out twice: then the folds were
    dealt differently, and one of them has learned what the other holds out.
    """
    folders = [one for one in fold_folders(run) if numbers is None or fold_number(one) in numbers]
    parts = [(folder, _rows(folder)) for folder in folders]
    _check_apart(parts)
    rows = [row for _, part in parts for row in part]
    logits = [
        np.stack([np.load(folder / f"{branch}.heldout.npy") for branch in BRANCHES]) for folder, _ in parts
    ]

    def column(name: str) -> tuple[str, ...]:
        return tuple(row[name] for row in rows)

    return HeldOut(
        branch_logits=np.concatenate(logits, axis=1),
        answers=_numbers(rows, [f"answer_{name}" for name in TARGETS]),
        patient_labels=_numbers(rows, [f"patient_{label}" for label in LABELS]),
        files=column("file"),
        patient_ids=column("patient_id"),
        eyes=column("eye"),
        ages=column("age"),
        sexes=column("sex"),
        folds=tuple(fold_number(folder) for folder, part in parts for _ in part),
    )


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / _EYES_FILE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _check_apart(parts: Sequence[tuple[Path, list[dict[str, str]]]]) -> None:
    fold_of: dict[str, Path] = {}
    for folder, rows in parts:
        for patient in {row["patient_id"] for row in rows}:
            if (other := fold_of.setdefault(patient, folder)) is not folder:
                raise TrainingFailed(
                    f"patient {patient} is held out in {other.name} and in {folder.name}; train all folds of a "
                    "run with the same seed, number of folds and labels"
                )


def _numbers(rows: Sequence[dict[str, str]], columns: Sequence[str]) -> Doubles:
    return np.array([[float(row[name]) if row[name] else math.nan for name in columns] for row in rows])


def write_eye_table(held: HeldOut, logits: Doubles, path: Path) -> None:
    """patient_id, eye, age (empty: not recorded), sex, the patient's labels and the release's logits, one row an eye.

    `logits` (n, 8): a row of NaN, an eye that could not be judged, stays empty.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", "eye", "age", "sex", *_CONTENT])
        for row, patient in enumerate(held.patient_ids):
            person = [patient, held.eyes[row], held.ages[row], held.sexes[row]]
            writer.writerow([*person, *_content(held, logits, row, digits=5)])


def write_anonymous_table(held: HeldOut, logits: Doubles, path: Path, *, seed: int) -> None:
    """The same without age and sex, patients shuffled and numbered anew: nothing in it leads back to a person."""
    ids = list(dict.fromkeys(held.patient_ids))
    number = dict(zip(ids, np.random.default_rng(seed).permutation(len(ids)), strict=True))
    rows = sorted(range(len(held.eyes)), key=lambda row: (number[held.patient_ids[row]], held.eyes[row]))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", "eye", *_CONTENT])
        for row in rows:
            person = [int(number[held.patient_ids[row]]), held.eyes[row]]
            writer.writerow([*person, *_content(held, logits, row, digits=3)])


def _content(held: HeldOut, logits: Doubles, row: int, *, digits: int) -> list[Any]:
    scored = ["" if np.isnan(value) else round(float(value), digits) for value in logits[row]]
    return [*held.patient_labels[row].astype(int), *scored]
