from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from records.actor import Actor, software
from records.models import AuditEvent, WorkItem
from risk import events, inference, selectors, services, tasks
from risk.domain.disposition import ActionKind
from risk.domain.features import Diabetes, Measurements, RiskFactors
from risk.domain.rules import RULES_VERSION
from risk.errors import CaseChanged, FusionReleaseInvalid, OutcomeMissing
from risk.fusion.frame import COLUMN_NAMES
from risk.models import AssessmentAction, AssessmentReason, LabelRisk, Recall, RecallState, RiskAssessment
from screening.domain.laterality import Laterality
from screening.models import Encounter, Exam, ExamOutcome
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY, told

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
TODAY = NOW.date()


@pytest.fixture
def assessor(screener: Actor) -> Actor:
    return software("risk.assessor", screener.organization_id)


@pytest.fixture
def announced() -> Iterator[list[int]]:
    """Keys of the assessments that were announced."""
    keys: list[int] = []
    listen = lambda key, **_: keys.append(key)  # noqa: E731
    events.assessment_finalised.connect(listen)
    yield keys
    events.assessment_finalised.disconnect(listen)


def resulted(by: Actor, factors: RiskFactors | None, **scores: float) -> ExamOutcome:
    """The outcome of a submitted exam: the right eye with these scores, the left clear."""
    exam = made.submitted_exam(by)
    if factors is not None:
        services.risk_factors_record(encounter=exam.encounter, factors=factors, by=by, now=NOW)
    return made.outcome(exam, made.eye(RIGHT, **scores), made.eye(LEFT), by=by)


def assess(outcome: ExamOutcome, by: Actor, now: datetime = NOW) -> RiskAssessment:
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=by, now=now)
    assert assessment is not None
    return assessment


def action(assessment: RiskAssessment, kind: ActionKind) -> AssessmentAction:
    found = selectors.action_of_kind(assessment, kind)
    assert found is not None
    return found


def test_a_finding_becomes_a_dated_referral_with_reasons(screener: Actor, assessor: Actor) -> None:
    assessment = assess(resulted(screener, HEALTHY, D=0.9), assessor)
    referral = action(assessment, ActionKind.REFERRAL)
    assert (assessment.disposition, assessment.urgency) == ("refer", "urgent")
    assert (referral.due_by, referral.labels, referral.urgency) == (TODAY + timedelta(14), "D", "urgent")
    assert [(r.code, r.parameters) for r in referral.reasons.order_by("rank")] == [("RR-01", "label=D")]


def test_a_red_flag_is_referred_the_same_day_whatever_the_photograph_shows(
    screener: Actor, assessor: Actor
) -> None:
    assessment = assess(resulted(screener, told(painful_red_eye=True)), assessor)
    referral = action(assessment, ActionKind.REFERRAL)
    assert (assessment.urgency, referral.due_by, referral.red_flags) == ("stat", TODAY, "painful-red-eye")


def test_dry_eyes_become_a_medicine_with_its_indication(screener: Actor, assessor: Actor) -> None:
    assessment = assess(resulted(screener, told(dry_or_gritty=True)), assessor)
    assert assessment.disposition == "medicine"
    assert action(assessment, ActionKind.MEDICINE).indication == "dry-eye"
    assert selectors.action_of_kind(assessment, ActionKind.REFERRAL) is None


def test_all_clear_is_self_care_in_the_recall_register(screener: Actor, assessor: Actor) -> None:
    assessment = assess(resulted(screener, HEALTHY), assessor)
    recall = assessment.recall
    assert assessment.disposition == "self-care"
    assert (recall.due_by, recall.cause, recall.state) == (
        TODAY + timedelta(730),
        "interval",
        RecallState.OPEN,
    )


def test_due_dates_count_from_the_clinics_own_date(screener: Actor, assessor: Actor) -> None:
    late_in_utc = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # already the 24th in Seoul
    assessment = assess(resulted(screener, told(sudden_vision_loss=True)), assessor, now=late_in_utc)
    assert str(assessment.assessed_on) == "2026-11-24"
    assert str(action(assessment, ActionKind.REFERRAL).due_by) == "2026-11-24"


