"""Writes of risk: the answers of a visit, the assessment of an exam, and the recall register."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction
from records.permission import own
from records.services import audit_record
from risk import events, selectors
from risk.domain.decide import decide_case
from risk.domain.features import RiskFactors as RiskFactorsValue
from risk.domain.recall import RecallCause
from risk.errors import CaseChanged, OutcomeMissing, RecallClosed
from risk.hold_selectors import visits_held
from risk.models import (
    ContactAttempt,
    ContactResult,
    FamilyHistory,
    Recall,
    RecallState,
    RiskAssessment,
    RiskFactors,
)
from risk.rows import Assessed, action_rows, assessment_row, question_rows, reason_rows, recall_row, risk_rows
from screening import selectors as screening_selectors
from screening.models import Encounter, Exam, ExamOutcome

# A patient who comes back has answered these recalls; whether a hospital saw them stays an open question.
ANSWERED_BY_COMING = tuple(cause for cause in RecallCause if cause is not RecallCause.ATTENDANCE)
CLOSING_RESULTS: dict[str, RecallState] = {
    ContactResult.DECLINED: RecallState.DECLINED,
    ContactResult.ATTENDED: RecallState.ATTENDED,
}


@transaction.atomic
def risk_factors_record(
    *, encounter: Encounter, factors: RiskFactorsValue, by: Actor, now: datetime
) -> RiskFactors:
    """Store the answers of a visit; earlier answers are kept as superseded.

    Exams of the visit that were already assessed are announced again: a corrected answer may raise a red flag.
    """
    Encounter.objects.select_for_update().get(pk=encounter.pk)
    RiskFactors.objects.filter(encounter=encounter, superseded_at=None).update(superseded_at=now)
    answers = asdict(factors)
    columns = {
        name: answers[name] for name in answers if name not in ("family_history", "symptoms", "measurements")
    }
    row = RiskFactors.objects.create(
        encounter=encounter,
        recorded_at=now,
        recorded_by_id=by.practitioner_id,
        family_history_asked=factors.family_history is not None,
        **columns,
        **answers["symptoms"],
        **answers["measurements"],
    )
    FamilyHistory.objects.bulk_create(
        FamilyHistory(risk_factors=row, condition=one.condition, relation=one.relation)
        for one in factors.family_history or ()
    )
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=row, patient_id=encounter.patient_id)
    assessment = selectors.assessment_current_for_encounter(encounter)
    if assessment is not None:
        events.answers_changed.send(sender=None, key=assessment.outcome_id)
    return row


def assessment_finalise(*, outcome_id: int, by: Actor, now: datetime) -> RiskAssessment | None:
    """Assess a visit when one of its exams has an outcome, and put the patient in the recall register.

    All photographs of the visit count, and the newest exam carries the assessment. A second call with the same
    results and answers returns the stored assessment; changed ones supersede it. An outcome that is itself
    superseded is left to its successor, and a cancelled visit is not assessed again: the result is then the
    visit's current assessment, or None. No transaction is open while the fusion runs.

    Raises
    ------
    OutcomeMissing, FusionReleaseInvalid
    CaseChanged
        Answers or outcome were replaced, or the visit was cancelled, while the fusion ran; the next attempt
        sees how it stands.
    """
    outcome = _outcome(outcome_id)
    encounter = outcome.exam.encounter
    if outcome.superseded_at is not None or encounter.cancelled_at is not None:
        return selectors.assessment_current_for_encounter(encounter)
    case = selectors.case_of_outcome(screening_selectors.outcomes_of_visit(encounter.pk)[-1], now=now)
    current = selectors.assessment_current_for_encounter(encounter)
    if current is not None and _is_of(current, case):
        return current
    return assessment_store(case_assess(case), by=by, now=now)


def _outcome(outcome_id: int) -> ExamOutcome:
    try:
        return screening_selectors.outcome_by_id(outcome_id)
    except ExamOutcome.DoesNotExist:
        raise OutcomeMissing(f"there is no outcome {outcome_id}; score its exam again") from None


def _is_of(assessment: RiskAssessment, case: selectors.Case) -> bool:
    """Whether it stands for this case. A changed policy alone is no reason to decide again here: that turns over many
    decisions at once, and is done in one run that says what changed.
    """
    answers = case.factors_row.pk if case.factors_row else None
    same = assessment.outcome_id == case.outcome.pk and assessment.risk_factors_id == answers
    same = same and assessment.release_held == case.release_held
    # An earlier exam that was scored late changes what the visit shows.
    newest = max(one.resulted_at for one in screening_selectors.outcomes_of_visit(assessment.encounter_id))
    return same and assessment.assessed_at >= newest and assessment.read_at == case.read_at


def case_assess(case: selectors.Case) -> Assessed:
    """Fuse and decide a case; nothing is written, and no transaction should be open. Raises FusionReleaseInvalid."""
    # Only here does LightGBM enter a process: the web server imports this module and never assesses.
    from risk import inference

    fused = inference.fuse_case(case.exam_result, case.factors, case.policy.bands)
    decision = decide_case(
        case.exam_result,
        case.factors,
        fused.risks(),
        today=case.today,
        previous_ungradable_exams=case.previous_ungradable_exams,
        bands_from=case.policy.bands,
        release_held=case.release_held,
    )
    return Assessed(case, fused, decision)


@transaction.atomic
def assessment_store(assessed: Assessed, *, by: Actor, now: datetime) -> RiskAssessment:
    """Store an assessed case and announce it. Raises CaseChanged."""
    outcome = assessed.case.outcome
    _lock_unchanged(assessed.case)
    current = selectors.assessment_current_for_encounter(outcome.exam.encounter)
    if current is not None and _is_of(current, assessed.case):
        return current  # another worker was faster
    RiskAssessment.objects.filter(encounter=outcome.exam.encounter_id, superseded_at=None).update(
        superseded_at=now
    )
    assessment = assessment_row(assessed, now=now)
    assessment.save(force_insert=True)
    risk_rows(assessment, assessed)
    question_rows(assessment, assessed.fused.open_questions)
    reason_rows(assessment, action_rows(assessment, assessed), assessed)
    _recalls_close(assessment, now=now)
    recall_row(assessment, assessed, now=now).save(force_insert=True)
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=assessment,
        patient_id=assessment.encounter.patient_id,
        detail=f"{assessment.disposition} {assessment.urgency} {assessment.inputs_sha256}",
    )
    events.assessment_finalised.send(sender=None, key=assessment.pk)
    return assessment


def _lock_unchanged(case: selectors.Case) -> None:
    """Hold the visit and the exam, whose answers and outcome nobody may replace until the assessment stands."""
    outcome = case.outcome
    encounter = Encounter.objects.select_for_update().get(pk=outcome.exam.encounter_id)
    Exam.objects.select_for_update().get(pk=outcome.exam_id)
    replaced = not ExamOutcome.objects.filter(pk=outcome.pk, superseded_at=None).exists()
    read = screening_selectors.reads_changed_at(encounter.pk) != case.read_at
    if replaced or read or selectors.risk_factors_current(encounter) != case.factors_row:
        raise CaseChanged("answers or result were replaced meanwhile; assess this exam again")
    if encounter.cancelled_at is not None:
        raise CaseChanged("the visit was cancelled meanwhile; nothing is assessed")
    if bool(visits_held(encounter.organization_id, [encounter.pk])) != case.release_held:
        raise CaseChanged("a release was put on hold, or its hold lifted, meanwhile; assess this exam again")


def _recalls_close(assessment: RiskAssessment, *, now: datetime) -> None:
    """Close what the new assessment answers: the visit's own earlier recall, and recalls to come back."""
    earlier = Recall.objects.filter(patient=assessment.encounter.patient_id, state=RecallState.OPEN)
    own = earlier.filter(assessment__exam=assessment.exam_id)
    own.update(state=RecallState.SUPERSEDED, closed_at=now)
    answered = earlier.filter(cause__in=ANSWERED_BY_COMING)
    answered.update(state=RecallState.ATTENDED, closed_at=now)
    same_visit = earlier.filter(assessment__encounter=assessment.encounter_id)
    same_visit.update(state=RecallState.SUPERSEDED, closed_at=now)


