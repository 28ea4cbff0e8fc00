"""What no combination of findings, risks and answers may do: lower an urgency or take a referral away."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk.domain.bands import FUSED_LABELS
from risk.domain.disposition import ActionKind, CaseDecision, Disposition
from risk.domain.features import Diabetes, IopMethod, Measurements, RiskFactors, Sex, Symptoms
from risk.domain.red_flags import RED_FLAG_SYMPTOMS
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import QualityReason
from screening.domain.reading import EyeReading, eye_as_read
from screening.domain.severity import AmdStage, Severity
from tests.unit.risk.cases import TODAY, decide, eye, ungradable_eye

TRISTATE = st.sampled_from([True, False, None])
SEVERITIES = st.builds(
    Severity,
    icdr=st.none() | st.integers(1, 4),
    macular_oedema=TRISTATE,
    amd=st.none() | st.sampled_from(AmdStage),
)
MAYBE_LABELS = st.frozensets(st.sampled_from(DISEASES))
SYMPTOMS = st.builds(Symptoms, **dict.fromkeys(Symptoms.__dataclass_fields__, TRISTATE))
PRESSURE = st.none() | st.floats(3, 80) | st.sampled_from([24.0, 32.0, 40.0])
MEASUREMENTS = st.builds(
    Measurements,
    iop_right_mmhg=PRESSURE,
    iop_left_mmhg=PRESSURE,
    iop_method=st.sampled_from(IopMethod),
    low_education=TRISTATE,
)
FACTORS = st.builds(
    RiskFactors,
    age_years=st.none() | st.integers(0, 100),
    sex=st.sampled_from(Sex),
    diabetes=st.sampled_from(Diabetes),
    systolic_mmhg=st.none() | st.integers(60, 260),
    diastolic_mmhg=st.none() | st.integers(30, 160),
    pregnant=TRISTATE,
    under_eye_care=TRISTATE,
    next_eye_appointment=st.none() | st.integers(0, 200).map(lambda days: TODAY + timedelta(days=days)),
    symptoms=SYMPTOMS,
    measurements=MEASUREMENTS,
)
RISKS = st.dictionaries(st.sampled_from(FUSED_LABELS), st.floats(0, 1))


def eyes(laterality: Laterality) -> st.SearchStrategy[EyeResult]:
    seen = st.builds(eye, st.just(laterality), MAYBE_LABELS, MAYBE_LABELS)
    return seen | st.just(ungradable_eye(laterality))


def read_eyes(laterality: Laterality) -> st.SearchStrategy[EyeResult]:
    """An eye that a person read over the machine's result, the severity stated or not."""
    unreadable = st.none() | st.just(QualityReason.BLURRED)
    reading = st.builds(EyeReading, st.just(laterality), unreadable, MAYBE_LABELS, SEVERITIES)
    return st.builds(eye_as_read, eyes(laterality), reading)


EXAMS = st.builds(
    lambda right, left: ExamResult((right, left), "test-release"),
    eyes(Laterality.RIGHT),
    eyes(Laterality.LEFT),
)
# Any number of eyes, read by a person or not.
ANY_EXAMS = st.tuples(
    *(st.none() | eyes(side) | read_eyes(side) for side in (Laterality.RIGHT, Laterality.LEFT))
).map(lambda both: ExamResult(tuple(one for one in both if one is not None), "test-release"))
EARLIER = st.integers(0, 2)


def reaches_an_eye_clinic(decision: CaseDecision) -> bool:
    return {ActionKind.REFERRAL, ActionKind.KEEP_APPOINTMENT} & {a.kind for a in decision.actions} != set()


def assert_not_lower(after: CaseDecision, before: CaseDecision) -> None:
    assert after.urgency >= before.urgency
    if before.disposition is Disposition.REFER:
        assert after.disposition is Disposition.REFER
    if reaches_an_eye_clinic(before):
        assert reaches_an_eye_clinic(after)


