"""Where a score becomes a finding, a question for a grader, or nothing."""

import pytest

from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Decision, Finding, Label, OperatingPoint, decide_finding
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason

POINT = OperatingPoint(threshold=0.6, abstain_below=0.4)


@pytest.mark.parametrize(
    ("score", "decision"),
    [
        (0.3999, Decision.ABSENT),
        (0.4, Decision.ABSTAIN),
        (0.5999, Decision.ABSTAIN),
        (0.6, Decision.PRESENT),
        (1.0, Decision.PRESENT),
        (0.0, Decision.ABSENT),
    ],
)
def test_a_score_is_decided_at_its_operating_point(score: float, decision: Decision) -> None:
    assert decide_finding(Label.GLAUCOMA, score, 0.0, POINT).decision is decision


@pytest.mark.parametrize(("threshold", "below"), [(0.4, 0.5), (1.1, 0.5), (0.5, -0.1)])
def test_an_impossible_operating_point_is_refused(threshold: float, below: float) -> None:
    with pytest.raises(ValueError, match="abstain_below"):
        OperatingPoint(threshold=threshold, abstain_below=below)


def _eye(laterality: Laterality, logit: float) -> EyeResult:
    findings = tuple(Finding(label, 0.5, logit, 0.5, Decision.PRESENT) for label in LABELS)
    return EyeResult(laterality, Gradability.GRADABLE, (), findings)


def test_without_a_gradable_eye_nothing_is_known() -> None:
    blurred = EyeResult(Laterality.RIGHT, Gradability.UNGRADABLE, (QualityReason.BLURRED,), ())
    exam = ExamResult((blurred,), "r")
    assert exam.present(LABELS) == () and exam.ungradable_eyes == (blurred,)


def test_an_ungradable_eye_cannot_carry_findings() -> None:
    findings = _eye(Laterality.RIGHT, 0.0).findings
    with pytest.raises(ValueError, match="ungradable"):
        EyeResult(Laterality.RIGHT, Gradability.UNGRADABLE, (QualityReason.BLURRED,), findings)
