"""How much a picture looks like a colour fundus photograph: a fitted sum over measured features."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screening.domain._fundus_likeness_table import BEND, BIAS, DEPARTURES, FEATURES

FARTHEST = 8.0  # spreads from the mean beyond which a feature counts no more


@dataclass(frozen=True)
class Feature:
    """A feature as fundus photographs have it, and what being above its mean adds, for each spread."""

    name: str
    mean: float
    spread: float
    slope: float

    def __post_init__(self) -> None:
        if self.spread <= 0:
            raise ValueError(f"feature {self.name}: spread must be positive")

    def standard(self, value: float) -> float:
        """In spreads from the mean."""
        return max(-FARTHEST, min(FARTHEST, (value - self.mean) / self.spread))


@dataclass(frozen=True)
class Departure:
    """A way in which features together depart from a fundus; its square only ever speaks against one."""

    offset: float
    weights: tuple[float, ...]


@dataclass(frozen=True)
class FundusLikeness:
    """bias + Σ slope·z - bend·Σ z² - Σ (offset + weights·z)², z the features in spreads from their means.

    Nothing in it curves upwards, so what passes is one bounded region around the photographs it was fitted on: a
    kind of picture that nobody thought of is refused rather than let through. It belongs to a release and travels
    on its card.
    """

    bias: float
    bend: float
    features: tuple[Feature, ...]
    departures: tuple[Departure, ...]

    def __post_init__(self) -> None:
        if self.bend < 0 or any(len(each.weights) != len(self.features) for each in self.departures):
            raise ValueError("bend must not be negative, and a departure needs a weight for each feature")

    def score(self, values: Mapping[str, float]) -> float:
        """Larger for a fundus, 0 at the limit. Raises KeyError where a feature was not measured."""
        z = [feature.standard(values[feature.name]) for feature in self.features]
        linear = sum(feature.slope * at for feature, at in zip(self.features, z, strict=True))
        against = sum((each.offset + _dot(each.weights, z)) ** 2 for each in self.departures)
        return self.bias + linear - self.bend * _dot(z, z) - against


def _dot(one: tuple[float, ...] | list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def likeness_from_json(raw: Mapping[str, Any]) -> FundusLikeness:
    """As a card writes it. Raises KeyError, TypeError or ValueError on a wrong field."""
    return FundusLikeness(
        float(raw["bias"]),
        float(raw["bend"]),
        tuple(Feature(**each) for each in raw["features"]),
        tuple(Departure(each["offset"], tuple(each["weights"])) for each in raw["departures"]),
    )


# Used where a release's card has none of its own.
GENERAL = FundusLikeness(
    BIAS, BEND, tuple(Feature(*row) for row in FEATURES), tuple(Departure(*row) for row in DEPARTURES)
)
