"""Intercepts that make a simulated population as ill as the published one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.domain.epidemiology import AGE_BANDS
from risk.fusion.calibration import probabilities
from risk.fusion.frame import Floats

BISECTIONS = 60


def age_band(age_years: Floats) -> NDArray[np.intp]:
    """The index into AGE_BANDS of each age (n,)."""
    return np.clip(np.searchsorted(AGE_BANDS, age_years, side="right") - 1, 0, None)


def solve_intercept(effects: Floats, prevalence: float) -> float:
    """The intercept at which the mean of sigmoid(intercept + effects (n,)) is `prevalence`."""
    low, high = -40.0, 40.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if probabilities(effects + middle).mean() < prevalence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def risks_at_prevalence(effects: Floats, age_years: Floats, by_age_band: Sequence[float]) -> Floats:
    """Each patient's probability (n,), its mean in every age band being the prevalence of that band."""
    bands = age_band(age_years)
    risks = np.zeros(len(effects))
    for band, prevalence in enumerate(by_age_band):
        members = bands == band
        if members.any():
            solved = solve_intercept(effects[members], prevalence)
            risks[members] = probabilities(effects[members] + solved)
    return risks
