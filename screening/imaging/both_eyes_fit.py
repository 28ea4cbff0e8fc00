"""Fits the fusion of both eyes on eyes that the network never saw: regularised logistic regressions."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes import BothEyes, EyesSeen, eyes_seen, larger_and_smaller, log_odds_of_neither
from screening.imaging.ensemble import sigmoid

# Strength of the regression (scikit-learn's C); the best is chosen by the likelihood of patients left out.
_STRENGTHS = (0.001, 0.0025, 0.006, 0.015, 0.04)
_OWN = 6.0  # a label's own log-odds are held back this much less than those of the other labels
_INNER = 3
_FEWEST = 10  # patients with a label, below which its fusion stays the plain maximum


def maximum_of(truth: Doubles) -> BothEyes:
    """The plain maximum; `truth` (p, 8) answers for patients of whom no eye could be judged."""
    return BothEyes(None, None, log_odds_of_neither(truth))


def fit_both_eyes(paired: Doubles, truth: Doubles, *, seed: int) -> BothEyes:
    """The fusion of eyes (2, p, 8), NaN where not judged, for patients with labels (p, 8).

    The way for one eye learns from every judged eye with its patient's labels, as if the other were missing:
    it knows what the eye that nobody saw may have.
    """
    both = eyes_seen(paired) == EyesSeen.BOTH
    two = np.hstack(larger_and_smaller(paired[:, both]))
    judged = ~np.isnan(paired[:, :, 0])
    single, answers = paired[judged], np.concatenate([truth[judged[0]], truth[judged[1]]])
    strength = _best_strength(two, truth[both], seed)
    return BothEyes(
        both=_fit_labels(two, truth[both], strength),
        one=_fit_labels(single, answers, strength),
        neither=log_odds_of_neither(truth),
    )


def _scales(features: int, column: int) -> Doubles:
    """What each feature is multiplied with before the penalty: the label's own count for more."""
    scales = np.ones(features, np.float64)
    scales[column :: len(LABELS)] = _OWN
    return scales


def _fit_labels(features: Doubles, truth: Doubles, strength: float) -> Doubles:
    rows = [_fit_label(features, truth[:, column], column, strength) for column in range(len(LABELS))]
    return np.asarray(np.round(np.stack(rows), 6), np.float64)


def _fit_label(features: Doubles, truth: Doubles, column: int, strength: float) -> Doubles:
    scales = _scales(features.shape[1], column)
    if min(truth.sum(), len(truth) - truth.sum()) < _FEWEST:
        return _plain_row(features.shape[1], column)
    model = LogisticRegression(C=strength, max_iter=1000).fit(features * scales, truth)
    return np.concatenate([model.intercept_, model.coef_[0] * scales])


def _plain_row(features: int, column: int) -> Doubles:
    """The plain maximum (minimum for normal) written as weights."""
    row = np.zeros(1 + features)
    smaller = column == 0 and features > len(LABELS)
    row[1 + column + (len(LABELS) if smaller else 0)] = 1.0
    return row


def _best_strength(features: Doubles, truth: Doubles, seed: int) -> float:
    def loss(strength: float) -> float:
        lost = []
        for train, test in deal_rows(len(truth), _INNER, seed):
            weights = _fit_labels(features[train], truth[train], strength)
            scores = np.clip(sigmoid(features[test] @ weights[:, 1:].T + weights[:, 0]), 1e-6, 1 - 1e-6)
            lost.append(-(truth[test] * np.log(scores) + (1 - truth[test]) * np.log(1 - scores)).mean())
        return float(np.mean(lost))

    return min(_STRENGTHS, key=loss)


def deal_rows(n: int, folds: int, seed: int) -> Iterator[tuple[Any, Any]]:
    """(rows to fit on, rows to answer) of every fold of n patients."""
    fold_of = np.random.default_rng(seed).permutation(n) % folds
    return ((np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)) for fold in range(folds))
