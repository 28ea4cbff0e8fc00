"""What the card says about a release: measures on held-out patients, beside what no image would score."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.ensemble import sigmoid
from screening.imaging.evaluate.calibration import calibration_error, expected_error
from screening.imaging.held_out import HeldOut
from screening.imaging.metrics import label_aucs, macro_auc, trivial_baselines


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def measure_patients(held: HeldOut, logits: Doubles, *, seed: int, resamples: int) -> dict[str, Any]:
    """How release logits (n, 8) of eyes rank patients, by the plain maximum of both eyes: nothing here was
    fitted on the patients but each label's calibration line, which ranks none anew.
    """
    ids, truth, joined = held.by_patient(logits)
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(ids), (resamples, len(ids)))
    macros = [macro_auc(truth[rows], joined[rows]) for rows in draws]
    return {
        "patients": len(ids),
        "eyes": len(held.patient_ids),
        "macro_auc": _rounded(macro_auc(truth, joined)),
        "macro_auc_interval_95": [_rounded(float(q)) for q in np.nanquantile(macros, [0.025, 0.975])],
        "label_auc": {
            label: _rounded(value) for label, value in zip(LABELS, label_aucs(truth, joined), strict=True)
        },
        "label_positives": {label: int(n) for label, n in zip(LABELS, truth.sum(axis=0), strict=True)},
        "trivial": {
            name: {key: _rounded(value) for key, value in score.as_dict().items()}
            for name, score in trivial_baselines(truth).items()
        },
    }


def measure_points(
    scores: Doubles, truth: Doubles, points: Mapping[Label, OperatingPoint]
) -> dict[str, dict[str, float | int | None]]:
    """Each label's operating point on eyes: sensitivity, specificity, and how many the band takes."""
    return {
        label: _measure_point(scores[:, column], truth[:, column] == 1, points[label])
        for column, label in enumerate(LABELS)
    }


def _measure_point(scores: Doubles, ill: Flags, point: OperatingPoint) -> dict[str, float | int | None]:
    present = scores >= point.threshold
    band = ~present & (scores >= point.abstain_below)
    return {
        "positives": int(ill.sum()),
        "sensitivity": _rounded(float(present[ill].mean())),
        "sensitivity_with_band": _rounded(float((present | band)[ill].mean())),
        "specificity": _rounded(float((~present)[~ill].mean())),
        "band_of_negatives": _rounded(float(band[~ill].mean())),
    }


def measure_calibration(
    scores: Doubles, truth: Doubles, *, seed: int
) -> dict[str, dict[str, float | int | None]]:
    """ECE of each label's cross-fitted scores (n, 8) of eyes, beside what a perfect model would show by luck."""
    rng = np.random.default_rng(seed)
    found = {}
    for label, score, answers in zip(LABELS, scores.T, truth.T, strict=True):
        luck = expected_error(score, rng)
        found[str(label)] = {
            "positives": int(answers.sum()),
            "ece": _rounded(float(calibration_error(answers[np.newaxis], score)[0])),
            "ece_of_a_perfect_model": _rounded(luck.mean),
            "ece_of_a_perfect_model_upper_95": _rounded(luck.upper_95),
        }
    return found


def measure_separate_branches(held: HeldOut) -> dict[str, float | None]:
    """Macro AUC of each branch alone, patients by the plain maximum."""
    found = {}
    for branch, logits in zip(("colour", "grey"), held.branch_logits[:, :, : len(LABELS)], strict=True):
        _, truth, joined = held.by_patient(logits)
        found[branch] = _rounded(macro_auc(truth, sigmoid(joined)))
    return found