def test_a_blurred_photograph_is_repeated_once_and_then_referred(screener: Actor, assessor: Actor) -> None:
    exam = made.submitted_exam(screener)
    services.risk_factors_record(encounter=exam.encounter, factors=HEALTHY, by=screener, now=NOW)
    blurred = made.outcome(exam, made.ungradable(RIGHT), made.eye(LEFT), by=screener)
    first = assess(blurred, assessor)
    again = made.next_exam(exam.encounter, screener, seed=50)
    second = assess(made.outcome(again, made.ungradable(RIGHT), by=screener), assessor)
    assert (first.disposition, first.previous_ungradable_exams) == ("repeat-imaging", 0)
    assert (second.disposition, second.previous_ungradable_exams) == ("refer", 1)
    assert action(second, ActionKind.REFERRAL).reasons.get().code == "RI-02"
    first.recall.refresh_from_db()
    assert first.recall.state == RecallState.ATTENDED


def test_what_an_assessment_was_computed_from_is_stored(screener: Actor, assessor: Actor) -> None:
    factors = replace(HEALTHY, diabetes=Diabetes.TYPE2, hba1c_percent=8.2, diabetes_duration_years=9.0)
    outcome = resulted(screener, factors, D=0.3)
    assessment = assess(outcome, assessor)
    stored = {name: getattr(assessment, name) for name in COLUMN_NAMES}
    assert (stored["hba1c_percent"], stored["age_years"], stored["family_amd"]) == (8.2, 55.0, None)
    assert assessment.image_logit_d == pytest.approx(-0.847, abs=1e-3)
    assert (assessment.image_release, assessment.rules_version) == ("test-1", RULES_VERSION)
    assert len(assessment.fusion_card_sha256) == 64


def test_a_stored_assessment_replays_to_its_own_risks_and_digest(screener: Actor, assessor: Actor) -> None:
    outcome = resulted(screener, HEALTHY, G=0.44)
    assessment = RiskAssessment.objects.get(pk=assess(outcome, assessor).pk)
    names = [field.name for field in RiskAssessment._meta.fields]
    inputs = {n: getattr(assessment, n) for n in names if n in COLUMN_NAMES or n.startswith("image_logit_")}
    case = selectors.case_of_outcome(outcome, now=NOW)
    again = inference.fuse_case(case.exam_result, case.factors)
    assert inference.inputs_digest(inputs) == assessment.inputs_sha256 == again.inputs_sha256
    stored = {row.label: row.fused_risk for row in assessment.label_risks.all()}
    assert stored == {label.value: risk for label, risk in again.risks().items()}


def test_a_risk_is_stored_with_its_interval(screener: Actor, assessor: Actor) -> None:
    assessment = assess(resulted(screener, HEALTHY, G=0.44), assessor)
    rows = list(assessment.label_risks.all())
    assert all(0 <= row.risk_low <= row.fused_risk <= row.risk_high <= 1 for row in rows)
    assert any(row.risk_high - row.risk_low > 0.001 for row in rows)


def test_the_unanswered_questions_that_would_say_most_are_stored_in_their_order(
    screener: Actor, assessor: Actor
) -> None:
    assessment = assess(resulted(screener, replace(HEALTHY, diabetes=Diabetes.TYPE2), D=0.3), assessor)
    rows = list(assessment.open_questions.order_by("rank"))
    assert [row.rank for row in rows] == [1, 2, 3]
    assert "hba1c_percent" in {row.question for row in rows}
    assert not {"diabetes", "systolic_mmhg"} & {row.question for row in rows}
    assert all(row.low < row.high for row in rows)
    assert [row.crosses for row in rows] == sorted((row.crosses for row in rows), reverse=True)