@given(EXAMS, FACTORS, RISKS, EARLIER, st.sampled_from(RED_FLAG_SYMPTOMS))
def test_a_further_red_flag_never_lowers(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int, symptom: str
) -> None:
    flagged = replace(factors, symptoms=replace(factors.symptoms, **{symptom: True}))
    before = decide(exam, factors, fused=fused, previous_ungradable_exams=earlier)
    assert_not_lower(decide(exam, flagged, fused=fused, previous_ungradable_exams=earlier), before)


@given(EXAMS, FACTORS, RISKS, st.sampled_from(FUSED_LABELS), st.floats(0, 1))
def test_a_higher_fused_risk_never_lowers(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], label: Label, risk: float
) -> None:
    raised = fused | {label: max(risk, fused.get(label, 0.0))}
    assert_not_lower(decide(exam, factors, fused=raised), decide(exam, factors, fused=fused))


@given(
    EXAMS, FACTORS, RISKS, st.sampled_from(DISEASES), st.sampled_from([Decision.ABSTAIN, Decision.PRESENT])
)
def test_a_higher_image_score_never_lowers(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], label: Label, decision: Decision
) -> None:
    raised = replace(exam, eyes=tuple(_raise_finding(one, label, decision) for one in exam.eyes))
    assert_not_lower(decide(raised, factors, fused=fused), decide(exam, factors, fused=fused))


def _raise_finding(one: EyeResult, label: Label, decision: Decision) -> EyeResult:
    order = [Decision.ABSENT, Decision.ABSTAIN, Decision.PRESENT]
    findings = tuple(
        replace(f, decision=max(f.decision, decision, key=order.index)) if f.label is label else f
        for f in one.findings
    )
    return replace(one, findings=findings)


@given(EXAMS, FACTORS, RISKS, RISKS)
def test_no_fused_risk_takes_away_what_the_photograph_found(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], other: dict[Label, float]
) -> None:
    found = exam.present(DISEASES)
    for risks in (fused, other, dict.fromkeys(FUSED_LABELS, 0.0)):
        decision = decide(exam, factors, fused=risks)
        referred = [label for action in decision.actions for label in action.labels]
        assert set(found) <= set(referred)
        assert reaches_an_eye_clinic(decision) or not found


@given(EXAMS, FACTORS, RISKS, EARLIER)
def test_distortion_not_asked_is_never_below_distortion_denied(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int
) -> None:
    denied = replace(factors, symptoms=replace(factors.symptoms, distorted_lines=False))
    unknown = replace(factors, symptoms=replace(factors.symptoms, distorted_lines=None))
    before = decide(exam, denied, fused=fused, previous_ungradable_exams=earlier)
    assert_not_lower(decide(exam, unknown, fused=fused, previous_ungradable_exams=earlier), before)


@given(EXAMS, FACTORS, RISKS, EARLIER)
def test_every_decision_has_one_action_of_a_kind_and_a_dated_recall(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float], earlier: int
) -> None:
    decision = decide(exam, factors, fused=fused, previous_ungradable_exams=earlier)
    kinds = [action.kind for action in decision.actions]
    recall = decision.action(ActionKind.RECALL)
    assert len(kinds) == len(set(kinds))
    assert recall is not None
    assert recall.due_in_days is not None
    assert all(action.reasons for action in decision.actions)


@given(EXAMS, FACTORS, RISKS)
def test_an_eye_that_cannot_be_judged_is_never_the_end_of_a_case(
    exam: ExamResult, factors: RiskFactors, fused: dict[Label, float]
) -> None:
    for earlier in (0, 1):
        decision = decide(exam, factors, fused=fused, previous_ungradable_exams=earlier)
        acted = reaches_an_eye_clinic(decision) or decision.action(ActionKind.REPEAT_IMAGING) is not None
        assert acted or not exam.ungradable_eyes
