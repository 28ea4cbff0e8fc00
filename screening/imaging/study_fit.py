"""Fits the study calibration on patients that the network never saw, and says what to expect of it."""

from types import MappingProxyType

import numpy as np
from sklearn.linear_model import LogisticRegression

from screening.domain.both_eyes import EyesSeen, Fused
from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles
from screening.imaging.ensemble import sigmoid
from screening.imaging.evaluate.numbers import interval_95, rounded
from screening.imaging.metrics import official_scores
from screening.imaging.resampled import bootstrap_counts
from screening.imaging.study import Line, Study, calibrated_log_odds

_WEAK_PENALTY = 100.0  # C of the regression: a mild hold on the slope where positives are few
_MIN_SLOPE = 0.05
_CUT_RESAMPLES = 50


def fit_study(fused: Fused, truth: Doubles, *, seed: int) -> Study:
    """The study calibration from fused log-odds and labels (p, 8) of patients; it learns from those seen.

    The cut is the mean of the best cuts of resamples of the patients: one sample's best cut is mostly luck.
    """
    judged = fused.seen != EyesSeen.NEITHER
    fused, truth = Fused(fused.log_odds[judged], fused.seen[judged]), truth[judged]
    lines = {
        label: _fit_line(fused.log_odds[:, column], truth[:, column]) for column, label in enumerate(LABELS)
    }
    study = Study(MappingProxyType(lines), 0.5)
    probability = sigmoid(calibrated_log_odds(study, fused))
    draws = bootstrap_counts(len(truth), _CUT_RESAMPLES, np.random.default_rng(seed))
    cuts = [best_cut(probability, truth, counts) for counts in draws]
    return Study(study.lines, round(float(np.mean(cuts)), 6))


def _fit_line(log_odds: Doubles, truth: Doubles) -> Line:
    if len(np.unique(truth)) < 2:
        return Line(1.0, 0.0)  # one class says nothing about a line
    model = LogisticRegression(C=_WEAK_PENALTY).fit(log_odds[:, None], truth)
    return Line(round(max(_MIN_SLOPE, float(model.coef_[0, 0])), 6), round(float(model.intercept_[0]), 6))


def best_cut(probability: Doubles, truth: Doubles, counts: Doubles) -> float:
    """The cut that maximises kappa + accuracy of all cells (the AUC knows no cut); `counts` (p,) weights."""
    order = np.argsort(-probability, axis=None, kind="stable")
    weight = np.repeat(counts, truth.shape[1])[order]
    positive = weight * truth.ravel()[order]
    hits, called = np.cumsum(positive), np.cumsum(weight)
    total, ill = called[-1], hits[-1]
    right = (hits + (total - called) - (ill - hits)) / total
    chance = (called * ill + (total - called) * (total - ill)) / total**2
    best = int(np.argmax((right - chance) / np.maximum(1 - chance, 1e-12) + right))
    ranked = probability.ravel()[order]
    cut = (ranked[best] + ranked[min(best + 1, len(ranked) - 1)]) / 2
    return float(np.clip(cut, 0.01, 0.99))


def expect_final(
    truth: Doubles, study_probability: Doubles, *, patients: int, resamples: int, seed: int
) -> dict[str, float | list[float] | None]:
    """The final of cross-fitted answers (p, 8), and what `patients` new ones of the same source should give.

    The interval covers both the luck of the new patients and that of those measured here: each resample draws
    a population from the patients, then new patients from that population.
    """
    rng = np.random.default_rng(seed)
    n = len(truth)
    populations = bootstrap_counts(n, resamples, rng) / n
    new = np.array([rng.multinomial(patients, share) for share in populations], dtype=np.float64)
    estimate = official_scores(truth, study_probability, np.ones((1, n)))
    finals = official_scores(truth, study_probability, new)["final"]
    return {
        **{name: rounded(value[0]) for name, value in estimate.items()},
        "new_patients": patients,
        "prediction_interval_95": interval_95(finals),
    }