@pytest.mark.parametrize("ends", [(0.9, 1.0), (0.0, 0.0), (None, 1.0), (-0.1, 1.0), (0.0, 1.1)])
def test_the_database_refuses_an_interval_without_its_risk(
    screener: Actor, assessor: Actor, ends: tuple[float | None, float]
) -> None:
    row = assess(resulted(screener, HEALTHY), assessor).label_risks.get(label="D")
    with pytest.raises(IntegrityError, match="label_risk_interval"), transaction.atomic():
        LabelRisk.objects.filter(pk=row.pk).update(fused_risk=0.5, risk_low=ends[0], risk_high=ends[1])


def test_measurements_reach_the_fusion_as_the_worse_eye(screener: Actor, assessor: Actor) -> None:
    measured = Measurements(refraction_right_dioptres=-7.5, iop_right_mmhg=14, iop_left_mmhg=22)
    assessment = assess(resulted(screener, replace(HEALTHY, measurements=measured)), assessor)
    assert (assessment.refraction_dioptres, assessment.iop_mmhg) == (-7.5, 22.0)
    assert assessment.low_education is None


def test_every_input_of_the_fusion_has_its_column() -> None:
    columns = {field.name for field in RiskAssessment._meta.fields}
    assert set(COLUMN_NAMES) <= columns


def test_other_inputs_have_another_digest() -> None:
    inputs = {"age_years": 55.0, "hba1c_percent": None}
    digests = {
        inference.inputs_digest(inputs),
        inference.inputs_digest(inputs | {"age_years": 56.0}),
        inference.inputs_digest(inputs | {"hba1c_percent": 0.0}),
    }
    assert len(digests) == 3
    assert inference.inputs_digest(dict(reversed(inputs.items()))) in digests


def test_six_labels_are_fused_and_explained(screener: Actor, assessor: Actor) -> None:
    factors = replace(HEALTHY, diabetes=Diabetes.TYPE2, hba1c_percent=9.5, diabetes_duration_years=20.0)
    assessment = assess(resulted(screener, factors), assessor)
    rows = {row.label: row for row in assessment.label_risks.order_by("pk")}
    assert list(rows) == ["D", "G", "C", "A", "H", "M"]
    diabetes = rows["D"]
    assert diabetes.image_score == 0.05
    assert diabetes.fused_risk > diabetes.image_risk
    first = diabetes.contributions.get(rank=1)
    assert first.name in ("photograph", "hba1c_percent", "diabetes")
    assert 1 < diabetes.contributions.count() <= 5


def test_the_image_score_is_that_of_the_worse_eye(screener: Actor, assessor: Actor) -> None:
    row = assess(resulted(screener, HEALTHY, G=0.7), assessor).label_risks.get(label="G")
    assert row.image_score == 0.7


def test_without_a_gradable_photograph_the_answers_are_fused_and_marked_so(
    screener: Actor, assessor: Actor
) -> None:
    exam = made.submitted_exam(screener)
    outcome = made.outcome(exam, made.ungradable(RIGHT), made.ungradable(LEFT), by=screener)
    assessment = assess(outcome, assessor)
    rows = list(assessment.label_risks.all())
    assert {row.image_score for row in rows} == {row.image_risk for row in rows} == {None}
    assert all(0 < row.fused_risk < 1 for row in rows)
    assert assessment.image_logit_d is None


def test_without_a_questionnaire_age_and_sex_come_from_the_register(screener: Actor, assessor: Actor) -> None:
    assessment = assess(resulted(screener, None), assessor)
    assert assessment.risk_factors is None
    assert (assessment.age_years, assessment.female, assessment.diabetes) == (66.0, None, None)
    assert assessment.recall.due_by == TODAY + timedelta(365)


def test_a_second_call_changes_nothing(screener: Actor, assessor: Actor, announced: list[int]) -> None:
    outcome = resulted(screener, HEALTHY, D=0.9)
    first, second = assess(outcome, assessor), assess(outcome, assessor)
    assert first == second
    assert announced == [first.pk]
    assert (RiskAssessment.objects.count(), Recall.objects.count()) == (1, 1)


