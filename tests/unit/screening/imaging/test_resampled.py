"""Measures under many weightings of the patients: the same numbers as scikit-learn's, and honest at the edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    roc_auc_score,
    roc_curve,
)

from screening.imaging import resampled
from screening.imaging.arrays import Doubles
from screening.imaging.metrics import (
    hard_auc,
    label_aucs,
    label_average_precisions,
    official_score,
    official_scores,
)

SEEDS = st.integers(0, 10_000)


def sample(seed: int, *, n: int = 60, k: int = 3) -> tuple[Doubles, Doubles]:
    """Labels and scores with many equal scores; every column has both classes."""
    rng = np.random.default_rng(seed)
    truth = (rng.random((n, k)) < 0.3).astype(float)
    truth[0], truth[1] = 0, 1
    return truth, np.round(np.clip(rng.normal(0.35, 0.2, (n, k)) + 0.2 * truth, 0, 1), 1)


@given(SEEDS)
def test_every_measure_is_scikit_learns(seed: int) -> None:
    truth, score = sample(seed)
    flat, scores = truth.ravel(), score.ravel()
    official = official_score(truth, score)
    assert official.kappa == pytest.approx(cohen_kappa_score(flat, scores > 0.5))
    assert official.f1 == pytest.approx(f1_score(flat, scores > 0.5, average="micro"))
    assert official.auc == pytest.approx(roc_auc_score(flat, scores))
    assert hard_auc(truth, score) == pytest.approx(balanced_accuracy_score(flat, scores > 0.5))
    for column, (auc, ap) in enumerate(
        zip(label_aucs(truth, score), label_average_precisions(truth, score), strict=True)
    ):
        assert auc == pytest.approx(roc_auc_score(truth[:, column], score[:, column]))
        assert ap == pytest.approx(average_precision_score(truth[:, column], score[:, column]))


@given(SEEDS)
def test_a_weight_is_so_many_copies_of_a_patient(seed: int) -> None:
    truth, score = sample(seed, n=25)
    counts = resampled.bootstrap_counts(25, 3, np.random.default_rng(seed))
    weighted = official_scores(truth, score, counts)
    for row, count in enumerate(counts.astype(int)):
        copies = official_score(np.repeat(truth, count, axis=0), np.repeat(score, count, axis=0))
        assert weighted["final"][row] == pytest.approx(copies.final, nan_ok=True)
        assert weighted["kappa"][row] == pytest.approx(copies.kappa, nan_ok=True)


@given(SEEDS, st.sampled_from([0.5, 0.8, 0.9, 0.99]))
def test_sensitivity_at_a_specificity_is_the_best_point_of_the_curve_that_keeps_it(
    seed: int, specificity: float
) -> None:
    truth, score = sample(seed, k=1)
    false_alarms, found, _ = roc_curve(truth[:, 0], score[:, 0], drop_intermediate=False)
    best = found[false_alarms <= 1 - specificity + 1e-9].max()
    curve = resampled.rank_curve(truth[:, 0], score[:, 0], resampled.once(60))
    assert resampled.sensitivity_at(curve, specificity)[0] == pytest.approx(best)


def test_a_hand_made_ranking() -> None:
    # ill: 0.9 and 0.4; healthy: 0.6, 0.4, 0.1. Pairs won 2 + 1 + one half, of 6.
    truth, score = np.array([1.0, 0, 1, 0, 0]), np.array([0.9, 0.6, 0.4, 0.4, 0.1])
    curve = resampled.rank_curve(truth, score, resampled.once(5))
    assert resampled.auc(curve)[0] == pytest.approx(4.5 / 6)
    assert resampled.average_precision(curve)[0] == pytest.approx(0.5 * 1 + 0.5 * 2 / 4)
    assert resampled.sensitivity_at(curve, 0.9)[0] == 0.5
    assert resampled.sensitivity_at(curve, 0.3)[0] == 1.0


@pytest.mark.parametrize("truth", [np.zeros(4), np.ones(4)])
def test_one_class_alone_gives_no_number(truth: Doubles) -> None:
    curve = resampled.rank_curve(truth, np.arange(4.0), resampled.once(4))
    for measure in (resampled.auc, resampled.average_precision):
        assert np.isnan(measure(curve)[0])
    assert np.isnan(resampled.sensitivity_at(curve, 0.9)[0])


def test_a_score_that_is_the_same_for_all_finds_nobody_at_a_specificity() -> None:
    truth = np.array([1.0, 0, 0, 1])
    curve = resampled.rank_curve(truth, np.full(4, 0.3), resampled.once(4))
    assert resampled.sensitivity_at(curve, 0.9)[0] == 0.0 and resampled.auc(curve)[0] == 0.5


@given(SEEDS)
def test_the_order_of_the_patients_changes_nothing(seed: int) -> None:
    truth, score = sample(seed)
    order = np.random.default_rng(seed).permutation(len(truth))
    assert official_score(truth[order], score[order]) == official_score(truth, score)


@given(SEEDS)
def test_a_rising_transformation_moves_no_rank(seed: int) -> None:
    truth, score = sample(seed)
    assert label_aucs(truth, np.exp(3 * score)) == pytest.approx(label_aucs(truth, score))


def test_parts_of_the_bootstrap_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    truth, score = sample(1)
    counts = resampled.bootstrap_counts(60, 7, np.random.default_rng(2))
    whole = resampled.flat_auc(truth, score, counts)
    monkeypatch.setattr(resampled, "_CELLS_AT_ONCE", 400)
    assert resampled.flat_auc(truth, score, counts) == pytest.approx(whole)
