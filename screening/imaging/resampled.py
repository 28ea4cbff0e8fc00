"""Measures of a multi-label screener under many weightings of its patients at once.

`weights` (b, n) counts how often each of n patients is in each of b samples: a row of ones is the sample itself,
rows of `bootstrap_counts` are resamples of it. Every function gives (b,), NaN where a sample lacks a class.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from screening.imaging.arrays import Doubles

_CELLS_AT_ONCE = 4_000_000  # bounds the memory of the flattened curves


def once(n: int) -> Doubles:
    """The sample itself as weights (1, n)."""
    return np.ones((1, n))


def bootstrap_counts(n: int, resamples: int, rng: np.random.Generator) -> Doubles:
    """(resamples, n) counts of n patients drawn with replacement."""
    return rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)


@dataclass(frozen=True)
class Curve:
    """Weighted true and false positives (b, g) at each of g distinct thresholds, highest first."""

    true_positives: Doubles
    false_positives: Doubles

    @property
    def positives(self) -> Doubles:
        return self.true_positives[:, -1]

    @property
    def negatives(self) -> Doubles:
        return self.false_positives[:, -1]


def rank_curve(truth: Doubles, score: Doubles, weights: Doubles) -> Curve:
    """The curve of one label: truth (n,) in {0, 1}, score (n,); equal scores are passed together."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    each = weights[:, order]
    positive = np.cumsum(each * truth[order], axis=1)[:, ends]
    return Curve(positive, np.cumsum(each, axis=1)[:, ends] - positive)


def auc(curve: Curve) -> Doubles:
    """Area under the ROC curve, trapezoids over ties."""
    steps = np.diff(curve.false_positives, axis=1, prepend=0.0)
    before = np.hstack([np.zeros((len(steps), 1)), curve.true_positives[:, :-1]])
    area = (steps * (curve.true_positives + before) / 2).sum(axis=1)
    return _share(area, curve.positives * curve.negatives)


def average_precision(curve: Curve) -> Doubles:
    """Sum of precision times the gain in recall at each threshold; no interpolation."""
    called = curve.true_positives + curve.false_positives
    precision = np.divide(curve.true_positives, called, out=np.zeros_like(called), where=called > 0)
    gains = np.diff(curve.true_positives, axis=1, prepend=0.0)
    return _share((gains * precision).sum(axis=1), np.where(curve.negatives > 0, curve.positives, 0.0))


def sensitivity_at(curve: Curve, specificity: float) -> Doubles:
    """The largest sensitivity of any threshold whose specificity is at least `specificity`."""
    allowed = (1 - specificity) * curve.negatives[:, None] + 1e-9
    within = np.where(curve.false_positives <= allowed, curve.true_positives, 0.0)
    return _share(within.max(axis=1), np.where(curve.negatives > 0, curve.positives, 0.0))


def share_where(flags: Doubles, among: Doubles, weights: Doubles) -> Doubles:
    """Weighted share of `flags` (n,) among the patients where `among` (n,) is 1."""
    return _share(weights @ (flags * among), weights @ among)


def flat_auc(truth: Doubles, score: Doubles, weights: Doubles) -> Doubles:
    """AUC of all cells of (n, k) matrices together; a patient's cells share its weight."""
    columns = truth.shape[1]
    parts = [
        auc(rank_curve(truth.ravel(), score.ravel(), np.repeat(part, columns, axis=1)))
        for part in _parts(weights, columns)
    ]
    return np.concatenate(parts)


def _parts(weights: Doubles, columns: int) -> Iterator[Doubles]:
    size = max(1, _CELLS_AT_ONCE // (weights.shape[1] * columns))
    return (weights[start : start + size] for start in range(0, len(weights), size))


@dataclass(frozen=True)
class Cells:
    """Weighted counts (b,) of all decisions about (n, k) cells together."""

    true_positives: Doubles
    false_positives: Doubles
    false_negatives: Doubles
    true_negatives: Doubles


def count_cells(truth: Doubles, called: Doubles, weights: Doubles) -> Cells:
    """Both (n, k) in {0, 1}."""

    def count(cells: Doubles) -> Doubles:
        return np.asarray(weights @ cells.sum(axis=1))

    return Cells(
        count(truth * called),
        count((1 - truth) * called),
        count(truth * (1 - called)),
        count((1 - truth) * (1 - called)),
    )


def kappa(cells: Cells) -> Doubles:
    """Cohen's kappa of decisions and truth."""
    hit, alarm = cells.true_positives, cells.false_positives
    miss, rest = cells.false_negatives, cells.true_negatives
    total = hit + alarm + miss + rest
    chance = ((hit + alarm) * (hit + miss) + (miss + rest) * (alarm + rest)) / total**2
    return _share((hit + rest) / total - chance, 1 - chance)


def accuracy(cells: Cells) -> Doubles:
    """Share of right cells; micro F1 of a flattened binary matrix is the same number."""
    right = cells.true_positives + cells.true_negatives
    return _share(right, right + cells.false_positives + cells.false_negatives)


def balanced_accuracy(cells: Cells) -> Doubles:
    """Mean of sensitivity and specificity of all cells: the AUC of hard decisions."""
    sensitivity = _share(cells.true_positives, cells.true_positives + cells.false_negatives)
    specificity = _share(cells.true_negatives, cells.true_negatives + cells.false_positives)
    return (sensitivity + specificity) / 2


def mean_of_known(values: Doubles) -> Doubles:
    """Mean over the first axis of what is a number; (k, b) to (b,), NaN where nothing is."""
    known = ~np.isnan(values)
    return _share(np.where(known, values, 0.0).sum(axis=0), known.sum(axis=0).astype(np.float64))


def _share(part: Doubles, whole: Doubles) -> Doubles:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole != 0))
