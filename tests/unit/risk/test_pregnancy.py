"""Diabetes, and a pregnancy that nobody asked about: asked for today, and until then as if it were there."""

from dataclasses import replace

import pytest
from hypothesis import given

from risk.domain.disposition import ActionKind, CaseDecision
from risk.domain.features import Diabetes, RiskFactors, Sex
from risk.domain.recall import RecallCause
from risk.domain.rule_view import rule_view
from screening.domain.exam_result import ExamResult
from tests.unit.risk.cases import HEALTHY, decide, exam
from tests.unit.risk.test_decide_invariants import ANY_EXAMS, FACTORS
from tests.unit.risk.test_recall import recall_of

UNASKED = replace(HEALTHY, age_years=30, diabetes=Diabetes.TYPE1, pregnant=None)
CLOSER, YEARLY = (90, RecallCause.PREGNANCY), (365, RecallCause.INTERVAL)


def asks(decision: CaseDecision) -> bool:
    advice = decision.action(ActionKind.ADVICE)
    assert advice is not None
    return ("RA-06" in {reason.code for reason in advice.reasons}) and advice.due_in_days == 0


@pytest.mark.parametrize(
    ("factors", "unasked"),
    [
        (UNASKED, True),
        (replace(UNASKED, diabetes=Diabetes.GESTATIONAL), True),
        (replace(UNASKED, age_years=None), True),
        (replace(UNASKED, sex=Sex.UNKNOWN), True),
        (replace(UNASKED, sex=Sex.OTHER), True),
        (replace(UNASKED, age_years=12), True),
        (replace(UNASKED, age_years=55), True),
        (replace(UNASKED, age_years=11), False),
        (replace(UNASKED, age_years=56), False),
        (replace(UNASKED, sex=Sex.MALE), False),
        (replace(UNASKED, pregnant=False), False),
    ],
)
def test_it_is_asked_about_and_the_recall_is_as_in_pregnancy(factors: RiskFactors, *, unasked: bool) -> None:
    decision = decide(exam(), factors)
    assert asks(decision) is unasked
    assert recall_of(decision) == (CLOSER if unasked else YEARLY)


def test_whoever_is_known_to_be_pregnant_is_recalled_closely_and_not_asked_again() -> None:
    decision = decide(exam(), replace(UNASKED, pregnant=True))
    assert recall_of(decision) == CLOSER
    assert not asks(decision)


@pytest.mark.parametrize("diabetes", [Diabetes.NONE, Diabetes.UNKNOWN])
def test_only_known_diabetes_makes_it_pressing(diabetes: Diabetes) -> None:
    decision = decide(exam(), replace(UNASKED, diabetes=diabetes))
    assert not asks(decision)
    assert recall_of(decision)[1] is RecallCause.INTERVAL


@given(ANY_EXAMS, FACTORS)
def test_the_night_reads_of_sex_and_age_what_the_day_does(exam: ExamResult, factors: RiskFactors) -> None:
    assert decide(exam, rule_view(factors)) == decide(exam, factors)
