"""Every number is scikit-learn's, stands beside its baselines, and does not depend on names or order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    recall_score,
    roc_auc_score,
)

from screening.domain.findings import DISEASES, LABELS
from screening.imaging.evaluate.answers import Answers
from screening.imaging.evaluate.measures import describe, measure
from screening.imaging.evaluate.patients import answer_patients
from screening.imaging.evaluate.run import evaluate_eyes
from screening.imaging.metrics import official_score
from screening.imaging.resampled import once
from tests.unit.screening.imaging.evaluate.cast import CARD, EVALUATED, POINTS, cohort

SEEDS = st.integers(0, 10_000)


def answers(seed: int = 1, **options: float) -> Answers:
    return answer_patients(cohort(seed, **options), CARD).answers  # type: ignore[arg-type]


def test_the_document_holds_scikit_learns_numbers() -> None:
    given_ = answers(2, patients=200, ungradable=0.0)
    document = describe(given_, POINTS, resamples=20, seed=1)
    official = official_score(given_.truth, given_.study).as_dict()
    assert document["official"] == {name: round(value, 4) for name, value in official.items()}
    hard = balanced_accuracy_score(given_.truth.ravel(), given_.study.ravel() > 0.5)
    assert document["hard_auc"] == pytest.approx(hard, abs=1e-4)
    assert document["macro_auc"] == pytest.approx(roc_auc_score(given_.truth, given_.score), abs=1e-4)
    assert document["macro_ap"] == pytest.approx(
        average_precision_score(given_.truth, given_.score), abs=1e-4
    )
    for column, label in enumerate(LABELS):
        truth, present = given_.truth[:, column], given_.decided[:, column] == 1
        numbers = document["labels"][label]
        assert numbers["positives"] == truth.sum()
        assert numbers["brier"] == pytest.approx(brier_score_loss(truth, given_.score[:, column]), abs=1e-4)
        point = numbers["operating_point"]
        assert point["sensitivity"] == pytest.approx(recall_score(truth, present), abs=1e-4)
        assert point["specificity"] == pytest.approx(recall_score(truth, present, pos_label=0), abs=1e-4)


def test_every_number_has_an_interval_around_it_and_stands_beside_both_baselines() -> None:
    document = describe(answers(3), POINTS, resamples=60, seed=1)

    def leaves(tree: dict, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
        found: dict[tuple[str, ...], object] = {}
        for key, value in tree.items():
            found |= leaves(value, (*path, key)) if isinstance(value, dict) else {(*path, key): value}
        return found

    intervals = leaves(document["intervals_95"])
    assert ("official", "final") in intervals and ("labels", "H", "ap") in intervals
    numbers = leaves(
        {name: part for name, part in document.items() if name not in {"intervals_95", "baselines"}}
    )
    for path, (low, high) in intervals.items():
        assert low <= numbers[path] <= high, path
    for kind in ("all-negative", "prevalence"):
        assert set(intervals) <= set(leaves(document["baselines"][kind]))


def test_the_baselines_say_how_far_no_image_gets() -> None:
    trivial = describe(answers(4), POINTS, resamples=20, seed=1)["baselines"]
    assert trivial["all-negative"]["official"]["kappa"] == 0
    assert trivial["prevalence"]["official"]["auc"] > trivial["all-negative"]["official"]["auc"] == 0.5
    assert trivial["prevalence"]["macro_auc"] == trivial["prevalence"]["hard_auc"] == 0.5
    for label in LABELS:
        assert trivial["prevalence"]["labels"][label]["ece"] == 0
        assert trivial["all-negative"]["labels"][label]["operating_point"]["sensitivity"] == 0


@given(SEEDS)
@settings(max_examples=20)
def test_the_names_and_the_order_of_patients_change_nothing(seed: int) -> None:
    plain = answers(seed, patients=30)
    order = np.random.default_rng(seed).permutation(len(plain.truth))
    numbers = measure(plain, once(len(order)))
    for path, value in measure(plain.among(order), once(len(order))).items():
        assert value[0] == pytest.approx(numbers[path][0], nan_ok=True), path


@given(SEEDS)
@settings(max_examples=8)
def test_ungradable_as_referral_never_raises_specificity_nor_lowers_sensitivity(seed: int) -> None:
    eyes = cohort(seed, patients=40, ungradable=0.5)
    document = evaluate_eyes(eyes, CARD, EVALUATED, resamples=1, seed=1).document
    both = document["ungradable"]
    assert both["as_referral"]["patients"] > both["excluded"]["patients"]
    for label in DISEASES:
        referral, excluded = (
            both[way]["labels"][label]["operating_point"] for way in ("as_referral", "excluded")
        )
        assert referral["specificity_with_band"] <= excluded["specificity_with_band"]
        assert referral["sensitivity_with_band"] >= excluded["sensitivity_with_band"]
    ways = document["referral"]
    assert ways["ungradable_as_referral"]["sent_on"] >= ways["ungradable_excluded"]["sent_on"]


def test_both_eyes_of_a_person_are_drawn_together() -> None:
    one = answers(6, patients=80, ungradable=0.0)
    twice = Answers(
        *(np.vstack([part, part]) for part in (one.truth, one.log_odds, one.study, one.decided)),
        np.tile(one.people, 2),
    )
    widths = [
        np.ptp(describe(part, POINTS, resamples=200, seed=1)["intervals_95"]["official"]["final"])
        for part in (one, twice)
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.01)


def test_a_label_that_nobody_has_gives_no_number_and_is_left_out_of_the_mean() -> None:
    given_ = answers(7)
    given_.truth[:, 5] = 0
    document = describe(given_, POINTS, resamples=20, seed=1)
    hypertension = document["labels"]["H"]
    assert hypertension["auc"] is None and hypertension["operating_point"]["sensitivity"] is None
    known = [document["labels"][label]["auc"] for label in LABELS if label != "H"]
    assert document["macro_auc"] == pytest.approx(np.mean(known), abs=1e-4)
