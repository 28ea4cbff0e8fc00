"""Calibration lines and operating points on numbers made for the purpose."""

import numpy as np
import pytest

from screening.domain.findings import LABELS, Label
from screening.imaging.calibrate import (
    PointTargets,
    choose_points,
    cross_fitted_scores,
    fit_calibration,
    fit_lines,
)
from screening.imaging.ensemble import sigmoid

RNG = np.random.default_rng(11)


def test_calibration_finds_the_line_that_made_the_labels() -> None:
    log_odds = RNG.normal(0, 2, (4000, len(LABELS)))
    truth = (RNG.random(log_odds.shape) < sigmoid(0.5 * log_odds - 1.0)).astype(float)
    for line in fit_calibration(log_odds, truth).values():
        assert line.slope == pytest.approx(0.5, abs=0.1)
        assert line.intercept == pytest.approx(-1.0, abs=0.2)


def test_scores_that_mean_nothing_keep_a_rising_line() -> None:
    log_odds = RNG.normal(0, 1, (300, len(LABELS)))
    truth = (RNG.random(log_odds.shape) < sigmoid(-3 * log_odds)).astype(float)
    assert all(line.slope > 0 for line in fit_calibration(log_odds, truth).values())


TARGETS = PointTargets(sensitivity=0.9, min_specificity=0.8, normal_specificity=0.7, band=0.05)


def points_for(gap: float) -> tuple[np.ndarray, np.ndarray, dict]:
    truth = np.zeros((1000, len(LABELS)))
    truth[:200] = 1
    scores = sigmoid(RNG.normal(0, 1, truth.shape) + gap * truth - 2)
    return scores, truth == 1, choose_points(scores, truth.astype(float), TARGETS)


def test_a_label_that_separates_well_gets_its_sensitivity() -> None:
    scores, ill, points = points_for(4.0)
    for column, label in enumerate(LABELS):
        present = scores[:, column] >= points[label].threshold
        if label is not Label.NORMAL:
            assert present[ill[:, column]].mean() == pytest.approx(0.9, abs=0.02)
            assert (~present)[~ill[:, column]].mean() >= 0.8


def test_a_label_that_separates_badly_keeps_its_specificity() -> None:
    scores, ill, points = points_for(0.5)
    for column, label in enumerate(LABELS):
        present = scores[:, column] >= points[label].threshold
        wanted = TARGETS.normal_specificity if label is Label.NORMAL else TARGETS.min_specificity
        assert (~present)[~ill[:, column]].mean() == pytest.approx(wanted, abs=0.02)
        band = ~present & (scores[:, column] >= points[label].abstain_below)
        assert band[~ill[:, column]].mean() == pytest.approx(0.05, abs=0.02)


def test_the_band_never_reaches_below_a_quarter_of_the_threshold() -> None:
    _, _, points = points_for(12.0)
    assert all(point.abstain_below >= 0.249 * point.threshold for point in points.values())


def test_an_answer_that_is_not_known_moves_no_line() -> None:
    log_odds = RNG.normal(0, 2, (200, 1))
    truth = (RNG.random(log_odds.shape) < sigmoid(log_odds)).astype(float)
    doubled = np.vstack([log_odds, log_odds + 5])
    unknown = np.vstack([truth, np.full_like(truth, np.nan)])
    assert fit_lines(doubled, unknown) == fit_lines(log_odds, truth)


def test_one_class_alone_draws_no_line() -> None:
    (line,) = fit_lines(RNG.normal(0, 1, (20, 1)), np.zeros((20, 1)))
    assert (line.slope, line.intercept) == (1.0, 0.0)


def test_a_cross_fitted_score_knows_nothing_of_its_own_patient() -> None:
    log_odds = RNG.normal(0, 2, (300, 1))
    truth = (RNG.random(log_odds.shape) < sigmoid(log_odds)).astype(float)
    patients = [str(row // 2) for row in range(300)]
    before = cross_fitted_scores(log_odds, truth, patients)
    turned = truth.copy()
    turned[:2] = 1 - turned[:2]
    after = cross_fitted_scores(log_odds, turned, patients)
    assert np.array_equal(before[:2], after[:2])
    assert not np.array_equal(before, after)
