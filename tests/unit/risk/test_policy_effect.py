"""What a policy makes of a decided visit is what deciding it again would make of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.bands import FUSED_LABELS, Bands, RiskBand, band_of
from risk.domain.disposition import ActionKind, CaseDecision
from risk.domain.features import RiskFactors
from risk.domain.policy_effect import DecidedVisit, Effect, effect_of
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from screening.domain.severity import AmdStage, Severity
from tests.unit.risk.cases import decide
from tests.unit.risk.test_decide_invariants import (
    EARLIER,
    EXAMS,
    FACTORS,
    RISKS,
    eyes,
    reaches_an_eye_clinic,
)
from tests.unit.risk.test_policy import ANY_BANDS

GRADED = st.builds(
    Severity,
    st.none() | st.integers(0, 4),
    st.sampled_from([True, False, None]),
    st.sampled_from([*AmdStage, None]),
)


def read(eye: EyeResult, severity: Severity) -> EyeResult:
    """As a person left it; an eye that cannot be judged stays as it is."""
    if eye.gradability is Gradability.UNGRADABLE:
        return eye
    return replace(eye, read=True, severity=severity)


def read_eyes(laterality: Laterality) -> st.SearchStrategy[EyeResult]:
    return eyes(laterality) | st.builds(read, eyes(laterality), GRADED)


READ_EXAMS = st.builds(
    lambda right, left: ExamResult((right, left), "test-release"),
    read_eyes(Laterality.RIGHT),
    read_eyes(Laterality.LEFT),
)


def decided(exam: ExamResult, factors: RiskFactors, earlier: int) -> DecidedVisit:
    without = decide(exam, factors, previous_ungradable_exams=earlier)
    denied = frozenset(label for label in FUSED_LABELS if exam.denied(label))
    return DecidedVisit(reaches_an_eye_clinic(without), frozenset(exam.present(DISEASES)), denied)


def effect_in(decision: CaseDecision) -> Effect:
    recall = decision.action(ActionKind.RECALL)
    assert recall is not None
    referred = reaches_an_eye_clinic(decision)
    return Effect(referred, not referred and "RC-04" in {reason.code for reason in recall.reasons})


@given(EXAMS | READ_EXAMS, FACTORS, RISKS, ANY_BANDS, EARLIER)
@settings(max_examples=300)
def test_the_effect_of_a_policy_is_that_of_deciding_again(
    exam: ExamResult, factors: RiskFactors, risks: dict[Label, float], bands: Bands, earlier: int
) -> None:
    decision = decide(exam, factors, fused=risks, bands_from=bands, previous_ungradable_exams=earlier)
    of_labels = {label: band_of(label, risk, bands) for label, risk in risks.items()}
    assert effect_of(decided(exam, factors, earlier), of_labels) == effect_in(decision)


@given(EXAMS | READ_EXAMS, FACTORS, RISKS, ANY_BANDS, st.floats(0.1, 0.99))
@settings(max_examples=150)
def test_lower_limits_never_send_anybody_less_far(
    exam: ExamResult, factors: RiskFactors, risks: dict[Label, float], bands: Bands, factor: float
) -> None:
    lower = {
        label: replace(row, raised_from=row.raised_from * factor, high_from=row.high_from * factor)
        for label, row in bands.items()
    }
    before, after = (decide(exam, factors, fused=risks, bands_from=each) for each in (bands, lower))
    assert reaches_an_eye_clinic(after) or not reaches_an_eye_clinic(before)
    assert effect_in(after) != Effect(referred=False, recalled=False) or effect_in(before) == effect_in(after)


@pytest.mark.parametrize(
    ("visit", "band", "effect"),
    [
        (DecidedVisit(referred_anyway=False), RiskBand.HIGH, Effect(referred=True, recalled=False)),
        (DecidedVisit(referred_anyway=False), RiskBand.RAISED, Effect(referred=False, recalled=True)),
        (DecidedVisit(referred_anyway=True), RiskBand.LOW, Effect(referred=True, recalled=False)),
        (
            DecidedVisit(referred_anyway=False, found=frozenset({Label.DIABETES})),
            RiskBand.HIGH,
            Effect(referred=False, recalled=False),
        ),
        (
            DecidedVisit(referred_anyway=False, denied=frozenset({Label.DIABETES})),
            RiskBand.HIGH,
            Effect(referred=False, recalled=True),
        ),
    ],
    ids=["high", "raised", "referred anyway", "graded mild", "denied"],
)
def test_each_kind_of_visit(visit: DecidedVisit, band: RiskBand, effect: Effect) -> None:
    assert effect_of(visit, {Label.DIABETES: band}) == effect
