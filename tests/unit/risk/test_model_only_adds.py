"""The fused risk against none at all: it raises, and lowers, clears, postpones and unlocks nothing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from risk.domain.bands import Bands
from risk.domain.disposition import DISPOSITION_ORDER, Action, ActionKind, CaseDecision, Disposition
from risk.domain.features import RiskFactors
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import Decision, Finding, Label
from tests.unit.risk.cases import decide
from tests.unit.risk.test_decide_invariants import (
    ANY_EXAMS,
    EARLIER,
    FACTORS,
    RISKS,
    assert_not_lower,
    reaches_an_eye_clinic,
)
from tests.unit.risk.test_policy import ANY_BANDS

# The least serious first.
SERIOUSNESS = (Disposition.SELF_CARE, *(disposition for _, disposition in reversed(DISPOSITION_ORDER)))


def to_a_hospital(decision: CaseDecision) -> Action | None:
    return decision.action(ActionKind.REFERRAL) or decision.action(ActionKind.KEEP_APPOINTMENT)


def days(action: Action | None) -> int:
    return 10_000 if action is None or action.due_in_days is None else action.due_in_days


@given(ANY_EXAMS, FACTORS, RISKS, EARLIER, ANY_BANDS)
def test_a_fused_risk_never_makes_a_case_less_serious_or_later(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int, bands: Bands
) -> None:
    without = decide(exam, factors, previous_ungradable_exams=earlier)
    fused_too = decide(exam, factors, fused=fused, previous_ungradable_exams=earlier, bands_from=bands)
    assert_not_lower(fused_too, without)
    assert SERIOUSNESS.index(fused_too.disposition) >= SERIOUSNESS.index(without.disposition)
    for dated in (to_a_hospital, lambda decision: decision.action(ActionKind.RECALL)):
        assert days(dated(fused_too)) <= days(dated(without))


@given(ANY_EXAMS, FACTORS, RISKS)
def test_a_fused_risk_takes_no_action_away_and_adds_no_medicine(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float]
) -> None:
    without, fused_too = decide(exam, factors), decide(exam, factors, fused=fused)
    for kind in (ActionKind.MEDICINE, ActionKind.GRADING, ActionKind.REPEAT_IMAGING, ActionKind.ADVICE):
        assert fused_too.action(kind) == without.action(kind)


@given(ANY_EXAMS, FACTORS, RISKS)
def test_the_reasons_of_the_photograph_stand_whatever_the_fused_risk(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float]
) -> None:
    found = {
        reason.code for reason in decide(exam, factors).reasons if reason.code.startswith(("RR-", "RF-"))
    }
    assert found <= {reason.code for reason in decide(exam, factors, fused=fused).reasons}


def with_other(eye: EyeResult) -> EyeResult:
    others = tuple(finding for finding in eye.findings if finding.label is not Label.OTHER)
    found = Finding(Label.OTHER, None, None, None, Decision.PRESENT)
    return replace(eye, findings=(*others, found), read=True)


@given(ANY_EXAMS.filter(lambda exam: exam.eyes), FACTORS, RISKS, EARLIER)
def test_another_abnormality_is_never_left_to_the_patient_or_to_a_medicine(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int
) -> None:
    other = replace(exam, eyes=(with_other(exam.eyes[0]), *exam.eyes[1:]))
    decision = decide(other, factors, fused=fused, previous_ungradable_exams=earlier)
    assert reaches_an_eye_clinic(decision) and days(to_a_hospital(decision)) <= 14
    assert decision.urgency >= "urgent"
    kept = decision.action(ActionKind.KEEP_APPOINTMENT) is not None
    assert kept or decision.disposition is Disposition.REFER


@given(ANY_EXAMS, FACTORS, RISKS, st.integers(1, 3))
def test_what_could_not_be_judged_twice_is_examined_by_an_eye_doctor(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int
) -> None:
    decision = decide(exam, factors, fused=fused, previous_ungradable_exams=earlier)
    if exam.ungradable_eyes or not exam.eyes:
        assert reaches_an_eye_clinic(decision) and days(to_a_hospital(decision)) <= 91
    assert decision.action(ActionKind.REPEAT_IMAGING) is None


@given(ANY_EXAMS, FACTORS, RISKS, st.booleans())
def test_schooling_decides_nothing(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], low: bool
) -> None:
    """Facts 4 rule 10: nothing of a person's means lowers an urgency; what a rule reads holds none of it."""
    told = replace(factors, measurements=replace(factors.measurements, low_education=low))
    assert decide(exam, told, fused=fused) == decide(exam, factors, fused=fused)


def test_the_order_of_dispositions_is_complete() -> None:
    assert sorted(SERIOUSNESS) == sorted(Disposition)
