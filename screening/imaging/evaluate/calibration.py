"""How far scores can be taken for probabilities: calibration error, what luck alone makes of it, Brier score."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from screening.imaging.arrays import Doubles

BINS = 10
_DRAWS = 1000


def equal_mass_bins(score: Doubles) -> Doubles:
    """(n, BINS) membership in {0, 1}: equally many in each, equal scores always together."""
    place = (rankdata(score, method="average") - 0.5) / len(score)
    return np.asarray(np.eye(BINS)[np.minimum((place * BINS).astype(int), BINS - 1)])


def calibration_error(truth: Doubles, score: Doubles) -> Doubles:
    """ECE of each row of `truth` (r, n) in {0, 1} under scores (n,): |observed - meant| weighted by bin size."""
    bins = equal_mass_bins(score)
    return np.asarray(np.abs((truth - score) @ bins).sum(axis=1) / len(score))


@dataclass(frozen=True)
class ExpectedError:
    """ECE that a perfectly calibrated model with these scores shows by luck alone: mean and 95th percentile."""

    mean: float
    upper_95: float


def expected_error(score: Doubles, rng: np.random.Generator) -> ExpectedError:
    """By simulation: labels are drawn from the scores (n,) themselves."""
    drawn = (rng.random((_DRAWS, len(score))) < score).astype(np.float64)
    errors = calibration_error(drawn, score)
    return ExpectedError(float(errors.mean()), float(np.quantile(errors, 0.95)))


@dataclass(frozen=True)
class Reliability:
    """Of each bin that holds anybody: mean score, observed share, its Wilson interval, and how many."""

    meant: Doubles
    observed: Doubles
    low: Doubles
    high: Doubles
    count: Doubles


def reliability(truth: Doubles, score: Doubles) -> Reliability:
    """The reliability diagram of one label: truth and scores (n,)."""
    bins = equal_mass_bins(score)
    bins = bins[:, bins.sum(axis=0) > 0]
    count = bins.sum(axis=0)
    low, high = wilson(truth @ bins, count)
    return Reliability((score @ bins) / count, (truth @ bins) / count, low, high, count)


def wilson(found: Doubles, among: Doubles) -> tuple[Doubles, Doubles]:
    """Wilson's 95 % interval of shares. Source: Wilson 1927, JASA 22:209."""
    z = 1.959964
    share = found / among
    middle = (share + z * z / (2 * among)) / (1 + z * z / among)
    half = z / (1 + z * z / among) * np.sqrt(share * (1 - share) / among + z * z / (4 * among * among))
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)
