"""How much a picture looks like a colour fundus photograph: a sum over measured features, fitted, with a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening.domain._fundus_likeness_table import BIAS, FEATURES

FARTHEST = 8.0  # spreads from the mean beyond which a feature counts no more


@dataclass(frozen=True)
class Feature:
    """One feature's part: with z = (value - mean) / spread it adds slope * z - bend * z².

    `bend` is never negative: a value far from what fundus photographs have, to either side, only speaks against
    one. So kinds of pictures that nobody thought of are refused rather than let through.
    """

    name: str
    mean: float
    spread: float
    slope: float
    bend: float

    def __post_init__(self) -> None:
        if self.spread <= 0 or self.bend < 0:
            raise ValueError(f"feature {self.name}: spread must be positive and bend not negative")

    def part(self, value: float) -> float:
        z = max(-FARTHEST, min(FARTHEST, (value - self.mean) / self.spread))
        return self.slope * z - self.bend * z * z


@dataclass(frozen=True)
class FundusLikeness:
    """The fitted sum; it belongs to a release and travels on its card."""

    bias: float
    features: tuple[Feature, ...]

    def score(self, values: Mapping[str, float]) -> float:
        """Log-odds as fitted, larger for a fundus. Raises KeyError where a feature was not measured."""
        return self.bias + sum(feature.part(values[feature.name]) for feature in self.features)


def likeness_from_json(raw: Mapping[str, Any]) -> FundusLikeness:
    """As a card writes it. Raises KeyError, TypeError or ValueError on a wrong field."""
    return FundusLikeness(float(raw["bias"]), tuple(Feature(**each) for each in raw["features"]))


def _rows(table: Sequence[tuple[str, float, float, float, float]]) -> tuple[Feature, ...]:
    return tuple(Feature(*row) for row in table)


# Used where a release's card has none of its own.
GENERAL = FundusLikeness(BIAS, _rows(FEATURES))
