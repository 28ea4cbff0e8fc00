"""Metrics, calibration and operating points on numbers worked out by hand."""

import numpy as np
import pytest

from screening.domain.findings import LABELS, Label
from screening.imaging.calibrate import (
    PointTargets,
    choose_points,
    expected_calibration_error,
    fit_calibration,
)
from screening.imaging.ensemble import sigmoid
from screening.imaging.metrics import (
    hard_auc,
    label_aucs,
    macro_auc,
    official_score,
    patient_maximum,
    trivial_baselines,
)

RNG = np.random.default_rng(11)


def test_the_official_score_is_the_mean_of_kappa_accuracy_and_auc() -> None:
    truth = np.array([[1.0, 0.0, 0.0, 0.0]])
    score = official_score(truth, np.array([[0.9, 0.8, 0.2, 0.1]]))
    assert (score.f1, score.auc) == (0.75, 1.0)
    assert score.kappa == pytest.approx(0.5)
    assert score.final == pytest.approx(0.75)


def test_the_baselines_show_how_far_no_image_at_all_gets() -> None:
    truth = (RNG.random((400, 8)) < [0.33, 0.33, 0.06, 0.06, 0.05, 0.03, 0.05, 0.28]).astype(float)
    baselines = trivial_baselines(truth)
    assert baselines["all-negative"].kappa == 0 and baselines["all-negative"].auc == 0.5
    assert baselines["all-negative"].f1 > 0.8
    assert baselines["prevalence"].auc > 0.7


def test_the_hard_auc_is_balanced_accuracy() -> None:
    truth = np.array([[1.0, 1.0, 0.0, 0.0]])
    assert hard_auc(truth, np.array([[0.9, 0.1, 0.2, 0.3]])) == pytest.approx(0.75)


def test_a_label_with_one_class_has_no_auc() -> None:
    truth, score = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[0.3, 0.2], [0.4, 0.9]])
    assert label_aucs(truth, score) == [None, 1.0]
    assert macro_auc(truth, score) == 1.0


def test_both_eyes_become_the_worse_one_and_for_normal_the_less_normal() -> None:
    values = np.array([[0.1] * 8, [0.7] * 8, [0.4] * 8])
    ids, joined = patient_maximum(["b", "b", "a"], values)
    assert ids == ["a", "b"]
    assert joined[1].tolist() == [0.1] + [0.7] * 7
    assert joined[0].tolist() == [0.4] * 8


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


def test_calibration_error_is_zero_for_honest_scores_and_large_for_boasting_ones() -> None:
    truth = np.array([0.0, 0.0, 0.0, 1.0] * 50)
    assert expected_calibration_error(np.full(200, 0.25), truth, bins=1) == pytest.approx(0.0)
    assert expected_calibration_error(np.full(200, 0.95), truth, bins=1) == pytest.approx(0.7)
