from dataclasses import replace

import pytest

from risk.domain.bands import BANDS
from risk.domain.disposition import ActionKind
from risk.domain.features import Diabetes, RiskFactors
from risk.domain.recall import RecallCause, recall_cause
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from tests.unit.risk.cases import HEALTHY, decide, exam, exam_of, eye, told, ungradable_eye


def recall_of(decision) -> tuple[int, RecallCause]:
    action = decision.action(ActionKind.RECALL)
    return action.due_in_days, recall_cause(action)


@pytest.mark.parametrize(
    ("diabetes", "days"),
    [
        (Diabetes.NONE, 730),
        (Diabetes.TYPE1, 365),
        (Diabetes.TYPE2, 365),
        (Diabetes.GESTATIONAL, 365),
        (Diabetes.UNKNOWN, 365),
    ],
)
def test_without_a_finding_diabetes_sets_the_interval(diabetes: Diabetes, days: int) -> None:
    decision = decide(exam(), replace(HEALTHY, diabetes=diabetes))
    assert recall_of(decision) == (days, RecallCause.INTERVAL)


def test_a_risk_in_the_raised_band_brings_the_recall_forward() -> None:
    limit = BANDS[Label.GLAUCOMA].raised_from
    assert recall_of(decide(exam(), fused={Label.GLAUCOMA: limit})) == (182, RecallCause.RAISED_RISK)
    assert recall_of(decide(exam(), fused={Label.GLAUCOMA: limit - 0.001})) == (730, RecallCause.INTERVAL)


@pytest.mark.parametrize(
    ("diabetes", "expected"),
    [
        (Diabetes.GESTATIONAL, (90, RecallCause.PREGNANCY)),
        (Diabetes.TYPE1, (90, RecallCause.PREGNANCY)),
        (Diabetes.UNKNOWN, (90, RecallCause.PREGNANCY)),
        (Diabetes.NONE, (730, RecallCause.INTERVAL)),
    ],
)
def test_pregnancy_with_diabetes_is_followed_closely(
    diabetes: Diabetes, expected: tuple[int, RecallCause]
) -> None:
    factors = replace(HEALTHY, diabetes=diabetes, pregnant=True)
    assert recall_of(decide(exam(), factors)) == expected


@pytest.mark.parametrize(
    ("factors", "label", "days"),
    [
        (told(sudden_vision_loss=True), None, 0 + 1),
        (HEALTHY, Label.HYPERTENSION, 2 + 1),
        (HEALTHY, Label.DIABETES, 14 + 7),
        (HEALTHY, Label.GLAUCOMA, 84 + 14),
    ],
)
def test_after_a_referral_attendance_is_asked_about(
    factors: RiskFactors, label: Label | None, days: int
) -> None:
    decision = decide(exam(*[label] if label else []), factors)
    assert recall_of(decision) == (days, RecallCause.ATTENDANCE)


def test_a_photograph_to_be_repeated_is_recalled_within_four_weeks() -> None:
    decision = decide(exam_of(ungradable_eye(), eye(Laterality.LEFT)))
    assert recall_of(decision) == (28, RecallCause.REPEAT_IMAGING)


def test_whoever_has_one_eye_is_not_called_again_every_four_weeks() -> None:
    decision = decide(exam_of(eye()))
    advice = decision.action(ActionKind.ADVICE)
    assert recall_of(decision) == recall_of(decide(exam())) == (730, RecallCause.INTERVAL)
    assert advice is not None and advice.due_in_days == 28, "it is advised, with its date (RA-04)"
    assert recall_of(decide(exam_of())) == (91 + 14, RecallCause.ATTENDANCE), "no eye: a referral (RI-03)"
