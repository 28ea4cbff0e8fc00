"""The figures beside each limit: what acting from there on finds, misses and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from risk.domain.bands import Bands
from risk.operating_curves import OperatingCurve, curves_in_force
from screening.domain.findings import Label

WIDTH, HEIGHT = 320, 120  # of a plot, in its own units


@dataclass(frozen=True)
class Figures:
    """At one limit. Of 1000 simulated people: `found` and `missed` ill, `called` in all, `net_benefit`. `own_per_week`:
    visits of the clinic's own last months above it, a week.
    """

    sensitivity: float
    specificity: float
    found: float
    missed: float
    called: float
    net_benefit: float
    own_per_week: float


@dataclass(frozen=True)
class Plot:
    """Polylines of sensitivity and of the share called, and where the two limits stand, in WIDTH x HEIGHT."""

    sensitivity: str
    called: str
    raised: float
    high: float


def figures_at(curve: OperatingCurve, own_per_week: Sequence[float], limit: float) -> Figures:
    """Net benefit is that of Vickers & Elkin 2006 at the limit, in found patients of a thousand."""
    i = curve.at(limit)
    found = 1000 * curve.prevalence * curve.sensitivity[i]
    false = 1000 * (1 - curve.prevalence) * (1 - curve.specificity[i])
    return Figures(
        sensitivity=curve.sensitivity[i],
        specificity=curve.specificity[i],
        found=found,
        missed=1000 * curve.prevalence - found,
        called=found + false,
        net_benefit=found - false * limit / (1 - limit),
        own_per_week=own_per_week[i],
    )


def plot_of(curve: OperatingCurve, raised: float, high: float) -> Plot:
    last = len(curve.thresholds) - 1

    def across(i: int) -> float:
        return round(WIDTH * i / last, 1)

    def line(values: Sequence[float]) -> str:
        return " ".join(f"{across(i)},{round(HEIGHT * (1 - value), 1)}" for i, value in enumerate(values))

    called = [
        curve.prevalence * found + (1 - curve.prevalence) * (1 - spared)
        for found, spared in zip(curve.sensitivity, curve.specificity, strict=True)
    ]
    return Plot(line(curve.sensitivity), line(called), across(curve.at(raised)), across(curve.at(high)))


def rows_of(bands: Bands, own: Mapping[Label, Sequence[float]]) -> list[dict[str, object]]:
    """For each disease: label, figures at both limits, and the plot."""
    return [
        {
            "label": label.value,
            "raised": figures_at(curve, own[label], bands[label].raised_from),
            "high": figures_at(curve, own[label], bands[label].high_from),
            "plot": plot_of(curve, bands[label].raised_from, bands[label].high_from),
        }
        for label, curve in curves_in_force().items()
    ]


def curve_data(own: Mapping[Label, Sequence[float]]) -> dict[str, object]:
    """What the page's script needs to do the same."""
    curves = curves_in_force()
    return {
        label.value: {
            "thresholds": curve.thresholds,
            "prevalence": curve.prevalence,
            "sensitivity": curve.sensitivity,
            "specificity": curve.specificity,
            "own": own[label],
        }
        for label, curve in curves.items()
    }
