"""A simulated cohort as a table. Every row of it says that it is simulated."""

import csv
from pathlib import Path

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.fusion.cohort import Cohort
from risk.fusion.frame import COLUMN_NAMES

SIMULATED = "simulated"


def write_cohort(cohort: Cohort, path: Path) -> None:
    """`data` (always "simulated"), the answers as told (empty: unknown), what is true of each as `true_`, the six
    diseases as `ill_` and the image logits. Whole, or not at all.
    """
    names = [label.value for label in FUSED_LABELS]
    truths = sorted(name for name in cohort.exposures if name != "diabetes_liability")
    header = ["data", *COLUMN_NAMES, *(f"true_{name}" for name in truths)]
    header += [f"ill_{name}" for name in names] + [f"image_logit_{name.lower()}" for name in names]
    true = np.stack([cohort.exposures[name] for name in truths], axis=1)
    rows = np.hstack([cohort.frame.values, true, cohort.labels, cohort.image_logits])
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows([SIMULATED, *map(_cell, row)] for row in rows)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _cell(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"