def test_corrected_answers_supersede_the_assessment(
    screener: Actor, assessor: Actor, announced: list[int]
) -> None:
    outcome = resulted(screener, HEALTHY)
    first = assess(outcome, assessor)
    changed: list[int] = []
    listen = lambda key, **_: changed.append(key)  # noqa: E731
    events.answers_changed.connect(listen)
    flagged = told(sudden_vision_loss=True)
    services.risk_factors_record(encounter=outcome.exam.encounter, factors=flagged, by=screener, now=NOW)
    events.answers_changed.disconnect(listen)
    second = assess(outcome, assessor, now=NOW + timedelta(minutes=5))
    first.refresh_from_db()
    assert changed == [outcome.pk]
    assert first.superseded_at == NOW + timedelta(minutes=5)
    assert selectors.assessment_current_for_encounter(outcome.exam.encounter) == second
    assert (second.disposition, second.urgency) == ("refer", "stat")
    assert announced == [first.pk, second.pk]
    assert first.recall.state == RecallState.SUPERSEDED


def test_an_outcome_that_was_replaced_is_left_to_its_successor(screener: Actor, assessor: Actor) -> None:
    outcome = resulted(screener, HEALTHY, D=0.9)
    ExamOutcome.objects.filter(pk=outcome.pk).update(superseded_at=NOW)
    assert services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW) is None
    assert RiskAssessment.objects.count() == 0


def _replaced_answers(outcome: ExamOutcome, by: Actor) -> None:
    flagged = told(sudden_vision_loss=True)
    services.risk_factors_record(encounter=outcome.exam.encounter, factors=flagged, by=by, now=NOW)


def _replaced_outcome(outcome: ExamOutcome, by: Actor) -> None:
    ExamOutcome.objects.filter(pk=outcome.pk).update(superseded_at=NOW)


@pytest.mark.parametrize("replace_meanwhile", [_replaced_answers, _replaced_outcome])
def test_what_is_replaced_while_the_fusion_runs_is_not_overlooked(
    screener: Actor,
    assessor: Actor,
    monkeypatch: pytest.MonkeyPatch,
    replace_meanwhile: Callable[[ExamOutcome, Actor], None],
) -> None:
    outcome = resulted(screener, HEALTHY)
    fuse_case = inference.fuse_case

    def slow_fusion(*arguments: Any) -> inference.FusedCase:
        replace_meanwhile(outcome, screener)
        return fuse_case(*arguments)

    monkeypatch.setattr(inference, "fuse_case", slow_fusion)
    with pytest.raises(CaseChanged, match="again"):
        assess(outcome, assessor)
    assert RiskAssessment.objects.count() == 0


def test_an_outcome_that_does_not_exist_is_named(assessor: Actor, clinic: object) -> None:
    with pytest.raises(OutcomeMissing, match="no outcome 4711"):
        services.assessment_finalise(outcome_id=4711, by=assessor, now=NOW)


def test_a_missing_fusion_leaves_nothing_half_way(
    screener: Actor, assessor: Actor, settings: Settings, tmp_path: Path
) -> None:
    settings.FUSION_RELEASES_DIR = tmp_path
    with pytest.raises(FusionReleaseInvalid, match="train_fusion"):
        assess(resulted(screener, HEALTHY), assessor)
    assert RiskAssessment.objects.count() == LabelRisk.objects.count() == 0


