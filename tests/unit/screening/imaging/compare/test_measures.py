"""The study's columns by hand on a small table, and what no picture would score beside them."""

import numpy as np
import pytest
from sklearn.metrics import fbeta_score

from screening.imaging.arrays import Doubles
from screening.imaging.compare.measures import final_interval, measure, trivial


@pytest.fixture(scope="module")
def truth() -> Doubles:
    """Four patients, each with two of eight labels."""
    return np.array([[1, 1, 0, 0, 0, 0, 0, 0]] * 4, np.float64)


@pytest.fixture(scope="module")
def probability(truth: Doubles) -> Doubles:
    """Right but for one missed and two false: of 8 positives 7 found, of 24 negatives 22."""
    out = 0.2 + 0.6 * truth
    out[0, 0], out[1, 2], out[2, 3] = 0.3, 0.6, 0.7
    return out


def test_every_column_of_the_study(truth: Doubles, probability: Doubles) -> None:
    found = measure(truth, probability)
    assert found.accuracy == found.f1 == found.f_beta == pytest.approx(29 / 32)
    assert found.precision == pytest.approx(7 / 9) and found.recall == pytest.approx(7 / 8)
    assert found.auc == pytest.approx((7 / 8 + 22 / 24) / 2)
    by_chance = (8 * 9 + 24 * 23) / 32**2
    assert found.kappa == pytest.approx((29 / 32 - by_chance) / (1 - by_chance))
    assert found.final == pytest.approx((found.auc + found.kappa + found.f1) / 3)
    assert found.official_auc > found.auc and found.official_final > found.final


def test_f_beta_of_both_classes_is_accuracy_whatever_beta_is(truth: Doubles, probability: Doubles) -> None:
    for beta in (0.5, 1, 2):
        micro = fbeta_score(truth.ravel(), probability.ravel() > 0.5, beta=beta, average="micro")
        assert measure(truth, probability).f_beta == pytest.approx(micro)


def test_no_picture_scores_its_due(truth: Doubles) -> None:
    never = trivial(truth)["never a disease"]
    assert (never.accuracy, never.recall, never.auc, never.kappa) == (0.75, 0.0, 0.5, 0.0)
    assert trivial(truth)["prevalence"].official_auc == 1.0


def test_what_the_patients_do_not_tell_is_none_in_the_file(truth: Doubles, probability: Doubles) -> None:
    assert np.isnan(measure(truth, probability).macro_auc)  # every label is on all patients or on none
    assert measure(truth, probability).as_dict()["macro_auc"] is None


def test_the_interval_holds_the_score_and_repeats(truth: Doubles, probability: Doubles) -> None:
    low, high = final_interval(truth, probability, seed=1, resamples=50)
    assert low <= measure(truth, probability).official_final <= high and low < high
    assert (low, high) == final_interval(truth, probability, seed=1, resamples=50)
