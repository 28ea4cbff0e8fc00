"""What is left of a fusion when the world is not as it was taught, or answers are wrong or missing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import Fused, LabelFusion, fuse
from risk.fusion.cohort import Cohort, World, simulate_cohort
from risk.fusion.exposures import RELATIVES
from risk.fusion.frame import COLUMN_NAMES, Frame
from risk.fusion.heldout import HeldOut
from screening.domain.findings import Label

WORLDS: dict[str, World] = {
    "as published": World(),
    "effects x0.5": World(effects=0.5),
    "effects x1.5": World(effects=1.5),
    "prevalence x0.5": World(prevalence=0.5),
    "prevalence x2": World(prevalence=2.0),
}
FLIPPED = 0.10  # of the answers to the family questions
SUBSET_PATIENTS = 2_000
# Questions whose answers go missing together.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "age and sex": ("age_years", "female"),
    "diabetes": ("diabetes", "diabetes_type1", "diabetes_duration_years", "insulin_use"),
    "HbA1c": ("hba1c_percent",),
    "hypertension": ("hypertension",),
    "blood pressure": ("systolic_mmhg", "diastolic_mmhg"),
    "smoking": ("smoking",),
    "BMI": ("bmi_kg_m2",),
    "steroids": ("steroid_use",),
    "family": tuple(RELATIVES),
}
_FEWEST = 10  # patients with and without a label, for a score to say anything

Fusions = Mapping[Label, LabelFusion]


def stress_fusion(
    fusions: Fusions, heldout: HeldOut, rng: np.random.Generator, *, patients: int, num_threads: int
) -> dict[str, Any]:
    """AUC and Brier score of photograph and fusion in each world, with one in ten family answers wrong, and the
    worst of all subsets of missing answers. Recipe: facts 1.4 (7).
    """
    worlds, cohort = {}, simulate_cohort(patients, heldout, rng)
    for name, world in WORLDS.items():
        another = simulate_cohort(patients, heldout, rng, world)
        worlds[name] = _compared(fusions, another, num_threads)
    wrong = replace(cohort, frame=with_family_flipped(cohort.frame, rng))
    worlds["family answers 10 % wrong"] = _compared(fusions, wrong, num_threads)
    return {
        "patients": patients,
        "worlds": worlds,
        "missing": worst_subset(fusions, cohort, num_threads=num_threads),
    }


def with_family_flipped(frame: Frame, rng: np.random.Generator) -> Frame:
    """The frame with FLIPPED of the known family answers turned over: none to one, any to none."""
    values = frame.values.copy()
    for name in RELATIVES:
        column = frame.columns.index(name)
        wrong = rng.random(len(values)) < FLIPPED
        values[wrong, column] = np.where(np.isnan(values[wrong, column]), np.nan, values[wrong, column] == 0)
    return Frame(frame.columns, values)


def subsets() -> Iterator[tuple[str, ...]]:
    """Every set of questions that may stay unanswered, none and all included."""
    return (chosen for size in range(len(QUESTIONS) + 1) for chosen in combinations(QUESTIONS, size))


def without(frame: Frame, questions: tuple[str, ...]) -> Frame:
    """The frame with these questions unanswered by everybody."""
    values = frame.values.copy()
    values[:, [COLUMN_NAMES.index(name) for question in questions for name in QUESTIONS[question]]] = np.nan
    return Frame(frame.columns, values)


def worst_subset(fusions: Fusions, cohort: Cohort, *, num_threads: int) -> dict[str, Any]:
    """Per label, over all subsets of unanswered questions: the least the fusion's AUC is above the photograph's."""
    few = Cohort(
        {},
        Frame(cohort.frame.columns, cohort.frame.values[:SUBSET_PATIENTS]),
        cohort.labels[:SUBSET_PATIENTS],
        cohort.image_logits[:SUBSET_PATIENTS],
    )
    worst: dict[str, dict[str, Any]] = {}
    for questions in subsets():
        fused = _fused(fusions, replace(few, frame=without(few.frame, questions)), num_threads)
        for label, gain in _gains(few, fused).items():
            if label not in worst or gain < worst[label]["auc_gain"]:
                worst[label] = {"auc_gain": gain, "unanswered": list(questions)}
    return {"patients": len(few.labels), "subsets": 2 ** len(QUESTIONS), "worst": worst}


def _gains(cohort: Cohort, fused: Fused) -> dict[str, float]:
    return {
        label.value: round(
            float(
                roc_auc_score(truth, fused.fused_risks[:, i]) - roc_auc_score(truth, fused.image_risks[:, i])
            ),
            4,
        )
        for i, label in enumerate(FUSED_LABELS)
        if _FEWEST <= (truth := cohort.labels[:, i]).sum() <= len(truth) - _FEWEST
    }


def _compared(fusions: Fusions, cohort: Cohort, num_threads: int) -> dict[str, dict[str, float]]:
    fused = _fused(fusions, cohort, num_threads)
    gains = _gains(cohort, fused)
    return {
        label.value: {
            "auc_gain": gains[label.value],
            "mean_risk_by_prevalence": round(float(fused.fused_risks[:, i].mean() / truth.mean()), 3),
            "brier_gain": round(
                float(
                    brier_score_loss(truth, fused.image_risks[:, i])
                    - brier_score_loss(truth, fused.fused_risks[:, i])
                ),
                5,
            ),
        }
        for i, label in enumerate(FUSED_LABELS)
        if label.value in gains and (truth := cohort.labels[:, i]).any()
    }


def _fused(fusions: Fusions, cohort: Cohort, num_threads: int) -> Fused:
    return fuse(fusions, cohort.frame, cohort.image_logits, num_threads=num_threads)
