"""The severity outputs of a release as its card writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from screening.imaging.targets import SEVERITIES, SeverityTarget


@dataclass(frozen=True)
class SeverityHead:
    """One output: calibrated log-odds = slope * log-odds + intercept; the answer is yes from `threshold` on."""

    slope: float
    intercept: float
    threshold: float

    def __post_init__(self) -> None:
        if self.slope <= 0 or not 0.0 <= self.threshold <= 1.0:
            raise ValueError("severity: a slope must be positive and a threshold lie in 0..1")


SeverityHeads = Mapping[SeverityTarget, SeverityHead]


def severity_from_json(raw: Mapping[str, Mapping[str, float]]) -> SeverityHeads:
    """The heads of a card. Raises KeyError, TypeError or ValueError naming the field."""
    return MappingProxyType({target: SeverityHead(**raw[target]) for target in SEVERITIES})
