"""Measures of risks, against what they must be by definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.fusion.measures import decision_curve, net_benefit, reliability, risk_scores

RNG = np.random.default_rng(2)
RISKS = RNG.uniform(0.01, 0.6, 20_000)
TRUTH = RNG.random(20_000) < RISKS


def test_risks_that_mean_what_they_say_have_slope_one_and_intercept_zero() -> None:
    scores = risk_scores(TRUTH, RISKS)
    assert scores["slope"] == pytest.approx(1, abs=0.06) and scores["intercept"] == pytest.approx(0, abs=0.08)
    assert scores["mean_risk"] == pytest.approx(TRUTH.mean(), abs=0.01)


def test_risks_twice_too_extreme_have_slope_one_half() -> None:
    logits = np.log(RISKS / (1 - RISKS))
    assert risk_scores(TRUTH, 1 / (1 + np.exp(-2 * logits)))["slope"] == pytest.approx(0.5, abs=0.03)


def test_the_same_risk_for_everybody_has_no_slope_and_tells_nobody_apart() -> None:
    scores = risk_scores(TRUTH, np.full(len(TRUTH), 0.3))
    assert scores["slope"] is None and scores["auc"] == 0.5


@pytest.mark.parametrize("truth", [np.zeros(5, bool), np.ones(5, bool)])
def test_one_class_alone_gives_no_score(truth: np.ndarray) -> None:
    assert set(risk_scores(truth, np.linspace(0.1, 0.9, 5)).values()) == {None}


@given(st.floats(0.01, 0.9), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_no_decision_gains_more_than_finding_exactly_the_ill(threshold: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.random(60) < 0.3
    best = net_benefit(truth, truth.astype(float), threshold)
    assert best == pytest.approx(truth.mean())
    assert net_benefit(truth, rng.random(60), threshold) <= best + 1e-12


def test_referring_everybody_gains_nothing_where_the_threshold_is_the_prevalence() -> None:
    truth = np.arange(100) < 20
    curve = decision_curve(truth, {}, thresholds=[0.1, 0.2, 0.3])
    assert curve["everybody"][0] > 0 > curve["everybody"][2] and curve["everybody"][1] == pytest.approx(0)


def test_tenths_of_the_patients_rise_with_their_risk_and_hold_as_many_ill() -> None:
    found = reliability(TRUTH, RISKS)
    assert found["mean_risk"] == sorted(found["mean_risk"]) and len(found["share"]) == 10
    assert np.mean(found["share"]) == pytest.approx(TRUTH.mean(), abs=1e-4)
    assert found["share"] == pytest.approx(found["mean_risk"], abs=0.05)
