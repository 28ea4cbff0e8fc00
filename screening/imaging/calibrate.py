"""Calibration lines and operating points from held-out eyes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.card import Calibration
from screening.imaging.ensemble import sigmoid

_WEAK_PENALTY = 100.0  # C of the regression: a mild hold on the slope where positives are few
_CROSS_FOLDS = 5


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


def fit_lines(log_odds: Doubles, truth: Doubles) -> list[Calibration]:
    """Platt's line for each column of held-out log-odds (n, K); truth (n, K) in {0, 1, NaN}, NaN left out."""
    return [_fit_line(*each) for each in zip(log_odds.T, truth.T, strict=True)]


def _fit_line(log_odds: Doubles, truth: Doubles) -> Calibration:
    known = ~np.isnan(truth)
    if len(np.unique(truth[known])) < 2:
        return Calibration(1.0, 0.0)  # one class says nothing about a line
    model = LogisticRegression(C=_WEAK_PENALTY).fit(log_odds[known, np.newaxis], truth[known])
    slope = max(0.05, float(model.coef_[0, 0]))
    return Calibration(round(slope, 6), round(float(model.intercept_[0]), 6))


def fit_calibration(log_odds: Doubles, truth: Doubles) -> dict[Label, Calibration]:
    """The line of each label from held-out log-odds (n, 8) and labels (n, 8) in {0, 1}."""
    return dict(zip(LABELS, fit_lines(log_odds, truth), strict=True))


def cross_fitted_scores(log_odds: Doubles, truth: Doubles, patient_ids: Sequence[str]) -> Doubles:
    """Calibrated probabilities (n, K) in which no eye's own patient took part in fitting its line.

    What they show of calibration holds for new patients; what the shipped lines show of their own eyes flatters.
    """
    scores = np.empty_like(log_odds)
    parts = GroupKFold(_CROSS_FOLDS, shuffle=True, random_state=0).split(log_odds, groups=patient_ids)
    for fitted, asked in parts:
        lines = fit_lines(log_odds[fitted], truth[fitted])
        slope, intercept = np.array([(line.slope, line.intercept) for line in lines]).T
        scores[asked] = sigmoid(log_odds[asked] * slope + intercept)
    return scores


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
        threshold = sensitive_threshold(
            healthy, ill, sensitivity=targets.sensitivity, min_specificity=targets.min_specificity
        )
    share = float((healthy < threshold).mean())
    below = float(np.quantile(healthy, max(0.0, share - targets.band)))
    below = min(threshold, max(below, threshold / 4))
    return OperatingPoint(round(threshold, 4), round(below, 4))


def sensitive_threshold(
    healthy: Doubles, ill: Doubles, *, sensitivity: float, min_specificity: float
) -> float:
    """The score that reaches `sensitivity` among `ill`, or the one that keeps `min_specificity` if higher.

    1 where nobody is ill: what no held-out eye showed is never claimed.
    """
    if not len(ill):
        return 1.0
    wanted = float(np.quantile(ill, 1 - sensitivity))
    return max(wanted, float(np.quantile(healthy, min_specificity)))
