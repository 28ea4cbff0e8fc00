"""A few dozen of the photographs, in a folder of their own, for a comparison that only shows that all runs."""

import csv
from collections.abc import Sequence
from pathlib import Path

from screening.domain.findings import LABELS
from screening.imaging.evaluate.labels import LABELS_FILE
from screening.imaging.training_data import LabelledEye, read_labels

PATIENTS = 16


def make_smoke_data(data: Path, folder: Path, *, patients: int = PATIENTS) -> Path:
    """Write labels of `patients` patients and links to their photographs to `folder`; returns it.

    Patients are taken label by label in turn, so that a few dozen photographs show every label. Raises
    TrainingDataInvalid.
    """
    chosen = _take_in_turn(read_labels(data), patients)
    folder.mkdir(parents=True, exist_ok=True)
    with (data / LABELS_FILE).open(newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        columns, rows = table.fieldnames or [], [row for row in table if row["patient_id"] in chosen]
    for row in rows:
        link = folder / row["file"]
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to((data / row["file"]).resolve())
    with (folder / LABELS_FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def _take_in_turn(eyes: Sequence[LabelledEye], patients: int) -> set[str]:
    """Ids of `patients` patients: one with the first label, one with the second, ... and around again."""
    with_label = [
        iter(sorted({eye.patient_id for eye in eyes if eye.patient_labels[i]})) for i in range(len(LABELS))
    ]
    available = len({eye.patient_id for eye in eyes})
    chosen: set[str] = set()
    while len(chosen) < min(patients, available):
        before = len(chosen)
        for waiting in with_label:
            if len(chosen) < patients:
                chosen.update(next(([each] for each in waiting if each not in chosen), []))
        if len(chosen) == before:  # whoever is left has no label
            break
    return chosen
