"""The interval beside a fused risk: weighted inductive Venn-Abers (Vovk and Petej 2014), as a table to look up.

For a patient it asks what isotonic calibration would say had the patient been healthy, and had they been ill: the
two answers are the ends. Calibration patients are simulated, but their image scores are those of few real ones: all
of them together weigh no more than those few, so that a simulation of any size cannot make the interval narrow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

from risk.fusion.frame import Floats

# As how many real patients the one to be judged weighs: with 1, Venn-Abers proper, the ends tell what one patient
# more would change; with 3 they also hold more of what the image scores of other real patients show, which no
# Venn-Abers promises (risk.fusion.evaluate.coverage measures how much).
WEIGHT_OF_PATIENT = 3.0
GROUPS = 400
ROWS = 65


@dataclass(frozen=True)
class IntervalTable:
    """`low` and `high` (0 to 1) at each of `log_odds`, all rising; a line between them, the last value beyond."""

    log_odds: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def ends(self, log_odds: Floats, risks: Floats) -> tuple[Floats, Floats]:
        """Both ends (n,) for fused log-odds and risks (n,); the risk itself always lies within."""
        low = np.interp(log_odds, self.log_odds, self.low)
        high = np.interp(log_odds, self.log_odds, self.high)
        return np.minimum(low, risks), np.maximum(high, risks)


def fit_interval(
    log_odds: Floats,
    truth: NDArray[np.bool_],
    *,
    independent_patients: int,
    weight_of_patient: float = WEIGHT_OF_PATIENT,
) -> IntervalTable:
    """The table from calibration patients (n,) that neither line nor booster saw.

    `independent_patients`: the real patients behind their image scores; a patient to be judged weighs as
    `weight_of_patient` of them.
    """
    groups = np.array_split(np.argsort(log_odds, kind="stable"), min(GROUPS, len(log_odds)))
    places = np.array([log_odds[group].mean() for group in groups])
    ill = np.array([truth[group].mean() for group in groups])
    weights = np.array([len(group) for group in groups]) * independent_patients / len(truth)
    chosen = np.unique(np.linspace(0, len(groups) - 1, ROWS).round().astype(int))
    low, high = (
        np.array([_if_it_were(row, told, weight_of_patient, ill, weights) for row in chosen])
        for told in (0.0, 1.0)
    )
    rising = np.maximum.accumulate
    return IntervalTable(
        *(tuple(np.round(part, 6).tolist()) for part in (places[chosen], rising(low), rising(high)))
    )


def _if_it_were(row: int, told: float, weight: float, ill: Floats, weights: Floats) -> float:
    """The calibrated risk in group `row` had those few more patients there been ill (1) or not (0)."""
    heavier, mixed = weights.copy(), ill.copy()
    heavier[row] += weight
    mixed[row] = (ill[row] * weights[row] + told * weight) / heavier[row]
    return float(isotonic_regression(mixed, sample_weight=heavier, y_min=0.0, y_max=1.0)[row])
