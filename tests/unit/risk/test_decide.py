"""The decision table of one case; tests/unit/risk/test_decide_invariants.py holds what must never happen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from risk.domain.bands import BANDS, FUSED_LABELS
from risk.domain.disposition import Action, ActionKind, CaseDecision, Disposition
from risk.domain.features import RiskFactors
from risk.domain.red_flags import RedFlag
from risk.domain.urgency import Urgency
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality
from tests.unit.risk.cases import HEALTHY, TODAY, decide, exam, exam_of, eye, told, ungradable_eye


def kinds(decision: CaseDecision) -> list[ActionKind]:
    return [action.kind for action in decision.actions]


def codes(action: Action | None) -> list[str]:
    assert action is not None
    return [reason.code for reason in action.reasons]


def test_all_clear_is_self_care_with_advice_and_recall() -> None:
    decision = decide(exam())
    assert decision.disposition is Disposition.SELF_CARE
    assert decision.urgency is Urgency.ROUTINE
    assert kinds(decision) == [ActionKind.ADVICE, ActionKind.RECALL]


@pytest.mark.parametrize(
    ("label", "urgency", "days", "rule"),
    [
        (Label.DIABETES, Urgency.URGENT, 14, "RR-01"),
        (Label.GLAUCOMA, Urgency.ROUTINE, 84, "RR-02"),
        (Label.CATARACT, Urgency.ROUTINE, 126, "RR-03"),
        (Label.AMD, Urgency.URGENT, 14, "RR-05"),
        (Label.HYPERTENSION, Urgency.ASAP, 2, "RR-07"),
        (Label.MYOPIA, Urgency.ROUTINE, 84, "RR-08"),
        (Label.OTHER, Urgency.URGENT, 14, "RR-10"),
    ],
)
def test_a_finding_of_unknown_severity_takes_its_referral_row(
    label: Label, urgency: Urgency, days: int, rule: str
) -> None:
    decision = decide(exam(label))
    referral = decision.action(ActionKind.REFERRAL)
    assert decision.disposition is Disposition.REFER
    assert referral is not None
    assert (referral.urgency, referral.due_in_days, referral.labels) == (urgency, days, (label,))
    assert codes(referral) == [rule]


@pytest.mark.parametrize(("label", "rule", "days"), [(Label.AMD, "RR-06", 1), (Label.MYOPIA, "RR-09", 3)])
def test_distortion_nobody_asked_about_counts_as_present(label: Label, rule: str, days: int) -> None:
    referral = decide(exam(label), told(distorted_lines=None)).action(ActionKind.REFERRAL)
    assert referral is not None
    assert (referral.urgency, referral.due_in_days) == (Urgency.ASAP, days)
    assert codes(referral) == [rule]


@pytest.mark.parametrize("symptom", ["sudden_vision_loss", "curtain_or_flashes_with_floaters"])
def test_another_abnormality_waits_for_two_weeks_only_where_sudden_loss_was_denied(symptom: str) -> None:
    referral = decide(exam(Label.OTHER), told(**{symptom: None})).action(ActionKind.REFERRAL)
    assert referral is not None
    assert (referral.urgency, referral.due_in_days, codes(referral)) == (Urgency.ASAP, 1, ["RR-19"])
    assert decide(exam(Label.OTHER), told(**{symptom: True})).urgency is Urgency.STAT


@pytest.mark.parametrize(
    ("age", "urgency"), [(17, Urgency.URGENT), (18, Urgency.ROUTINE), (None, Urgency.URGENT)]
)
def test_cataract_in_a_child_is_urgent(age: int | None, urgency: Urgency) -> None:
    assert decide(exam(Label.CATARACT), replace(HEALTHY, age_years=age)).urgency is urgency


def test_several_findings_make_one_referral_with_the_earliest_date() -> None:
    decision = decide(exam(Label.CATARACT, Label.DIABETES))
    referral = decision.action(ActionKind.REFERRAL)
    assert referral is not None
    assert (referral.urgency, referral.due_in_days) == (Urgency.URGENT, 14)
    assert referral.labels == (Label.DIABETES, Label.CATARACT)
    assert codes(referral) == ["RR-01", "RR-03"]


def test_a_finding_in_either_eye_counts() -> None:
    result = exam_of(eye(), eye(Laterality.LEFT, present=[Label.GLAUCOMA]))
    assert decide(result).disposition is Disposition.REFER


def test_a_red_flag_overrides_normal_photographs() -> None:
    decision = decide(exam(), told(painful_red_eye=True, dry_or_gritty=True))
    referral = decision.action(ActionKind.REFERRAL)
    assert (decision.disposition, decision.urgency) == (Disposition.REFER, Urgency.STAT)
    assert referral is not None
    assert (referral.due_in_days, referral.red_flags) == (0, (RedFlag.PAINFUL_RED_EYE,))
    assert decision.action(ActionKind.MEDICINE) is None


def test_a_red_flag_overrides_ungradable_photographs() -> None:
    both = exam_of(ungradable_eye(), ungradable_eye(Laterality.LEFT))
    decision = decide(both, told(sudden_vision_loss=True))
    assert (decision.disposition, decision.urgency) == (Disposition.REFER, Urgency.STAT)
    assert decision.action(ActionKind.REPEAT_IMAGING) is not None


@pytest.mark.parametrize(
    ("earlier", "disposition", "kind", "rule"),
    [
        (0, Disposition.REPEAT_IMAGING, ActionKind.REPEAT_IMAGING, "RI-01"),
        (1, Disposition.REFER, ActionKind.REFERRAL, "RI-02"),
        (2, Disposition.REFER, ActionKind.REFERRAL, "RI-02"),
    ],
)
def test_ungradable_is_repeated_once_and_then_referred(
    earlier: int, disposition: Disposition, kind: ActionKind, rule: str
) -> None:
    result = exam_of(ungradable_eye(), eye(Laterality.LEFT))
    decision = decide(result, previous_ungradable_exams=earlier)
    assert (decision.disposition, decision.urgency) == (disposition, Urgency.ROUTINE)
    assert codes(decision.action(kind)) == [rule]
    assert (decision.action(ActionKind.REPEAT_IMAGING) is None) == (earlier > 0)


def test_earlier_ungradable_exams_do_not_matter_once_both_eyes_are_gradable() -> None:
    assert decide(exam(), previous_ungradable_exams=2).disposition is Disposition.SELF_CARE


def test_a_finding_beside_an_ungradable_eye_keeps_both_actions() -> None:
    result = exam_of(ungradable_eye(), eye(Laterality.LEFT, present=[Label.DIABETES]))
    decision = decide(result)
    assert decision.disposition is Disposition.REFER
    assert decision.action(ActionKind.REPEAT_IMAGING) is not None


@pytest.mark.parametrize(
    ("symptom", "indication"), [("dry_or_gritty", "dry-eye"), ("itchy", "ocular-allergy")]
)
def test_surface_symptoms_without_a_red_flag_propose_a_medicine(symptom: str, indication: str) -> None:
    decision = decide(exam(), told(**{symptom: True}))
    medicine = decision.action(ActionKind.MEDICINE)
    assert (decision.disposition, decision.urgency) == (Disposition.MEDICINE, Urgency.ROUTINE)
    assert medicine is not None
    assert medicine.indication == indication


def test_itching_decides_the_indication_when_eyes_are_also_dry() -> None:
    medicine = decide(exam(), told(itchy=True, dry_or_gritty=True)).action(ActionKind.MEDICINE)
    assert medicine is not None
    assert medicine.indication == "ocular-allergy"
    assert codes(medicine) == ["RM-02", "RM-01"]


def test_a_medicine_says_which_red_flag_questions_are_open() -> None:
    medicine = decide(exam(), told(dry_or_gritty=True, double_vision=None)).action(ActionKind.MEDICINE)
    assert medicine is not None
    assert medicine.reasons[-1].code == "RM-03"
    assert medicine.reasons[-1].parameters == (("symptoms", "double_vision"),)


def test_tears_and_a_referral_go_together() -> None:
    decision = decide(exam(Label.GLAUCOMA), told(dry_or_gritty=True))
    assert decision.disposition is Disposition.REFER
    assert decision.action(ActionKind.MEDICINE) is not None


@pytest.mark.parametrize("label", FUSED_LABELS)
def test_a_high_fused_risk_refers_although_the_photograph_is_clear(label: Label) -> None:
    limit = BANDS[label].high_from
    high = decide(exam(), fused={label: limit})
    assert (high.disposition, high.urgency) == (Disposition.REFER, Urgency.ROUTINE)
    assert codes(high.action(ActionKind.REFERRAL)) == ["RB-01"]
    assert decide(exam(), fused={label: limit - 1e-6}).disposition is Disposition.SELF_CARE


def test_a_raised_fused_risk_is_among_the_reasons() -> None:
    decision = decide(exam(), fused={Label.AMD: BANDS[Label.AMD].raised_from})
    assert "RB-02" in [reason.code for reason in decision.reasons]


def test_a_low_fused_risk_never_clears_a_finding() -> None:
    assert decide(exam(Label.DIABETES), fused={Label.DIABETES: 0.0}) == decide(exam(Label.DIABETES))


@pytest.mark.parametrize(
    ("label", "urgency", "days"),
    [
        (Label.DIABETES, Urgency.URGENT, 3),
        (Label.HYPERTENSION, Urgency.ASAP, 1),
        (Label.GLAUCOMA, Urgency.ROUTINE, 14),
    ],
)
def test_a_score_too_close_to_call_goes_to_a_grader_with_the_urgency_of_the_finding(
    label: Label, urgency: Urgency, days: int
) -> None:
    decision = decide(exam(unsure=[label]))
    grading = decision.action(ActionKind.GRADING)
    assert grading is not None
    assert (grading.urgency, grading.due_in_days, grading.labels) == (urgency, days, (label,))
    assert decision.urgency is urgency
    assert decision.action(ActionKind.REFERRAL) is None


def test_a_label_found_in_the_other_eye_needs_no_grader() -> None:
    result = exam_of(eye(unsure=[Label.AMD]), eye(Laterality.LEFT, present=[Label.AMD]))
    assert decide(result).action(ActionKind.GRADING) is None


def test_an_unsure_normal_is_no_question_for_a_grader() -> None:
    assert decide(exam(unsure=[Label.NORMAL])).action(ActionKind.GRADING) is None


def booked(days: int, *, under_eye_care: bool | None = True) -> RiskFactors:
    appointment = TODAY + timedelta(days=days)
    return replace(HEALTHY, under_eye_care=under_eye_care, next_eye_appointment=appointment)


@pytest.mark.parametrize("days", [0, 13, 14])
def test_an_appointment_in_time_is_kept_instead_of_a_second_referral(days: int) -> None:
    decision = decide(exam(Label.DIABETES), booked(days))
    kept = decision.action(ActionKind.KEEP_APPOINTMENT)
    assert kept is not None
    assert (kept.due_in_days, kept.urgency, kept.labels) == (days, Urgency.URGENT, (Label.DIABETES,))
    assert codes(kept) == ["RR-01", "RK-01"]
    assert decision.action(ActionKind.REFERRAL) is None
    assert (decision.disposition, decision.urgency) == (Disposition.SELF_CARE, Urgency.URGENT)
    recall = decision.action(ActionKind.RECALL)
    assert recall is not None
    assert recall.due_in_days == days + 7


@pytest.mark.parametrize(
    "factors",
    [
        booked(15),
        booked(-1),
        booked(5, under_eye_care=None),
        replace(HEALTHY, under_eye_care=True, next_eye_appointment=None),
        replace(booked(0), systolic_mmhg=190),
    ],
    ids=["too late", "already past", "care not confirmed", "no date", "red flag"],
)
def test_otherwise_the_finding_is_referred(factors: RiskFactors) -> None:
    assert decide(exam(Label.DIABETES), factors).disposition is Disposition.REFER


def test_a_kept_appointment_leaves_the_next_most_serious_disposition() -> None:
    factors = replace(booked(3), symptoms=told(dry_or_gritty=True).symptoms)
    assert decide(exam(Label.DIABETES), factors).disposition is Disposition.MEDICINE


def test_blood_pressure_is_measured_when_the_retina_shows_it_high_and_nobody_measured() -> None:
    unknown = replace(HEALTHY, systolic_mmhg=None, diastolic_mmhg=None)
    assert "RA-02" in codes(decide(exam(Label.HYPERTENSION), unknown).action(ActionKind.ADVICE))
    assert "RA-02" not in codes(decide(exam(Label.HYPERTENSION)).action(ActionKind.ADVICE))
    assert "RA-02" not in codes(decide(exam(), unknown).action(ActionKind.ADVICE))
    for half in (replace(HEALTHY, systolic_mmhg=None), replace(HEALTHY, diastolic_mmhg=None)):
        assert "RA-02" in codes(decide(exam(Label.HYPERTENSION), half).action(ActionKind.ADVICE))


@pytest.mark.parametrize(
    ("systolic", "diastolic", "advised"), [(139, 89, False), (140, 89, True), (139, 90, True)]
)
def test_high_blood_pressure_is_shown_to_a_physician(systolic: int, diastolic: int, advised: bool) -> None:
    factors = replace(HEALTHY, systolic_mmhg=systolic, diastolic_mmhg=diastolic)
    assert ("RA-03" in codes(decide(exam(), factors).action(ActionKind.ADVICE))) is advised


def test_an_eye_without_a_photograph_is_named() -> None:
    advice = decide(exam_of(eye())).action(ActionKind.ADVICE)
    assert advice is not None
    assert ("RA-04", (("eye", "L"),)) in [(reason.code, reason.parameters) for reason in advice.reasons]


def test_without_any_photograph_a_referral_sees_to_both_eyes_and_the_advice_has_no_date() -> None:
    decision = decide(exam_of())
    advice = decision.action(ActionKind.ADVICE)
    assert advice is not None and advice.due_in_days is None
    assert codes(advice).count("RA-04") == 2
    assert "RI-03" in codes(decision.action(ActionKind.REFERRAL))


def test_every_disease_label_has_a_referral_row() -> None:
    for label in DISEASES:
        assert decide(exam(label)).action(ActionKind.REFERRAL) is not None
