"""Fits the fusion of both eyes on eyes that the network never saw: regularised logistic regressions."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from screening.domain.both_eyes import BothEyes, EyesSeen, Paired, larger_and_smaller
from screening.domain.findings import LABELS, Label
from screening.imaging.arrays import Doubles
from screening.imaging.ensemble import sigmoid

# Strength of the regression (scikit-learn's C); the best is chosen by the likelihood of patients left out.
_STRENGTHS = (0.001, 0.0025, 0.006, 0.015, 0.04)
_OWN = 6.0  # a label's own log-odds are held back this much less than those of the other labels
_OTHER_UNGRADABLE = 20.0  # the same for what an ungradable fellow eye adds: few patients have one
_INNER = 3
_SMOOTHING = 10.0  # patients' worth of the general share in the answer for ungradable patients
_NEVER = -30.0  # log-odds of "cannot be called normal"
_MOST_UNNAMED = 0.49  # where nothing was learned no disease is named, however frequent it is
_FEWEST = 10  # patients with a label, below which its fusion stays the plain maximum


def maximum_of(eyes: Paired, truth: Doubles) -> BothEyes:
    """The plain maximum, with an answer for patients of whom no eye could be judged; labels (p, 8)."""
    return BothEyes(None, None, answer_of_neither(truth, truth[eyes.waits]))


def nothing_learned(truth: Doubles) -> BothEyes:
    """The plain maximum of a card that does not say how eyes are joined."""
    return BothEyes(None, None, answer_of_neither(truth, truth[:0]))


def answer_of_neither(truth: Doubles, ungradable: Doubles) -> Doubles:
    """Log-odds (8,) for a patient of whom no eye could be judged.

    Learned from the labels (u, 8) of patients with an ungradable eye, smoothed by those of patients who are not
    normal; without any of the former: not normal, and no disease named.
    """
    normal = LABELS.index(Label.NORMAL)
    ill = truth[truth[:, normal] == 0]
    general = ill.mean(axis=0) if len(ill) else np.zeros(len(LABELS))
    share = (ungradable.sum(axis=0) + _SMOOTHING * general) / (len(ungradable) + _SMOOTHING)
    share = np.clip(share, 1e-4, 1 - 1e-4 if len(ungradable) else _MOST_UNNAMED)
    out = np.log(share / (1 - share))
    if not len(ungradable):
        out[normal] = _NEVER
    return np.asarray(np.round(out, 6))


def fit_both_eyes(eyes: Paired, truth: Doubles, *, seed: int) -> BothEyes:
    """The fusion of the eyes of patients with labels (p, 8).

    The way for one eye learns from every judged eye with its patient's labels, as if the other had not been
    photographed: it knows what the eye that nobody saw may have. That in ODIR-5K a patient with a single
    photograph has `other` far more often is how that edition was made, and is not learned.
    """
    both = eyes.seen == EyesSeen.BOTH
    two = np.hstack(larger_and_smaller(eyes))[both]
    judged = eyes.judged
    single = [np.column_stack([eyes.log_odds[side], eyes.waits])[judged[side]] for side in (0, 1)]
    answers = np.concatenate([truth[judged[0]], truth[judged[1]]])
    strength = _best_strength(two, truth[both], seed)
    return BothEyes(
        both=_fit_labels(two, truth[both], strength),
        one=_fit_labels(np.concatenate(single), answers, strength),
        neither=answer_of_neither(truth, truth[eyes.waits]),
    )


def _scales(features: int, column: int) -> Doubles:
    """What each feature is multiplied with before the penalty: the label's own count for more."""
    scales = np.ones(features, np.float64)
    scales[column :: len(LABELS)] = _OWN
    if features % len(LABELS):
        scales[-1] = _OTHER_UNGRADABLE
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
    smaller = column == 0 and features == 2 * len(LABELS)
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
