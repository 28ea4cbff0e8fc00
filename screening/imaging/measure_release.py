"""What the card says about a release: measures on held-out patients, beside what no image would score."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.calibrate import expected_calibration_error
from screening.imaging.ensemble import sigmoid
from screening.imaging.held_out import HeldOut
from screening.imaging.metrics import hard_auc, label_aucs, macro_auc, official_score, trivial_baselines


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def measure_patients(held: HeldOut, logits: Doubles, *, seed: int, resamples: int) -> dict[str, Any]:
    """Patient-level measures of release logits (n, 8) of eyes, with 95 % bootstrap intervals by patient."""
    ids, truth, joined = held.by_patient(logits)
    scores = sigmoid(joined)
    official = official_score(truth, scores)
    rng = np.random.default_rng(seed)
    finals, macros = [], []
    for _ in range(resamples):
        rows = rng.integers(0, len(ids), len(ids))
        finals.append(official_score(truth[rows], scores[rows]).final)
        macros.append(macro_auc(truth[rows], scores[rows]))
    return {
        "patients": len(ids),
        "eyes": len(held.patient_ids),
        "official": {name: _rounded(value) for name, value in official.as_dict().items()},
        "official_final_interval_95": [_rounded(float(q)) for q in np.quantile(finals, [0.025, 0.975])],
        "macro_auc": _rounded(macro_auc(truth, scores)),
        "macro_auc_interval_95": [_rounded(float(q)) for q in np.nanquantile(macros, [0.025, 0.975])],
        "hard_auc": _rounded(hard_auc(truth, scores)),
        "label_auc": {
            label: _rounded(auc) for label, auc in zip(LABELS, label_aucs(truth, scores), strict=True)
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
        "ece": _rounded(expected_calibration_error(scores, ill.astype(np.float64))),
    }
