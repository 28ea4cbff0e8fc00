"""From the logits of both branches to the release's logits and findings."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from screening.domain.findings import LABELS, Finding, Label, OperatingPoint, decide_finding
from screening.imaging.arrays import Doubles
from screening.imaging.card import Calibration

_LIMIT = 30.0
_TINY = 1e-9


def sigmoid(logits: npt.NDArray[np.floating]) -> Doubles:
    """1 / (1 + exp(-x)), safe at both ends."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits.astype(np.float64), -_LIMIT, _LIMIT))))


def ensemble_log_odds(branch_logits: npt.NDArray[np.floating]) -> Doubles:
    """Log-odds (n, K) of the mean of both branches' sigmoids; `branch_logits` is (2, n, K)."""
    mean = np.clip(sigmoid(branch_logits).mean(axis=0), _TINY, 1.0 - _TINY)
    return np.asarray(np.log(mean / (1.0 - mean)))


def calibrated_logits(
    branch_logits: npt.NDArray[np.floating], calibration: Mapping[Label, Calibration]
) -> Doubles:
    """The release's logits (n, 8): the ensemble's log-odds through each label's calibration line.

    `branch_logits` is (2, n, 8 or more); what follows the labels is severity, see severity_scores.

    The score of a finding is the sigmoid of this logit: a calibrated probability.
    """
    slope = np.array([calibration[label].slope for label in LABELS])
    intercept = np.array([calibration[label].intercept for label in LABELS])
    return np.asarray(ensemble_log_odds(branch_logits[:, :, : len(LABELS)]) * slope + intercept)


def findings_of(logits: Doubles, points: Mapping[Label, OperatingPoint]) -> tuple[Finding, ...]:
    """The eight findings of one eye from its release logits (8,)."""
    return tuple(
        decide_finding(label, float(score), float(logit), points[label])
        for label, score, logit in zip(LABELS, sigmoid(logits), logits, strict=True)
    )
