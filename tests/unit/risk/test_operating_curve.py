"""Operating curves and the figures beside a limit, against counting."""

import numpy as np
import pytest

from config.limits.figures import HEIGHT, WIDTH, figures_at, plot_of
from risk.domain.bands import FUSED_LABELS
from risk.fusion.operating_curve import THRESHOLDS, operating_curves
from risk.operating_curves import OperatingCurve

RNG = np.random.default_rng(3)
RISKS = RNG.uniform(0, 1, (4000, len(FUSED_LABELS)))
TRUTH = RNG.random(RISKS.shape) < RISKS


def curve() -> OperatingCurve:
    raw = operating_curves(TRUTH, RISKS)["D"]
    return OperatingCurve(THRESHOLDS, raw["prevalence"], tuple(raw["sensitivity"]), tuple(raw["specificity"]))


def test_thresholds_rise_and_sensitivity_falls_with_them() -> None:
    assert list(THRESHOLDS) == sorted(set(THRESHOLDS)) and 0 < THRESHOLDS[0] < 0.01 < 0.9 < THRESHOLDS[-1] < 1
    assert list(curve().sensitivity) == sorted(curve().sensitivity, reverse=True)
    assert list(curve().specificity) == sorted(curve().specificity)


@pytest.mark.parametrize("limit", [0.05, 0.3, 0.7])
def test_a_curve_is_what_counting_gives(limit: float) -> None:
    found = curve()
    i = found.at(limit)
    called, ill = RISKS[:, 0] >= found.thresholds[i], TRUTH[:, 0]
    assert found.sensitivity[i] == pytest.approx(called[ill].mean(), abs=1e-4)
    assert found.specificity[i] == pytest.approx((~called[~ill]).mean(), abs=1e-4)


def test_found_and_missed_are_all_ill_and_a_limit_at_nothing_gains_less_than_it_finds() -> None:
    figures = figures_at(curve(), [2.5] * len(THRESHOLDS), 0.3)
    assert figures.found + figures.missed == pytest.approx(1000 * curve().prevalence)
    assert figures.net_benefit < figures.found < figures.called and figures.own_per_week == 2.5


def test_the_plot_lies_in_its_frame_and_marks_both_limits() -> None:
    plot = plot_of(curve(), 0.1, 0.3)
    points = [tuple(map(float, point.split(","))) for point in plot.sensitivity.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert 0 < plot.raised < plot.high < WIDTH
