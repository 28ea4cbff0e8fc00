"""Calibration lines and operating points from held-out eyes."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.card import Calibration

_WEAK_PENALTY = 100.0  # C of the regression: a mild hold on the slope where positives are few


@dataclass(frozen=True)
class PointTargets:
    """How operating points are chosen on held-out eyes.

    A score counts as present where the label's `sensitivity` is reached, unless more than
    1 - `min_specificity` of the eyes without the label would then be called present; the threshold rises
    until they are not. Just below lies the abstention band: the next `band` of the eyes without the label,
    which graders look at, though never scores under a quarter of the threshold. Normal is the other way
    round: it must not be claimed lightly, so its threshold is set by `normal_specificity` alone.
    """

    sensitivity: float = 0.85
    min_specificity: float = 0.90
    normal_specificity: float = 0.85
    band: float = 0.03


def fit_calibration(log_odds: Doubles, truth: Doubles) -> dict[Label, Calibration]:
    """Platt's line for each label from held-out log-odds (n, 8) and labels (n, 8) in {0, 1}."""
    lines = {}
    for column, label in enumerate(LABELS):
        model = LogisticRegression(C=_WEAK_PENALTY).fit(log_odds[:, [column]], truth[:, column])
        slope = max(0.05, float(model.coef_[0, 0]))
        lines[label] = Calibration(round(slope, 6), round(float(model.intercept_[0]), 6))
    return lines


def choose_points(scores: Doubles, truth: Doubles, targets: PointTargets) -> dict[Label, OperatingPoint]:
    """Operating points from held-out scores (n, 8) and labels (n, 8)."""
    return {
        label: _choose_point(label, scores[:, column], truth[:, column] == 1, targets)
        for column, label in enumerate(LABELS)
    }


def _choose_point(label: Label, scores: Doubles, present: Flags, targets: PointTargets) -> OperatingPoint:
    healthy, ill = scores[~present], scores[present]
    if label is Label.NORMAL:
        threshold = float(np.quantile(healthy, targets.normal_specificity))
    else:
        wanted = float(np.quantile(ill, 1 - targets.sensitivity))
        threshold = max(wanted, float(np.quantile(healthy, targets.min_specificity)))
    share = float((healthy < threshold).mean())
    below = float(np.quantile(healthy, max(0.0, share - targets.band)))
    below = min(threshold, max(below, threshold / 4))
    return OperatingPoint(round(threshold, 4), round(below, 4))


def expected_calibration_error(scores: Doubles, truth: Doubles, *, bins: int = 10) -> float:
    """ECE over bins of equal mass: mean |observed share - mean score|."""
    order = np.argsort(scores)
    parts = np.array_split(order, bins)
    gaps = [abs(truth[part].mean() - scores[part].mean()) * len(part) for part in parts if len(part)]
    return float(sum(gaps) / len(scores))
