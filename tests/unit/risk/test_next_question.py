"""Which unanswered question is worth asking: the one whose answers could change most."""

from dataclasses import replace

import numpy as np
import pytest

from risk.domain.bands import BANDS, FUSED_LABELS, BandRow
from risk.domain.features import Diabetes, RiskFactors
from risk.domain.next_question import POSSIBLE_ANSWERS, SHOWN, SMALLEST_SPREAD, OpenQuestion, worth_asking
from risk.domain.plausibility import PLAUSIBLE
from risk.fusion.booster import fuse
from risk.fusion.frame import COLUMN_NAMES, frame_of
from risk.fusion.open_questions import open_questions, unanswered
from risk.fusion.release import FusionRelease
from screening.domain.findings import Label

LOGITS = np.array([[-2.0, 0.3, -1.0, 2.5, -4.0, 0.0]])


def asked(question: str, low: float, high: float, *, crosses: bool = False) -> OpenQuestion:
    return OpenQuestion(question, Label.DIABETES, low, high, crosses)


def names(factors: RiskFactors) -> set[str]:
    return {question for question, _ in unanswered(frame_of([factors]))}


def test_possible_answers_fill_known_columns_with_plausible_values() -> None:
    for question, answers in POSSIBLE_ANSWERS.items():
        assert question in COLUMN_NAMES and len(answers) >= 2
        for name, value in ((name, value) for answer in answers for name, value in answer.items()):
            assert name in COLUMN_NAMES
            if name in PLAUSIBLE:
                assert PLAUSIBLE[name].low <= value <= PLAUSIBLE[name].high


def test_of_somebody_unknown_everything_may_be_asked_but_what_only_diabetics_have() -> None:
    assert names(RiskFactors()) == set(POSSIBLE_ANSWERS) - {"diabetes_duration_years"}


def test_what_is_answered_is_not_asked_again() -> None:
    left = names(RiskFactors(diabetes=Diabetes.TYPE2, hba1c_percent=7.5, family_history=()))
    assert not left & {"diabetes", "hba1c_percent", "family_glaucoma"}
    assert "diabetes_duration_years" in left


def test_the_range_is_what_the_answers_themselves_would_give(small_release: FusionRelease) -> None:
    person = RiskFactors(age_years=60, diabetes=Diabetes.TYPE2)
    found = open_questions(small_release.fusions, frame_of([person]), LOGITS, BANDS, num_threads=1)
    (hba1c,) = [one for one in found if one.question == "hba1c_percent" and one.label is Label.DIABETES]
    risks = [
        fuse(small_release.fusions, frame_of([replace(person, hba1c_percent=value)]), LOGITS, num_threads=1)
        for value in (5.6, 7.0, 9.5)
    ]
    values = [one.fused_risks[0, FUSED_LABELS.index(Label.DIABETES)] for one in risks]
    assert (hba1c.low, hba1c.high) == pytest.approx((min(values), max(values)))


@pytest.mark.parametrize(("limit", "crosses"), [(0.5, True), (2.0, False)])
def test_a_question_crosses_where_a_limit_lies_between_its_answers(
    small_release: FusionRelease, limit: float, crosses: bool
) -> None:
    person = RiskFactors(age_years=60, diabetes=Diabetes.TYPE2)
    frame = frame_of([person])
    found = open_questions(small_release.fusions, frame, LOGITS, BANDS, num_threads=1)
    (one,) = [one for one in found if one.question == "hba1c_percent" and one.label is Label.DIABETES]
    at = min(0.98, one.low + limit * one.spread)
    bands = {**BANDS, Label.DIABETES: BandRow(at, 0.99)}
    again = open_questions(small_release.fusions, frame, LOGITS, bands, num_threads=1)
    (same,) = [each for each in again if (each.question, each.label) == (one.question, one.label)]
    assert same.crosses is crosses


def test_with_everything_answered_nothing_is_asked(small_release: FusionRelease) -> None:
    frame = frame_of([RiskFactors()])
    frame.values[:] = 1.0
    assert open_questions(small_release.fusions, frame, LOGITS, BANDS, num_threads=1) == []


def test_what_crosses_a_band_comes_first_each_question_once_and_few_of_them() -> None:
    found = worth_asking(
        [
            asked("a", 0.1, 0.5),
            asked("b", 0.1, 0.2, crosses=True),
            asked("a", 0.1, 0.4),
            asked("c", 0.1, 0.3),
            asked("d", 0.1, 0.25),
        ]
    )
    assert [(one.question, one.high) for one in found] == [("b", 0.2), ("a", 0.5), ("c", 0.3)]
    assert len(found) == SHOWN


@pytest.mark.parametrize(("spread", "shown"), [(SMALLEST_SPREAD, 1), (SMALLEST_SPREAD * 0.99, 0)])
def test_a_question_that_moves_next_to_nothing_is_not_worth_asking(spread: float, shown: int) -> None:
    assert len(worth_asking([asked("a", 0.0, spread)])) == shown
