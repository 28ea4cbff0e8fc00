"""Metrics on numbers worked out by hand."""

import numpy as np
import pytest

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