@transaction.atomic
def recalls_withdraw(*, encounter: Encounter, by: Actor, now: datetime) -> None:
    """Undo what a cancelled visit did to the recall register: its own recall ends, and recalls that it
    answered are open again, so that nobody who still has to come is forgotten. Raises RecordNotFound.
    """
    own(encounter.organization_id, by=by)
    assessments = RiskAssessment.objects.filter(encounter=encounter)
    recalls = Recall.objects.select_for_update().filter(patient=encounter.patient_id)
    made = recalls.filter(assessment__in=assessments, state=RecallState.OPEN)
    made.update(state=RecallState.SUPERSEDED, closed_at=now)
    answered = recalls.filter(state=RecallState.ATTENDED, closed_at__in=assessments.values("assessed_at"))
    answered.exclude(assessment__in=assessments).update(state=RecallState.OPEN, closed_at=None)


@transaction.atomic
def recall_contact_record(
    *, recall_id: int, channel: str, result: str, by: Actor, now: datetime, submission: UUID | None = None
) -> ContactAttempt:
    """Record one attempt to reach a patient; "declined" and "attended" close the recall.

    The same `submission` again is the same attempt: it is returned, and nothing is written.

    Raises
    ------
    RecordNotFound
        Also for another organization's recall.
    RecallClosed
    """
    recall = access.within(Recall.objects.select_for_update(), by=by).filter(pk=recall_id).first()
    if recall is None:
        raise RecordNotFound("no such recall here; check the list of overdue recalls")
    known = recall.contact_attempts.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    if recall.state != RecallState.OPEN:
        raise RecallClosed("this recall is closed; open the patient's newest one")
    attempt = ContactAttempt.objects.create(
        recall=recall,
        attempted_at=now,
        attempted_by_id=by.practitioner_id,
        channel=channel,
        result=result,
        submission=submission,
    )
    if result in CLOSING_RESULTS:
        recall.state, recall.closed_at = CLOSING_RESULTS[result], now
        recall.save(update_fields=["state", "closed_at"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=recall,
        patient_id=recall.patient_id,
        detail=f"contact {channel} {result}",
    )
    return attempt
