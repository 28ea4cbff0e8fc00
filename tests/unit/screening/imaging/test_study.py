"""The study's kind of score: calibrated, then moved so that 0.5 is the best cut of its table."""

import json

import numpy as np
import pytest

from screening.domain.both_eyes import EyesSeen, Fused
from screening.domain.findings import LABELS
from screening.imaging import study
from screening.imaging.arrays import Doubles
from screening.imaging.ensemble import sigmoid
from screening.imaging.metrics import label_aucs, official_score
from screening.imaging.study import StudyInvalid, calibrated_log_odds, study_log_odds
from screening.imaging.study_fit import best_cut, expect_final, fit_study


def patients(seed: int, n: int = 3000) -> tuple[Fused, Doubles]:
    """Fused log-odds and the labels that they give at half their slope and one lower."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-2, 3, (n, len(LABELS)))
    truth = (rng.random(log_odds.shape) < sigmoid(0.5 * log_odds - 1)).astype(float)
    return Fused(log_odds, np.full(n, EyesSeen.BOTH)), truth


FUSED, TRUTH = patients(1)
FITTED = fit_study(FUSED, TRUTH, seed=1)


def test_the_fit_finds_the_line_that_made_the_labels() -> None:
    for line in FITTED.lines.values():
        assert line.slope == pytest.approx(0.5, abs=0.06) and line.intercept == pytest.approx(-1, abs=0.2)


def test_a_half_is_the_best_cut_of_the_table() -> None:
    fused, truth = patients(2)
    calibrated = calibrated_log_odds(FITTED, fused)
    scores = sigmoid(study_log_odds(FITTED, fused))
    assert ((scores > 0.5) == (sigmoid(calibrated) > FITTED.cut)).all()
    moved = official_score(truth, scores)
    assert moved.auc == pytest.approx(official_score(truth, sigmoid(calibrated)).auc)
    assert moved.final > official_score(truth, sigmoid(calibrated)).final
    for other in (FITTED.cut - 0.15, FITTED.cut + 0.15):
        shifted = calibrated - np.log(other / (1 - other))
        assert moved.final > official_score(truth, sigmoid(shifted)).final


def test_the_mapping_rises_so_no_label_changes_its_ranking() -> None:
    assert label_aucs(TRUTH, study_log_odds(FITTED, FUSED)) == label_aucs(TRUTH, FUSED.log_odds)


def test_who_was_not_seen_keeps_the_answer_made_for_that_and_teaches_nothing() -> None:
    seen = FUSED.seen.copy()
    seen[:50] = EyesSeen.NEITHER
    log_odds = FUSED.log_odds.copy()
    log_odds[:50] = -7.0
    partly = Fused(log_odds, seen)
    assert (study_log_odds(FITTED, partly)[:50] == -7.0).all()
    rest = Fused(FUSED.log_odds[50:], FUSED.seen[50:])
    assert fit_study(partly, TRUTH, seed=1) == fit_study(rest, TRUTH[50:], seed=1)


def test_a_label_nobody_has_keeps_its_scores() -> None:
    truth = TRUTH.copy()
    truth[:, 5] = 0
    line = fit_study(FUSED, truth, seed=1).lines[LABELS[5]]
    assert (line.slope, line.intercept) == (1.0, 0.0)


def test_the_best_cut_of_a_hand_made_table() -> None:
    probability = np.array([[0.9, 0.8, 0.45, 0.3, 0.1, 0.05, 0.02, 0.01]])
    truth = np.array([[1.0, 1, 1, 0, 0, 0, 0, 0]])
    assert best_cut(probability, truth, np.ones(1)) == pytest.approx((0.45 + 0.3) / 2)


def test_the_foretold_interval_holds_for_new_patients_of_the_same_source() -> None:
    _, truth = patients(3)
    scores = sigmoid(study_log_odds(FITTED, patients(3)[0]))
    foretold = expect_final(truth, scores, patients=400, resamples=300, seed=1)
    low, high = foretold["prediction_interval_95"]
    hits = 0
    for seed in range(100, 140):
        new, answers = patients(seed, n=400)
        hits += low <= official_score(answers, sigmoid(study_log_odds(FITTED, new))).final <= high
    assert hits >= 34


def test_fewer_new_patients_make_a_wider_interval() -> None:
    scores = sigmoid(study_log_odds(FITTED, FUSED))
    widths = []
    for count in (100, 3000):
        low, high = expect_final(TRUTH, scores, patients=count, resamples=200, seed=1)[
            "prediction_interval_95"
        ]
        widths.append(high - low)
    assert widths[0] > 2 * widths[1]


def test_numbers_survive_the_card() -> None:
    assert study.from_json(json.loads(json.dumps(study.as_json(FITTED)))) == FITTED


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"cut": 1.0}, "cut"),
        ({"lines": {label: {"slope": 0.0, "intercept": 0.0} for label in LABELS}}, "slope"),
    ],
)
def test_a_card_with_impossible_numbers_names_the_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(StudyInvalid, match=named):
        study.from_json(study.as_json(FITTED) | change)
