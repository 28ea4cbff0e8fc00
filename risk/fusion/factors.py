"""Which factors bear on which disease: odds ratios with intervals, and what the fusion model leans on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionReleaseInvalid
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from screening.domain.findings import Label

Flags = NDArray[np.bool_]
ADJUSTED_FOR = ("age_years", "female")
# Peduzzi et al. 1996: ten of the rarer outcome for each fitted factor, else odds ratios run away. (K)
OUTCOMES_PER_FACTOR = 10
_Z = 1.959964  # of a 95 % interval
_LARGEST_ERROR = 3.0  # in log-odds of one standard deviation; beyond it a ratio means nothing


@dataclass(frozen=True)
class FactorOdds:
    """Odds ratio per unit of `column` with its 95 % Wald interval, from `patients` of whom `cases` are ill."""

    label: Label
    column: str
    odds_ratio: float
    low: float
    high: float
    patients: int
    cases: int


def factor_odds(frame: Frame, ill: Mapping[Label, Flags]) -> list[FactorOdds]:
    """Odds ratios adjusted for age and sex, of every factor and label that the patients say enough about.

    `ill`: (n,) by label. Each factor is fitted beside age and sex on the patients of whom all three are known;
    one with too few outcomes, that never varies, or that separates ill from well is left out.
    """
    found = (
        _odds(frame, column, label, ill[label])
        for label in FUSED_LABELS
        if label in ill
        for column in frame.columns
    )
    return [one for one in found if one is not None]


def _odds(frame: Frame, column: str, label: Label, ill: Flags) -> FactorOdds | None:
    names = [column, *(name for name in ADJUSTED_FOR if name != column and name in frame.columns)]
    values = np.stack([frame.column(name) for name in names], axis=1)
    known = ~np.isnan(values).any(axis=1)
    values, cases = values[known], ill[known]
    if not len(values) or not values[:, 0].std():
        return None
    values = values[:, values.std(axis=0) > 0]  # where all are women, there is no sex to adjust for
    if min(cases.sum(), (~cases).sum()) < OUTCOMES_PER_FACTOR * values.shape[1]:
        return None
    if _separates(values[:, 0], cases):
        return None
    spread = values.std(axis=0)
    slope, error = _first_slope((values - values.mean(axis=0)) / spread, cases)
    if error > _LARGEST_ERROR:
        return None
    ratio, low, high = (float(np.exp((slope + z * error) / spread[0])) for z in (0, -_Z, _Z))
    return FactorOdds(label, column, ratio, low, high, patients=len(cases), cases=int(cases.sum()))


def _separates(values: Floats, ill: Flags) -> bool:
    """Whether one limit parts all ill from all well; an odds ratio is then infinite."""
    return bool(values[ill].min() >= values[~ill].max() or values[ill].max() <= values[~ill].min())


def _first_slope(values: Floats, ill: Flags) -> tuple[float, float]:
    """Log-odds of the first column and its standard error from the Fisher information, unpenalised."""
    # A web server that never shows the page does without it.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=inf, solver="newton-cholesky").fit(values, ill)
    chance = model.predict_proba(values)[:, 1]
    design = np.column_stack([np.ones(len(values)), values])
    information = (design * (chance * (1 - chance))[:, None]).T @ design
    variance = np.linalg.pinv(information)[1, 1]
    return float(model.coef_[0, 0]), float(np.sqrt(variance)) if variance > 0 else inf


@lru_cache(maxsize=4)
def global_importance(release: Path) -> Mapping[Label, Mapping[str, float]]:
    """Share of each column in what the splits of a release's boosters gained, 0 to 1 by label.

    Read from the booster files as text, so that a web server that shows it loads no model.
    Raises FusionReleaseInvalid.
    """
    return MappingProxyType({label: _shares(release / f"booster_{label}.txt") for label in FUSED_LABELS})


def _shares(booster: Path) -> Mapping[str, float]:
    gained = dict.fromkeys(COLUMN_NAMES, 0.0)
    try:
        lines = [line.partition("=") for line in booster.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise FusionReleaseInvalid(f"{booster.parent.name}: {booster.name} cannot be read") from error
    # One line of each a tree, in the same order.
    features = (places for name, _, places in lines if name == "split_feature")
    gains = (values for name, _, values in lines if name == "split_gain")
    for places, values in zip(features, gains, strict=True):
        for place, gain in zip(places.split(), values.split(), strict=True):
            gained[COLUMN_NAMES[int(place)]] += float(gain)
    whole = sum(gained.values()) or 1.0
    return MappingProxyType({name: gain / whole for name, gain in gained.items()})
