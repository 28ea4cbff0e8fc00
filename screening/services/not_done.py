"""A sitting that ends without a photograph: the visit goes on, and a person takes over."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.models import AuditAction
from records.permission import intake_allowed
from records.services import audit_record
from screening import selectors
from screening.errors import ExamHasPhotographs, NotDoneReasonMissing
from screening.models import Exam, ExamStatus, NotDoneReason
from screening.services.outcomes import outcome_record
from screening.services.visits import exam_locked, refuse_cancelled

NO_ENGINE = "none"


@transaction.atomic
def exam_not_done(*, exam: Exam, reason: str, by: Actor, now: datetime) -> Exam:
    """End a sitting without a photograph; ending it twice changes nothing.

    Its outcome has no eye, so that the rules act on the answers alone and refer (RI-02, RI-03).

    Raises
    ------
    NotDoneReasonMissing, ExamHasPhotographs, EncounterCancelled, ReleaseUnknown, RecordNotFound, RoleRefused
    """
    exam = exam_locked(exam)
    intake_allowed(by, organization_id=exam.encounter.organization_id)
    refuse_cancelled(exam)
    if exam.status != ExamStatus.OPEN:
        return exam
    if reason not in NotDoneReason.values:
        raise NotDoneReasonMissing("say why no photograph can be taken")
    if exam.images.exists():
        raise ExamHasPhotographs("this visit has a photograph; submit it, or take it back first")
    exam.status, exam.submitted_at, exam.not_done_reason = ExamStatus.SUBMITTED, now, reason
    exam.save(update_fields=["status", "submitted_at", "not_done_reason"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.EXECUTE,
        entity=exam,
        patient_id=exam.encounter.patient_id,
        detail=f"not done: {reason}",
    )
    outcome_record(exam=exam, eyes=(), release=selectors.release_active(), engine=NO_ENGINE, by=by, now=now)
    exam.refresh_from_db()
    return exam
