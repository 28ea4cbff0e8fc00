"""An answer taken away: the case is then no less serious than with the best answer there could have been.

Where a positive finding or an age hangs on it, unknown counts as the worst answer; a red flag alone it never raises.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.disposition import ActionKind, CaseDecision
from risk.domain.features import Diabetes, IopMethod, RiskFactors, Symptoms
from risk.domain.referral_need import referral_row
from screening.domain.exam_result import ExamResult
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality
from screening.domain.severity import UNSTATED, AmdStage
from tests.unit.risk.cases import decide, exam_of, eye, ungradable_eye
from tests.unit.risk.test_decide_invariants import (
    ANY_EXAMS,
    EARLIER,
    FACTORS,
    RISKS,
    assert_not_lower,
    read_eyes,
)
from tests.unit.risk.test_model_only_adds import SERIOUSNESS, days, to_a_hospital

AGES = st.integers(0, 110)
# The best that can be said of each; unknown is never below it.
BEST: Mapping[str, Any] = {
    "diabetes": Diabetes.NONE,
    "pregnant": False,
    "systolic_mmhg": 120,
    "diastolic_mmhg": 80,
    "under_eye_care": False,
}
UNKNOWN: Mapping[str, Any] = {"diabetes": Diabetes.UNKNOWN}
SYMPTOMS = [name for name in Symptoms.__dataclass_fields__ if name not in ("dry_or_gritty", "itchy")]


def not_below(unknown: CaseDecision, known: CaseDecision) -> None:
    """No less serious; a referral is no later, and where no hospital is asked for, neither is the recall."""
    assert_not_lower(unknown, known)
    assert SERIOUSNESS.index(unknown.disposition) >= SERIOUSNESS.index(known.disposition)
    if known.action(ActionKind.KEEP_APPOINTMENT) is None:
        assert days(to_a_hospital(unknown)) <= days(to_a_hospital(known))
    if to_a_hospital(unknown) is None:
        assert days(unknown.action(ActionKind.RECALL)) <= days(known.action(ActionKind.RECALL))


@pytest.mark.parametrize("name", BEST)
@given(exam=ANY_EXAMS, factors=FACTORS, fused=RISKS, earlier=EARLIER)
def test_an_unknown_answer_is_not_below_the_best_one(
    name: str, exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int
) -> None:
    more: dict[str, Any] = {"fused": fused, "previous_ungradable_exams": earlier}
    known = replace(factors, **{name: BEST[name]})
    not_below(
        decide(exam, replace(factors, **{name: UNKNOWN.get(name)}), **more), decide(exam, known, **more)
    )


@pytest.mark.parametrize("symptom", SYMPTOMS)
@given(exam=ANY_EXAMS, factors=FACTORS)
def test_a_symptom_nobody_asked_about_is_not_below_a_denied_one(
    symptom: str, exam: ExamResult, factors: RiskFactors
) -> None:
    unknown, denied = (
        replace(factors, symptoms=replace(factors.symptoms, **{symptom: told})) for told in (None, False)
    )
    not_below(decide(exam, unknown), decide(exam, denied))


@given(ANY_EXAMS, FACTORS, st.sampled_from(["iop_right_mmhg", "iop_left_mmhg"]))
def test_an_unmeasured_eye_pressure_is_not_below_a_normal_one(
    exam: ExamResult, factors: RiskFactors, name: str
) -> None:
    unknown, normal = (
        replace(factors, measurements=replace(factors.measurements, **{name: mmhg})) for mmhg in (None, 15.0)
    )
    not_below(decide(exam, unknown), decide(exam, normal))


@given(ANY_EXAMS, FACTORS, RISKS, AGES)
def test_at_an_unknown_age_the_rules_of_every_age_hold(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], years: int
) -> None:
    unknown, known = replace(factors, age_years=None), replace(factors, age_years=years)
    not_below(decide(exam, unknown, fused=fused), decide(exam, known, fused=fused))


@given(ANY_EXAMS, FACTORS, st.sampled_from(Diabetes))
def test_diabetes_nobody_asked_about_is_followed_as_diabetes(
    exam: ExamResult, factors: RiskFactors, diabetes: Diabetes
) -> None:
    unknown, known = replace(factors, diabetes=Diabetes.UNKNOWN), replace(factors, diabetes=diabetes)
    not_below(decide(exam, unknown), decide(exam, known))


@given(ANY_EXAMS, FACTORS, st.sampled_from(IopMethod))
def test_a_pressure_of_unknown_method_counts_as_the_method_that_refers(
    exam: ExamResult, factors: RiskFactors, method: IopMethod
) -> None:
    unknown, known = (
        replace(factors, measurements=replace(factors.measurements, iop_method=one))
        for one in (IopMethod.UNKNOWN, method)
    )
    not_below(decide(exam, unknown), decide(exam, known))


@given(ANY_EXAMS, FACTORS, RISKS)
def test_an_appointment_nobody_knows_of_stands_for_no_referral(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float]
) -> None:
    unknown = replace(factors, next_eye_appointment=None)
    not_below(decide(exam, unknown, fused=fused), decide(exam, factors, fused=fused))


@given(ANY_EXAMS, FACTORS, RISKS, st.sampled_from(DISEASES))
def test_a_risk_that_was_not_fused_is_not_below_a_risk_of_nothing(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], label: Label
) -> None:
    without = {one: risk for one, risk in fused.items() if one is not label}
    nothing = {one: 0.0 if one is label else risk for one, risk in fused.items()}
    not_below(decide(exam, factors, fused=without), decide(exam, factors, fused=nothing))


@given(read_eyes(Laterality.RIGHT), FACTORS, RISKS, EARLIER, st.booleans())
def test_an_eye_without_a_judgement_is_not_below_a_normal_one(
    right: Any, factors: RiskFactors, fused: dict[Label, float], earlier: int, photographed: bool
) -> None:
    left = [ungradable_eye(Laterality.LEFT)] if photographed else []
    more: dict[str, Any] = {"fused": fused, "previous_ungradable_exams": earlier}
    unknown = decide(exam_of(right, *left), factors, **more)
    assert_not_lower(unknown, decide(exam_of(right, eye(Laterality.LEFT)), factors, **more))


@given(ANY_EXAMS, FACTORS, st.sampled_from(DISEASES))
def test_a_finding_of_unknown_severity_is_at_least_its_referral_row(
    exam: ExamResult, factors: RiskFactors, label: Label
) -> None:
    unstated = replace(exam, eyes=tuple(replace(one, severity=UNSTATED) for one in exam.eyes))
    decision, row = decide(unstated, factors), referral_row(label, factors)
    if label in exam.present(DISEASES):
        assert decision.urgency >= row.urgency
        assert days(to_a_hospital(decision)) <= row.due_in_days


@given(read_eyes(Laterality.RIGHT), FACTORS, st.sampled_from(["icdr", "macular_oedema"]))
def test_a_grade_of_diabetes_left_out_is_not_below_any_grade(
    right: Any, factors: RiskFactors, name: str
) -> None:
    without = replace(right, severity=replace(right.severity, **{name: None}))
    not_below(decide(exam_of(without), factors), decide(exam_of(right), factors))


@given(read_eyes(Laterality.RIGHT), FACTORS)
def test_a_stage_of_macular_degeneration_left_out_is_not_below_the_dry_one(
    right: Any, factors: RiskFactors
) -> None:
    unknown, dry = (
        replace(right, severity=replace(right.severity, amd=stage)) for stage in (None, AmdStage.DRY)
    )
    not_below(decide(exam_of(unknown), factors), decide(exam_of(dry), factors))


@given(ANY_EXAMS, FACTORS)
def test_a_medicine_names_every_red_flag_question_that_is_open(
    exam: ExamResult, factors: RiskFactors
) -> None:
    medicine = decide(exam, factors).action(ActionKind.MEDICINE)
    if medicine is None:
        return
    told = {
        name for reason in medicine.reasons for _, names in reason.parameters for name in names.split(",")
    }
    raising = {
        name
        for name in SYMPTOMS
        if getattr(factors.symptoms, name) is None
        and decide(exam, replace(factors, symptoms=replace(factors.symptoms, **{name: True}))).action(
            ActionKind.MEDICINE
        )
        is None
    }
    assert raising <= told


def test_nothing_known_at_all_is_a_case_for_an_eye_doctor() -> None:
    decision = decide(ExamResult((), "test-release"), RiskFactors())
    assert decision.action(ActionKind.REFERRAL) is not None
