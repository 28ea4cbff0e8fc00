"""What a graded severity changes, and that an unknown one keeps its serious row."""

import pytest

from risk.domain.decide import decide_case
from risk.domain.disposition import ActionKind, CaseDecision, Disposition
from risk.domain.features import RiskFactors
from risk.domain.urgency import Urgency
from screening.domain.exam_result import EyeResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.domain.reading import EyeReading, eye_as_read
from screening.domain.severity import AmdStage, Severity
from tests.unit.risk.cases import HEALTHY, TODAY, decide, exam, exam_of, eye, told

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def graded(laterality: Laterality, *labels: Label, severity: Severity = Severity()) -> EyeResult:  # noqa: B008
    return eye_as_read(eye(laterality), EyeReading(laterality, present=frozenset(labels), severity=severity))


def read(label: Label, severity: Severity, factors: RiskFactors = HEALTHY) -> CaseDecision:
    return decide(exam_of(graded(RIGHT, label, severity=severity), graded(LEFT)), factors)


@pytest.mark.parametrize(
    ("severity", "urgency", "days", "rule"),
    [
        (Severity(icdr=2, macular_oedema=False), Urgency.ROUTINE, 91, "RR-12"),
        (Severity(icdr=3, macular_oedema=False), Urgency.URGENT, 14, "RR-13"),
        (Severity(icdr=4), Urgency.URGENT, 14, "RR-13"),
        (Severity(icdr=1, macular_oedema=True), Urgency.URGENT, 14, "RR-14"),
        (Severity(icdr=2), Urgency.URGENT, 14, "RR-14"),
        (Severity(), Urgency.URGENT, 14, "RR-01"),
        (Severity(macular_oedema=False), Urgency.URGENT, 14, "RR-01"),
    ],
)
def test_the_grade_of_diabetic_retinopathy_sets_the_date(
    severity: Severity, urgency: Urgency, days: int, rule: str
) -> None:
    referral = read(Label.DIABETES, severity).action(ActionKind.REFERRAL)
    assert referral is not None
    assert (referral.urgency, referral.due_in_days, referral.reasons[0].code) == (urgency, days, rule)


def test_mild_retinopathy_without_oedema_is_recalled_in_a_year_not_referred() -> None:
    decision = read(Label.DIABETES, Severity(icdr=1, macular_oedema=False))
    recall = decision.action(ActionKind.RECALL)
    assert decision.disposition is Disposition.SELF_CARE
    assert recall is not None
    assert (recall.due_in_days, recall.reasons[0].code) == (365, "RC-08")
    assert "RR-11" in [reason.code for reason in decision.reasons]


def test_wet_macular_degeneration_is_seen_within_a_day_whatever_was_said_of_lines() -> None:
    referral = read(Label.AMD, Severity(amd=AmdStage.WET)).action(ActionKind.REFERRAL)
    assert referral is not None
    assert (referral.urgency, referral.due_in_days) == (Urgency.ASAP, 1)


def test_dry_macular_degeneration_is_not_referred_only_when_distortion_is_denied() -> None:
    dry = Severity(amd=AmdStage.DRY)
    assert read(Label.AMD, dry).disposition is Disposition.SELF_CARE
    not_asked = read(Label.AMD, dry, told(distorted_lines=None)).action(ActionKind.REFERRAL)
    assert not_asked is not None
    assert (not_asked.urgency, not_asked.reasons[0].code) == (Urgency.ASAP, "RR-06")


def test_the_worse_eye_sets_the_date() -> None:
    mild = graded(RIGHT, Label.DIABETES, severity=Severity(icdr=1, macular_oedema=False))
    unknown = graded(LEFT, Label.DIABETES)
    referral = decide(exam_of(mild, unknown)).action(ActionKind.REFERRAL)
    assert referral is not None
    assert (referral.due_in_days, [reason.code for reason in referral.reasons]) == (14, ["RR-01"])


def test_a_high_risk_of_what_a_person_denied_in_both_eyes_is_followed_up_not_referred() -> None:
    fused = {Label.GLAUCOMA: 0.9}
    denied = decide(exam_of(graded(RIGHT), graded(LEFT)), fused=fused)
    assert denied.disposition is Disposition.SELF_CARE
    assert "RB-03" in [reason.code for reason in denied.reasons]
    recall = denied.action(ActionKind.RECALL)
    assert recall is not None
    assert recall.due_in_days == 182
    one_eye_open = decide(exam_of(graded(RIGHT), eye(LEFT)), fused=fused)
    assert one_eye_open.disposition is Disposition.REFER


def test_no_read_of_a_person_takes_a_red_flag_away() -> None:
    flagged = told(painful_red_eye=True)
    decision = decide_case(
        exam_of(graded(RIGHT), graded(LEFT)), flagged, {}, today=TODAY, previous_ungradable_exams=0
    )
    assert (decision.disposition, decision.urgency) == (Disposition.REFER, Urgency.STAT)


def test_a_machine_finding_without_a_grade_keeps_its_serious_row() -> None:
    assert decide(exam(Label.DIABETES)).urgency is Urgency.URGENT
