"""The interval beside a risk: Venn-Abers against its definition, and what it covers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from risk.fusion.calibration import log_odds, probabilities
from risk.fusion.interval import IntervalTable, fit_interval


def drawn(patients: int, seed: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that are right but for `shift`, and who is ill."""
    rng = np.random.default_rng(seed)
    places = rng.normal(-2.5, 1.5, patients)
    return places + shift, rng.random(patients) < probabilities(places)


def test_the_ends_are_what_isotonic_calibration_says_with_the_patient_healthy_and_ill() -> None:
    places, ill = drawn(300, seed=1)
    table = fit_interval(places, ill, independent_patients=300, weight_of_patient=1.0)
    for at in (5, 30, 60):
        here = places[np.argmin(np.abs(places - table.log_odds[at]))]
        for told, end in ((0.0, table.low), (1.0, table.high)):
            line = IsotonicRegression().fit(np.append(places, here), np.append(ill, told))
            fitted = line.predict([here])[0]
            assert end[at] == pytest.approx(fitted, abs=1e-4)


def test_simulating_more_patients_makes_no_interval_narrower() -> None:
    few, many = (
        fit_interval(*drawn(patients, seed=2), independent_patients=500) for patients in (5_000, 80_000)
    )
    width = [
        float(np.interp(log_odds(0.1), t.log_odds, np.array(t.high) - np.array(t.low))) for t in (few, many)
    ]
    assert width[1] == pytest.approx(width[0], rel=0.35)
    wider = fit_interval(*drawn(80_000, seed=2), independent_patients=50)
    assert np.mean(np.array(wider.high) - np.array(wider.low)) > 1.5 * np.mean(
        np.array(many.high) - np.array(many.low)
    )


def test_both_ends_rise_with_the_risk_and_hold_it_between_them() -> None:
    table = fit_interval(*drawn(20_000, seed=3), independent_patients=500)
    for part in (table.log_odds, table.low, table.high):
        assert (np.diff(part) >= 0).all()
    places = np.linspace(-8, 6, 500)
    low, high = table.ends(places, probabilities(places))
    assert (low <= probabilities(places)).all() and (probabilities(places) <= high).all()


def test_a_risk_that_is_wrong_by_a_third_lies_outside_the_calibrated_interval() -> None:
    table = fit_interval(*drawn(50_000, seed=4, shift=1.0), independent_patients=2_000)
    told = np.array([log_odds(0.3) + 1.0])
    low, high = np.interp(told, table.log_odds, table.low), np.interp(told, table.log_odds, table.high)
    assert 0.25 < low[0] < high[0] < 0.40 < probabilities(told)[0]


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=20))
def test_ends_are_probabilities_for_any_log_odds(places: list[float]) -> None:
    table = IntervalTable((-1.0, 1.0), (0.1, 0.4), (0.3, 0.8))
    risks = probabilities(np.array(places))
    low, high = table.ends(np.array(places), risks)
    assert ((low >= 0) & (low <= risks) & (risks <= high) & (high <= 1)).all()
