"""By which day each row of the tables asks for something; the number stands here a second time on purpose."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from risk import domain
from risk.domain.disposition import ActionKind, CaseDecision
from risk.domain.features import Diabetes, IopMethod, RiskFactors
from risk.domain.red_flags import RED_FLAGS
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.domain.severity import AmdStage, Severity
from tests.unit.numbers_of_rules import numbers_in
from tests.unit.risk.cases import HEALTHY, TODAY, decide, exam, exam_of, eye, told, ungradable_eye
from tests.unit.risk.test_eye_pressure import measured
from tests.unit.risk.test_severity_rows import graded

NUMBERS = numbers_in(domain)
BLURRED = exam_of(ungradable_eye(), eye(Laterality.LEFT))
Asked = tuple[ExamResult, RiskFactors, Mapping[str, Any]]


def of(*labels: Label, factors: RiskFactors = HEALTHY, **more: Any) -> Asked:
    return exam(*labels), factors, more


def read(label: Label, severity: Severity) -> Asked:
    return exam_of(graded(Laterality.RIGHT, label, severity=severity), eye(Laterality.LEFT)), HEALTHY, {}


# Name of the number, its days, the reason that stands with it, and a case.
ROWS, SEVERITIES = "referral_need.REFERRAL_ROWS", "severity_rows.SEVERITY_ROWS"
REFERRALS: tuple[tuple[str, int, str, Asked], ...] = (
    (f"{ROWS}.RR-01.due_in_days", 14, "RR-01", of(Label.DIABETES)),
    (f"{ROWS}.RR-02.due_in_days", 84, "RR-02", of(Label.GLAUCOMA)),
    (f"{ROWS}.RR-03.due_in_days", 126, "RR-03", of(Label.CATARACT)),
    (f"{ROWS}.RR-04.due_in_days", 14, "RR-04", of(Label.CATARACT, factors=replace(HEALTHY, age_years=9))),
    (f"{ROWS}.RR-05.due_in_days", 14, "RR-05", of(Label.AMD)),
    (f"{ROWS}.RR-06.due_in_days", 1, "RR-06", of(Label.AMD, factors=told(distorted_lines=None))),
    (f"{ROWS}.RR-07.due_in_days", 2, "RR-07", of(Label.HYPERTENSION)),
    (f"{ROWS}.RR-08.due_in_days", 84, "RR-08", of(Label.MYOPIA)),
    (f"{ROWS}.RR-09.due_in_days", 3, "RR-09", of(Label.MYOPIA, factors=told(distorted_lines=None))),
    (f"{ROWS}.RR-10.due_in_days", 14, "RR-10", of(Label.OTHER)),
    (f"{ROWS}.RR-19.due_in_days", 1, "RR-19", of(Label.OTHER, factors=told(sudden_vision_loss=None))),
    (
        f"{SEVERITIES}.RR-12.due_in_days",
        91,
        "RR-12",
        read(Label.DIABETES, Severity(icdr=2, macular_oedema=False)),
    ),
    (f"{SEVERITIES}.RR-13.due_in_days", 14, "RR-13", read(Label.DIABETES, Severity(icdr=3))),
    (f"{SEVERITIES}.RR-14.due_in_days", 14, "RR-14", read(Label.DIABETES, Severity(icdr=2))),
    (f"{SEVERITIES}.RR-16.due_in_days", 1, "RR-16", read(Label.AMD, Severity(amd=AmdStage.WET))),
    ("eye_pressure.PRESSURE_ROWS.RR-17.due_in_days", 84, "RR-17", of(factors=measured(24))),
    ("eye_pressure.PRESSURE_ROWS.RR-18.due_in_days", 14, "RR-18", of(factors=measured(32))),
    ("referral_need.HIGH_RISK_REFERRAL_DAYS", 84, "RB-01", of(fused={Label.AMD: 0.9})),
    (
        "referral_need.UNGRADABLE_REFERRAL_DAYS",
        91,
        "RI-02",
        (BLURRED, HEALTHY, {"previous_ungradable_exams": 1}),
    ),
    ("referral_need.UNGRADABLE_REFERRAL_DAYS", 91, "RI-03", (exam_of(), HEALTHY, {})),
)
RED_FLAG_DAYS: tuple[tuple[str, int, RiskFactors], ...] = (
    ("RF-01", 0, told(sudden_vision_loss=True)),
    ("RF-02", 0, told(curtain_or_flashes_with_floaters=True)),
    ("RF-03", 0, told(painful_red_eye=True)),
    ("RF-04", 0, told(halos_with_headache=True)),
    ("RF-05", 0, told(trauma_or_chemical=True)),
    ("RF-06", 0, told(double_vision=True)),
    ("RF-07", 1, told(distorted_lines=True)),
    ("RF-08", 0, told(jaw_pain_or_scalp_tenderness=True)),
    ("RF-09", 0, told(pain_after_eye_surgery=True)),
    ("RF-10", 14, replace(told(white_pupil=True), age_years=9)),
    ("RF-11", 0, replace(HEALTHY, systolic_mmhg=180)),
    ("RF-12", 0, measured(40)),
)
NON_CONTACT = IopMethod.NON_CONTACT
DIABETIC = replace(HEALTHY, diabetes=Diabetes.TYPE2)
UNASKED = replace(DIABETIC, pregnant=None)
ONE_EYE: Asked = (exam_of(eye()), HEALTHY, {})
ACTIONS: tuple[tuple[str, int, ActionKind, Asked], ...] = (
    ("decide.REPEAT_IMAGING_DAYS", 28, ActionKind.REPEAT_IMAGING, (BLURRED, HEALTHY, {})),
    (
        "decide.GRADING_DUE_IN_DAYS.asap",
        1,
        ActionKind.GRADING,
        (exam(unsure=[Label.HYPERTENSION]), HEALTHY, {}),
    ),
    (
        "decide.GRADING_DUE_IN_DAYS.urgent",
        3,
        ActionKind.GRADING,
        (exam(unsure=[Label.DIABETES]), HEALTHY, {}),
    ),
    (
        "decide.GRADING_DUE_IN_DAYS.routine",
        14,
        ActionKind.GRADING,
        (exam(unsure=[Label.GLAUCOMA]), HEALTHY, {}),
    ),
    (
        "decide.HIGH_PRESSURE_ADVICE_DAYS",
        28,
        ActionKind.ADVICE,
        of(factors=replace(HEALTHY, systolic_mmhg=140)),
    ),
    (
        "decide.MEASURE_PRESSURE_IN_DAYS",
        0,
        ActionKind.ADVICE,
        of(Label.HYPERTENSION, factors=replace(HEALTHY, systolic_mmhg=None)),
    ),
    ("decide.ASK_PREGNANCY_IN_DAYS", 0, ActionKind.ADVICE, of(factors=UNASKED)),
    ("decide.PHOTOGRAPH_EYE_IN_DAYS", 28, ActionKind.ADVICE, ONE_EYE),
    ("eye_pressure.CONFIRM_IN_DAYS.RR-17", 28, ActionKind.ADVICE, of(factors=measured(31.9, NON_CONTACT))),
    ("eye_pressure.CONFIRM_IN_DAYS.RR-18", 7, ActionKind.ADVICE, of(factors=measured(32, NON_CONTACT))),
)
RECALL = ActionKind.RECALL
MILD = read(Label.DIABETES, Severity(icdr=1, macular_oedema=False))
RECALLS: tuple[tuple[str, int, ActionKind, Asked], ...] = (
    ("recall.NO_DIABETES.days", 730, RECALL, of()),
    ("recall.DIABETES.days", 365, RECALL, of(factors=DIABETIC)),
    ("recall.DIABETES_UNKNOWN.days", 365, RECALL, of(factors=replace(HEALTHY, diabetes=Diabetes.UNKNOWN))),
    ("recall.RAISED_RISK.days", 182, RECALL, of(fused={Label.GLAUCOMA: 0.2})),
    ("recall.PREGNANCY.days", 90, RECALL, of(factors=replace(DIABETIC, pregnant=True))),
    ("recall.PREGNANCY_UNASKED.days", 90, RECALL, of(factors=UNASKED)),
    ("recall.REPEAT_IMAGING.days", 28, RECALL, (BLURRED, HEALTHY, {})),
    ("recall.GRADED_MILD.days", 365, RECALL, MILD),
)
ATTENDANCE: tuple[tuple[str, int, Asked], ...] = (
    ("recall.ATTENDANCE_AFTER_DAYS.stat", 1, of(factors=told(painful_red_eye=True))),
    ("recall.ATTENDANCE_AFTER_DAYS.asap", 1, of(Label.HYPERTENSION)),
    ("recall.ATTENDANCE_AFTER_DAYS.urgent", 7, of(Label.DIABETES)),
    ("recall.ATTENDANCE_AFTER_DAYS.routine", 14, of(Label.GLAUCOMA)),
)
TESTED = (
    {row[0] for rows in (REFERRALS, ACTIONS, RECALLS, ATTENDANCE) for row in rows}
    | {f"red_flags.RED_FLAGS.{rule}.due_in_days" for rule, _, _ in RED_FLAG_DAYS}
)  # fmt: skip


def decided(asked: Asked, **changes: Any) -> CaseDecision:
    result, factors, more = asked
    return decide(result, replace(factors, **changes), **more)


def due(decision: CaseDecision, kind: ActionKind) -> int | None:
    action = decision.action(kind)
    assert action is not None
    return action.due_in_days


@pytest.mark.parametrize(("name", "days", "rule", "asked"), REFERRALS)
def test_a_referral_is_due_in_the_days_of_its_row(name: str, days: int, rule: str, asked: Asked) -> None:
    decision = decided(asked)
    assert rule in {reason.code for reason in decision.reasons}
    assert due(decision, ActionKind.REFERRAL) == NUMBERS[name] == days


@pytest.mark.parametrize(("name", "days", "rule", "asked"), REFERRALS)
def test_an_appointment_stands_for_a_referral_to_its_last_day_and_no_longer(
    name: str, days: int, rule: str, asked: Asked
) -> None:
    for day, kept in ((days - 1, True), (days, True), (days + 1, False)):
        booked = decided(asked, under_eye_care=True, next_eye_appointment=TODAY + timedelta(days=day))
        assert (booked.action(ActionKind.KEEP_APPOINTMENT) is not None) is kept
        assert (booked.action(ActionKind.REFERRAL) is None) is kept


@pytest.mark.parametrize(("rule", "days", "factors"), RED_FLAG_DAYS)
def test_a_red_flag_is_due_in_the_days_of_its_row_and_no_appointment_stands_for_it(
    rule: str, days: int, factors: RiskFactors
) -> None:
    booked = replace(factors, under_eye_care=True, next_eye_appointment=TODAY)
    for asked in (factors, booked):
        decision = decide(exam(), asked)
        assert rule in {reason.code for reason in decision.reasons}
        assert (
            due(decision, ActionKind.REFERRAL) == NUMBERS[f"red_flags.RED_FLAGS.{rule}.due_in_days"] == days
        )


@pytest.mark.parametrize(("name", "days", "kind", "asked"), (*ACTIONS, *RECALLS))
def test_an_action_is_due_in_the_days_of_its_row(
    name: str, days: int, kind: ActionKind, asked: Asked
) -> None:
    assert due(decided(asked), kind) == NUMBERS[name] == days


@pytest.mark.parametrize(("name", "days", "asked"), ATTENDANCE)
def test_attendance_is_asked_about_so_many_days_after_the_date(name: str, days: int, asked: Asked) -> None:
    decision = decided(asked)
    referral, recall = due(decision, ActionKind.REFERRAL), due(decision, RECALL)
    assert referral is not None and recall is not None
    assert recall - referral == NUMBERS[name] == days


@pytest.mark.parametrize("label", [label for label in Label if label is not Label.NORMAL])
@pytest.mark.parametrize("factors", [HEALTHY, RiskFactors()], ids=["all asked", "nothing asked"])
def test_a_grader_looks_no_later_than_the_finding_would_be_referred(
    label: Label, factors: RiskFactors
) -> None:
    grading = due(decide(exam(unsure=[label]), factors), ActionKind.GRADING)
    referral = due(decide(exam(label), factors), ActionKind.REFERRAL)
    assert grading is not None and referral is not None and grading <= referral


def test_every_red_flag_has_its_days_here() -> None:
    assert [rule for rule, _, _ in RED_FLAG_DAYS] == [row.rule.id for row in RED_FLAGS]
