"""What a fusion adds to the photograph, on simulated patients it never saw. Everything here is simulated."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import LabelFusion, fuse
from risk.fusion.cohort import Cohort, simulate_cohort
from risk.fusion.frame import Floats
from risk.fusion.heldout import HeldOut
from risk.fusion.measures import Scores, Truth, decision_curve, reliability, risk_scores
from risk.fusion.stress import stress_fusion
from screening.domain.findings import Label

Fusions = Mapping[Label, LabelFusion]
Risks = dict[str, Floats]  # by way to predict: (n, 6)


def evaluate_fusion(
    fusions: Fusions, heldout: HeldOut, *, patients: int, seed: int, num_threads: int
) -> dict[str, Any]:
    """The document of one evaluation on a fresh simulated cohort of `patients`.

    Per label (retinopathy also among people with diabetes, where knowing of it tells nothing): scores of the
    photograph alone, the answers alone, both, and the prevalence; decision curve and reliability; then what is left
    of it when the world is not as published, or answers are wrong or missing.
    """
    seen, stressed = np.random.default_rng(seed).spawn(2)
    cohort = simulate_cohort(patients, heldout, seen)
    risks = risks_by_way(fusions, cohort, num_threads=num_threads)
    diabetic = cohort.exposures["diabetes"] == 1
    return {
        "simulated": True,
        "patients": patients,
        "seed": seed,
        "labels": {
            label.value: describe_label(cohort.labels[:, i], _one(risks, i)) for i, label in _labels()
        },
        "among_people_with_diabetes": describe_label(
            cohort.labels[diabetic, 0], _one(_among(risks, diabetic), 0)
        ),
        "stress": stress_fusion(fusions, heldout, stressed, patients=patients // 4, num_threads=num_threads),
    }


def risks_by_way(fusions: Fusions, cohort: Cohort, *, num_threads: int) -> Risks:
    """Risks (n, 6) by the photograph, by the answers, by both, and the prevalence for everybody."""
    both = fuse(fusions, cohort.frame, cohort.image_logits, num_threads=num_threads)
    blind = np.full_like(cohort.image_logits, np.nan)
    answers = fuse(fusions, cohort.frame, blind, num_threads=num_threads).fused_risks
    return {
        "photograph": both.image_risks,
        "answers": answers,
        "fused": both.fused_risks,
        "prevalence": np.broadcast_to(cohort.labels.mean(axis=0), answers.shape),
    }


def describe_label(truth: Truth, risks: Risks) -> dict[str, Any]:
    """Prevalence, scores and decision curve of one label; `risks` (n,) by way."""
    scores: dict[str, Scores] = {way: risk_scores(truth, values) for way, values in risks.items()}
    ways = {way: values for way, values in risks.items() if way != "prevalence"}
    return {
        "positives": int(truth.sum()),
        "prevalence": round(float(truth.mean()), 5),
        "scores": scores,
        "decision_curve": decision_curve(truth, ways),
        "reliability": {way: reliability(truth, values) for way, values in ways.items()},
    }


def _among(risks: Risks, members: Truth) -> Risks:
    return {way: values[members] for way, values in risks.items()}


def _one(risks: Risks, column: int) -> Risks:
    return {way: values[:, column] for way, values in risks.items()}


def _labels() -> list[tuple[int, Label]]:
    return list(enumerate(FUSED_LABELS))
