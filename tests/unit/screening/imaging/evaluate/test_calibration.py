"""Calibration error, what luck makes of it, and the interval of a share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.imaging.evaluate.calibration import (
    calibration_error,
    equal_mass_bins,
    expected_error,
    reliability,
    wilson,
)

SEEDS = st.integers(0, 10_000)


def test_a_hand_made_error() -> None:
    # ten scores, one a bin: each is off by its distance from the label
    score = np.linspace(0.05, 0.95, 10)
    truth = np.array([0.0] * 5 + [1.0] * 5)
    assert calibration_error(truth[None], score)[0] == pytest.approx(np.abs(truth - score).mean())


@given(SEEDS)
def test_without_equal_scores_the_bins_are_tenths_of_the_ranking(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.permutation(np.linspace(0.01, 0.99, 200))
    truth = (rng.random(200) < score).astype(float)
    tenths = np.array_split(np.argsort(score), 10)
    gaps = [abs(truth[part].mean() - score[part].mean()) for part in tenths]
    assert calibration_error(truth[None], score)[0] == pytest.approx(np.mean(gaps))


def test_the_prevalence_for_all_has_no_error_in_whatever_order() -> None:
    truth = np.array([1.0] * 30 + [0.0] * 70)
    assert calibration_error(truth[None], np.full(100, 0.3))[0] == pytest.approx(0.0)


@given(SEEDS)
def test_every_score_is_in_one_bin_and_equal_scores_are_together(seed: int) -> None:
    score = np.round(np.random.default_rng(seed).random(87), 1)
    bins = equal_mass_bins(score)
    assert (bins.sum(axis=1) == 1).all()
    for value in np.unique(score):
        assert len(np.unique(bins[score == value].argmax(axis=1))) == 1


@given(SEEDS)
def test_a_perfect_model_is_as_far_off_as_luck_foretells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.beta(0.5, 3, 400)
    expected = expected_error(score, np.random.default_rng(1))
    drawn = (rng.random((200, 400)) < score).astype(float)
    errors = calibration_error(drawn, score)
    assert errors.mean() == pytest.approx(expected.mean, rel=0.1)
    assert 0.87 <= (errors <= expected.upper_95).mean() <= 0.995


def test_a_boasting_model_is_further_off_than_luck() -> None:
    rng = np.random.default_rng(3)
    honest = rng.beta(0.5, 3, 2000)
    truth = (rng.random(2000) < honest).astype(float)
    boasting = np.clip(honest * 1.5, 0, 1)
    assert calibration_error(truth[None], boasting)[0] > expected_error(boasting, rng).upper_95


def test_more_patients_leave_less_to_luck() -> None:
    few, many = (expected_error(np.full(n, 0.2), np.random.default_rng(1)).mean for n in (100, 10_000))
    assert many < few / 5


def test_the_reliability_of_bins_adds_up() -> None:
    rng = np.random.default_rng(5)
    score, truth = rng.random(120), (rng.random(120) < 0.4).astype(float)
    bins = reliability(truth, score)
    assert bins.count.sum() == 120 and (bins.observed * bins.count).sum() == pytest.approx(truth.sum())
    assert (bins.low <= bins.observed).all() and (bins.observed <= bins.high).all()


@pytest.mark.parametrize(
    ("found", "among", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 20, 0.2993, 0.7007), (10, 10, 0.7225, 1.0)],
)
def test_wilsons_interval_of_known_shares(found: int, among: int, low: float, high: float) -> None:
    ends = wilson(np.array([float(found)]), np.array([float(among)]))
    assert [end[0] for end in ends] == pytest.approx([low, high], abs=1e-4)
