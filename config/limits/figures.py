"""The figures beside each limit: what acting from there on finds, misses and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risk.domain.bands import Bands
from risk.operating_curves import OperatingCurve, curves_in_force
from screening.domain.findings import Label

WIDTH, HEIGHT = 320, 120  # of a plot, in its own units
TICKS = (1, 3, 10, 30, 60, 90)
OwnPerWeek = Mapping[Label, Sequence[float]]


@dataclass(frozen=True)
class Figures:
    """At one limit. Of 1000 simulated people: `found` and `missed` ill, `called` in all, `net_benefit`. `own_per_week`:
    visits of the clinic's own last months above it that nothing else refers, a week.
    """

    sensitivity: float
    specificity: float
    found: float
    missed: float
    called: float
    net_benefit: float
    own_per_week: float

    @property
    def calls_nobody(self) -> bool:
        """Whether the limit does next to nothing: above it is not one of 1000."""
        return self.called < 1


@dataclass(frozen=True)
class Plot:
    """Lines in WIDTH x HEIGHT, and where both limits stand: across, and on the line of net benefit.

    `everybody` is the net benefit of acting on everybody, `zero` the height of acting on nobody. `ticks`: where some
    thresholds lie across, in whole percent.
    """

    sensitivity: str
    called: str
    benefit: str
    everybody: str
    zero: float
    raised: tuple[float, float]
    high: tuple[float, float]
    ticks: tuple[tuple[float, int], ...]


def figures_at(curve: OperatingCurve, own_per_week: Sequence[float], limit: float) -> Figures:
    """Net benefit is that of Vickers & Elkin 2006 at the limit, in found patients of a thousand."""
    i = curve.at(limit)
    found, false = _of_thousand(curve, i)
    return Figures(
        sensitivity=curve.sensitivity[i],
        specificity=curve.specificity[i],
        found=found,
        missed=1000 * curve.prevalence - found,
        called=found + false,
        net_benefit=_net_benefit(found, false, limit),
        own_per_week=own_per_week[i],
    )


def _net_benefit(found: float, false: float, limit: float) -> float:
    return found - false * limit / (1 - limit)


def _of_thousand(curve: OperatingCurve, i: int) -> tuple[float, float]:
    """Ill people found and healthy ones called in vain, of 1000 simulated people."""
    found = 1000 * curve.prevalence * curve.sensitivity[i]
    return found, 1000 * (1 - curve.prevalence) * (1 - curve.specificity[i])


def plot_of(curve: OperatingCurve, raised: float, high: float) -> Plot:
    called = [sum(_of_thousand(curve, i)) / 1000 for i in range(len(curve.thresholds))]
    everybody = 1000 * curve.prevalence, 1000 * (1 - curve.prevalence)
    benefits = benefit_heights(curve)
    return Plot(
        sensitivity=_line(_heights(curve.sensitivity)),
        called=_line(_heights(called)),
        benefit=_line(benefits),
        everybody=_line(_benefit_heights(curve, [_net_benefit(*everybody, t) for t in curve.thresholds])),
        zero=_benefit_heights(curve, [0.0])[0],
        raised=_mark(curve, benefits, raised),
        high=_mark(curve, benefits, high),
        ticks=tuple((_mark(curve, benefits, percent / 100)[0], percent) for percent in TICKS),
    )


def benefit_heights(curve: OperatingCurve) -> list[float]:
    """Where the net benefit lies at each threshold, in the plot's own units."""
    return _benefit_heights(
        curve, [_net_benefit(*_of_thousand(curve, i), t) for i, t in enumerate(curve.thresholds)]
    )


def _benefit_heights(curve: OperatingCurve, benefits: Sequence[float]) -> list[float]:
    """At the top all ill are found and nobody is called in vain; the floor is a quarter of that below nothing."""
    most = 1000 * curve.prevalence
    return _heights([(max(benefit, -most / 4) + most / 4) / (most * 1.25) for benefit in benefits])


def _heights(shares: Sequence[float]) -> list[float]:
    return [round(HEIGHT * (1 - share), 1) for share in shares]


def _line(heights: Sequence[float]) -> str:
    last = len(heights) - 1
    return " ".join(f"{round(WIDTH * i / last, 1)},{height}" for i, height in enumerate(heights))


def _mark(curve: OperatingCurve, benefits: Sequence[float], limit: float) -> tuple[float, float]:
    i = curve.at(limit)
    return round(WIDTH * i / (len(curve.thresholds) - 1), 1), benefits[i]


def rows_of(bands: Bands, own: OwnPerWeek) -> list[dict[str, Any]]:
    """For each disease: label, figures at both limits, and the plots."""
    return [
        {
            "label": label.value,
            "raised": figures_at(curve, own[label], bands[label].raised_from),
            "high": figures_at(curve, own[label], bands[label].high_from),
            "plot": plot_of(curve, bands[label].raised_from, bands[label].high_from),
        }
        for label, curve in curves_in_force().items()
    ]


def high_per_week(bands: Bands, own: OwnPerWeek) -> float:
    """Visits a week referred for a risk alone, at most: one with two high risks is counted twice."""
    return sum(own[label][curve.at(bands[label].high_from)] for label, curve in curves_in_force().items())


def curve_data(own: OwnPerWeek) -> dict[str, object]:
    """What the page's script needs to do the same."""
    curves = curves_in_force()
    return {
        label.value: {
            "thresholds": curve.thresholds,
            "prevalence": curve.prevalence,
            "sensitivity": curve.sensitivity,
            "specificity": curve.specificity,
            "benefitHeights": benefit_heights(curve),
            "own": own[label],
        }
        for label, curve in curves.items()
    }