def test_a_failing_audit_undoes_the_assessment(
    screener: Actor, assessor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = resulted(screener, HEALTHY)

    def refuse(**_: Any) -> None:
        raise RuntimeError("audit is away")

    monkeypatch.setattr(services, "audit_record", refuse)
    with pytest.raises(RuntimeError, match="away"):
        assess(outcome, assessor)
    assert RiskAssessment.objects.count() == AssessmentReason.objects.count() == Recall.objects.count() == 0


def test_an_assessment_is_audited_with_its_digest(screener: Actor, assessor: Actor) -> None:
    assessment = assess(resulted(screener, HEALTHY), assessor)
    event = AuditEvent.objects.get(entity=f"risk.riskassessment:{assessment.pk}")
    assert event.actor == "software:risk.assessor"
    assert event.detail == f"self-care routine {assessment.inputs_sha256}"
    assert event.patient_id == assessment.encounter.patient_id


def test_the_task_assesses_and_finishes_its_work(screener: Actor) -> None:
    outcome = resulted(screener, HEALTHY)
    WorkItem.objects.get_or_create(kind="risk.assess_exam", key=outcome.pk, defaults={"waiting_since": NOW})
    tasks.assess_exam(key=outcome.pk)
    assert selectors.assessment_current_for_encounter(outcome.exam.encounter) is not None
    assert not WorkItem.objects.filter(kind="risk.assess_exam").exists()


def test_a_case_shows_the_assessment_of_its_newest_exam(screener: Actor, assessor: Actor) -> None:
    outcome = resulted(screener, HEALTHY)
    visit: Encounter = outcome.exam.encounter
    assert selectors.assessment_current_for_encounter(visit) is None
    assess(outcome, assessor)
    again: Exam = made.next_exam(visit, screener, seed=90)
    newest = assess(made.outcome(again, made.eye(RIGHT), by=screener), assessor)
    assert selectors.assessment_current_for_encounter(visit) == newest


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"kind": "surgery"}, "action_kind"),
        ({"urgency": "soon"}, "action_urgency"),
        ({"indication": "dry-eye"}, "action_indication_on_medicine_only"),
        ({"kind": "medicine", "indication": ""}, "action_indication_on_medicine_only"),
        ({"kind": "recall"}, "action_once_per_kind"),
    ],
)
def test_the_database_refuses_an_action_that_cannot_be(
    screener: Actor, assessor: Actor, columns: dict[str, str], constraint: str
) -> None:
    assessment = assess(resulted(screener, HEALTHY), assessor)
    row = {"assessment": assessment, "rank": 9, "kind": "grading", "urgency": "routine"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AssessmentAction.objects.create(**row | columns)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"disposition": "wait"}, "assessment_disposition"),
        ({"urgency": "soon"}, "assessment_urgency"),
        ({}, "assessment_one_current_per_exam"),
    ],
)
def test_the_database_refuses_an_assessment_that_cannot_be(
    screener: Actor, assessor: Actor, columns: dict[str, str], constraint: str
) -> None:
    assessment = assess(resulted(screener, HEALTHY), assessor)
    assessment.pk = None
    for name, value in columns.items():
        setattr(assessment, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        assessment.save(force_insert=True)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"label": "O"}, "label_risk_label"),
        ({"fused_risk": 1.01}, "label_risk_fused_risk"),
        ({"band": "huge"}, "label_risk_band"),
        ({"image_risk": None}, "label_risk_image"),
        ({"image_score": -0.1}, "label_risk_image"),
    ],
)
def test_the_database_refuses_a_risk_that_cannot_be(
    screener: Actor, assessor: Actor, columns: dict[str, Any], constraint: str
) -> None:
    row = assess(resulted(screener, HEALTHY), assessor).label_risks.get(label="D")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LabelRisk.objects.filter(pk=row.pk).update(**columns)


def test_another_organizations_time_zone_is_its_own(assessor: Actor) -> None:
    clinic = cast.clinic(time_zone="Pacific/Auckland")
    by = cast.actor(clinic)
    assessment = assess(resulted(by, HEALTHY), software("risk.assessor", clinic.pk), now=NOW.replace(hour=12))
    assert str(assessment.assessed_on) == "2026-11-24"


def test_scores_of_another_image_release_are_warned_about_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")
    inference._warn_of_another_image_release.cache_clear()
    for _ in range(2):
        inference._warn_of_another_image_release("fusion-1", "image-1", "image-2")
    inference._warn_of_another_image_release("fusion-1", "image-1", "image-1")
    assert len([record for record in caplog.records if "train_fusion" in record.getMessage()]) == 1
