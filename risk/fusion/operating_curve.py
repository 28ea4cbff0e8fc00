"""What acting from a fused risk on would find and cost, at a row of thresholds. On simulated patients."""

from collections.abc import Mapping

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.fusion.frame import Floats
from risk.fusion.heldout import Labels

# Evenly spaced in log-odds, where risks live: 0.2 % to 96 %.
_LOG_ODDS = np.linspace(-6.2, 3.2, 95)
THRESHOLDS: tuple[float, ...] = tuple(round(float(each), 5) for each in 1 / (1 + np.exp(-_LOG_ODDS)))

Curve = dict[str, float | list[float]]


def operating_curves(labels: Labels, risks: Floats) -> Mapping[str, Curve]:
    """Per fused label, from truth and fused risks (n, 6): prevalence, and sensitivity and specificity at THRESHOLDS."""
    return {
        label.value: _curve(labels[:, column], risks[:, column]) for column, label in enumerate(FUSED_LABELS)
    }


def _curve(truth: Labels, risks: Floats) -> Curve:
    ill, well = np.sort(risks[truth]), np.sort(risks[~truth])
    called = [1 - np.searchsorted(part, THRESHOLDS, side="left") / len(part) for part in (ill, well)]
    return {
        "prevalence": round(float(truth.mean()), 5),
        "sensitivity": [round(float(each), 4) for each in called[0]],
        "specificity": [round(float(1 - each), 4) for each in called[1]],
    }
