"""Whether any set of unanswered questions makes the fusion worse than the photograph. Simulated."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import fuse
from risk.fusion.cohort import Cohort
from risk.fusion.evaluate.simulated import Fusions
from risk.fusion.family import RELATIVES
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from risk.fusion.measure import DIGITS

# What is asked or measured together, so that all sets can be tried.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "age and sex": ("age_years", "female"),
    "diabetes": ("diabetes", "diabetes_type1", "diabetes_duration_years", "insulin_use"),
    "HbA1c": ("hba1c_percent",),
    "blood pressure": ("hypertension", "hypertension_untreated", "systolic_mmhg", "diastolic_mmhg"),
    "smoking": ("smoking",),
    "weight": ("bmi_kg_m2",),
    "steroids and schooling": ("steroid_use", "low_education"),
    "family": tuple(RELATIVES),
    "measured at the eye": ("refraction_dioptres", "iop_mmhg"),
}
PATIENTS = 4_000


def subsets() -> Iterator[tuple[str, ...]]:
    """Every set of questions that may stay unanswered, none and all included."""
    return (chosen for size in range(len(QUESTIONS) + 1) for chosen in combinations(QUESTIONS, size))


def measure_subsets(fusions: Fusions, cohort: Cohort, *, num_threads: int) -> dict[str, Any]:
    """Per label, over all subsets: the least that the fusion's AUC is above the photograph's, and where."""
    few = min(PATIENTS, len(cohort.labels))
    worst: dict[str, dict[str, Any]] = {}
    for unanswered in subsets():
        frame = without(cohort.frame.values[:few], unanswered)
        fused = fuse(fusions, frame, cohort.image_logits[:few], num_threads=num_threads)
        for i, label in enumerate(FUSED_LABELS):
            truth = cohort.labels[:few, i]
            gain = roc_auc_score(truth, fused.fused_risks[:, i]) - roc_auc_score(
                truth, fused.image_risks[:, i]
            )
            if label.value not in worst or gain < worst[label.value]["auc_gain"]:
                worst[label.value] = {"auc_gain": round(float(gain), DIGITS), "unanswered": list(unanswered)}
    return {"patients": few, "subsets": 2 ** len(QUESTIONS), "worst": worst}


def without(values: Floats, questions: tuple[str, ...]) -> Frame:
    """A frame of `values` (n, columns) with these questions unanswered by everybody."""
    left = values.copy()
    left[:, [COLUMN_NAMES.index(name) for question in questions for name in QUESTIONS[question]]] = np.nan
    return Frame(COLUMN_NAMES, left)
