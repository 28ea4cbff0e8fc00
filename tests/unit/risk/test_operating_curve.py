"""Operating curves and the figures beside a limit, against counting."""

import numpy as np
import pytest

from config.limits.figures import HEIGHT, WIDTH, figures_at, plot_of
from config.limits.forms import HIGHEST, LOWEST
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


@pytest.mark.parametrize(("limit", "nobody"), [(0.3, False), (0.95, True)])
def test_a_limit_above_every_observed_risk_is_known(limit: float, *, nobody: bool) -> None:
    risks = RISKS * 0.9
    raw = operating_curves(TRUTH, risks)["D"]
    below = OperatingCurve(
        THRESHOLDS, raw["prevalence"], tuple(raw["sensitivity"]), tuple(raw["specificity"])
    )
    assert figures_at(below, [0.0] * len(THRESHOLDS), limit).calls_nobody is nobody


def test_the_plot_lies_in_its_frame_and_marks_both_limits() -> None:
    plot = plot_of(curve(), 0.1, 0.3)
    for line in (plot.sensitivity, plot.called, plot.benefit, plot.everybody):
        points = [tuple(map(float, point.split(","))) for point in line.split()]
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert 0 < plot.raised[0] < plot.high[0] < WIDTH


@pytest.mark.parametrize("limit", [0.05, 0.3, 0.7])
def test_the_marked_point_is_the_net_benefit_of_decision_curves(limit: float) -> None:
    found = curve()
    at = found.thresholds[found.at(limit)]
    called, ill = RISKS[:, 0] >= at, TRUTH[:, 0]
    benefit = (called & ill).mean() - (called & ~ill).mean() * at / (1 - at)
    floor = -ill.mean() / 4
    share = (max(benefit, floor) - floor) / (ill.mean() - floor)
    assert plot_of(found, 0.01, limit).high[1] == pytest.approx(HEIGHT * (1 - share), abs=0.2)


def test_acting_on_everybody_meets_the_curve_where_everybody_is_above_the_limit() -> None:
    plot = plot_of(curve(), 0.1, 0.3)
    assert plot.everybody.split()[0] == plot.benefit.split()[0]
    assert float(plot.everybody.split()[-1].split(",")[1]) == HEIGHT > plot.zero


def test_no_limit_can_be_typed_beyond_what_is_measured() -> None:
    assert pytest.approx(THRESHOLDS[0], abs=1e-4) == LOWEST / 100
    assert pytest.approx(THRESHOLDS[-1], abs=1e-3) == HIGHEST / 100
