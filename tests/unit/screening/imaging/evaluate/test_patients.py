"""Eyes to patients: the worse eye counts, a missing or ungradable one is never zero."""

from dataclasses import replace

import numpy as np
import pytest

from screening.domain.both_eyes import BothEyes, EyesSeen
from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.domain.severity import Severity
from screening.imaging.ensemble import sigmoid
from screening.imaging.evaluate.patients import answer_eyes, answer_patients, merge_eyes
from screening.imaging.study import Line, Study
from tests.unit.screening.imaging.evaluate.cast import CARD, cohort, eye

R, L = Laterality.RIGHT, Laterality.LEFT
LOW, HIGH, OPEN = np.full(8, -2.0), np.full(8, 2.0), np.full(8, -0.2)
ILL = np.array([0.0, 1, 0, 0, 0, 0, 0, 0])


def test_a_disease_is_that_of_the_worse_eye_and_normal_that_of_the_less_normal() -> None:
    patients = answer_patients([eye("a", R, ILL, LOW), eye("a", L, ILL, HIGH)], CARD)
    assert patients.answers.log_odds[0].tolist() == [-2.0] + [2.0] * 7
    assert patients.answers.decided[0].tolist() == [0.0] + [1.0] * 7
    assert patients.seen.tolist() == [EyesSeen.BOTH] and not patients.waits[0]


def test_a_missing_eye_leaves_the_other_and_an_ungradable_one_also_waits() -> None:
    missing = answer_patients([eye("a", R, ILL, OPEN)], CARD)
    ungradable = answer_patients([eye("a", R, ILL, OPEN), eye("a", L, ILL, None)], CARD)
    for patients, waits in ((missing, False), (ungradable, True)):
        assert patients.answers.log_odds[0] == pytest.approx(OPEN)
        assert patients.answers.decided[0].tolist() == [0.5] * 8
        assert patients.seen.tolist() == [EyesSeen.ONE] and patients.waits.tolist() == [waits]


def test_who_was_not_seen_is_not_normal_and_every_disease_waits_for_a_grader() -> None:
    others = [eye("b", R, ILL, HIGH), eye("c", R, np.eye(8)[0], LOW)]
    patients = answer_patients([eye("a", R, ILL, None), eye("a", L, ILL, None), *others], CARD)
    assert patients.seen.tolist() == [EyesSeen.NEITHER, EyesSeen.ONE, EyesSeen.ONE]
    assert patients.answers.decided[0].tolist() == [0.0] + [0.5] * 7
    scores = patients.answers.score[0]
    assert scores[0] < 1e-9 and (scores[1:] > 0).all() and (patients.answers.study[0] <= 0.5).all()


def test_a_card_that_learned_from_ungradable_eyes_answers_for_them() -> None:
    neither = np.linspace(-3, 1, 8)
    card = replace(CARD, both_eyes=BothEyes(None, None, neither))
    patients = answer_patients([eye("a", R, ILL, None)], card)
    assert patients.answers.log_odds[0] == pytest.approx(neither)


def test_the_study_moves_its_own_score_and_leaves_the_calibrated_one() -> None:
    study = Study({label: Line(2.0, 1.0) for label in LABELS}, cut=0.25)
    patients = answer_patients([eye("a", R, ILL, OPEN)], replace(CARD, study=study))
    calibrated = sigmoid(2 * OPEN + 1)
    assert patients.answers.score[0] == pytest.approx(calibrated)
    odds = calibrated / (1 - calibrated) / (0.25 / 0.75)
    assert patients.answers.study[0] == pytest.approx(odds / (1 + odds))


def test_two_photographs_of_an_eye_are_one_eye_and_keep_the_machines_severity() -> None:
    graded = eye("a", R, ILL, HIGH, severity=Severity(icdr=2))
    photographs, results = zip(
        *((one.photograph, one.result) for one in (eye("a", R, ILL, LOW), graded)), strict=True
    )
    (merged,) = merge_eyes(photographs, results)
    assert merged.result.severity.icdr == 2
    assert [finding.logit for finding in merged.result.findings] == [-2.0] + [2.0] * 7


def test_eyes_are_measured_against_their_own_labels_where_the_table_has_them() -> None:
    eyes = cohort(1)
    answers = answer_eyes(eyes)
    assert answers is not None and len(answers.truth) == sum(one.judged for one in eyes)
    assert len(np.unique(answers.people)) <= 60
    assert answer_eyes([eye("a", R, ILL, LOW)]) is None
