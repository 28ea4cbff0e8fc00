"""Intercepts that make a simulated population as ill as the published one."""

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


def fitted_to_bands(
    effects: Floats, age_years: Floats, by_band: Floats, female: Floats | None = None
) -> Floats:
    """Each patient's log-odds (n,): `effects` moved so that every age band is as ill as `by_band` says.

    `by_band` (bands,), or (bands, 2) for men and women with `female` (n,) in {0, 1}.
    """
    bands = age_band(age_years)
    sexes = np.zeros(len(effects)) if female is None else female
    wanted = by_band[:, None] if by_band.ndim == 1 else by_band
    log_odds = np.array(effects, np.float64)
    for band in range(len(wanted)):
        for sex in range(wanted.shape[1]):
            members = (bands == band) & (sexes == sex)
            if members.any():
                log_odds[members] += solve_intercept(effects[members], float(wanted[band, sex]))
    return log_odds


def by_sex(by_band: Floats, women_odds_ratio: float, share_of_women: float) -> Floats:
    """(bands, 2): the shares of ill men and women whose mean is `by_band` (bands,) and whose odds ratio is given."""
    low, high = np.zeros(len(by_band)), np.minimum(1.0, by_band / (1 - share_of_women))
    for _ in range(BISECTIONS):
        men = (low + high) / 2
        women = _at_odds_ratio(men, women_odds_ratio)
        short = (1 - share_of_women) * men + share_of_women * women < by_band
        low, high = np.where(short, men, low), np.where(short, high, men)
    return np.stack([men, _at_odds_ratio(men, women_odds_ratio)], axis=1)


def _at_odds_ratio(share: Floats, ratio: float) -> Floats:
    moved: Floats = ratio * share / (1 - share + ratio * share)
    return moved
