"""Writes of what a model release made of an exam."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.models import AuditAction
from records.permission import own
from records.services import audit_record
from screening import events, selectors
from screening.domain.exam_result import EyeResult
from screening.models import (
    Exam,
    ExamOutcome,
    ExamStatus,
    EyeOutcome,
    EyeQualityReason,
    Finding,
    FundusImage,
    ModelRelease,
)
from screening.services.visits import exam_locked, refuse_cancelled


@transaction.atomic
def outcome_record(
    *, exam: Exam, eyes: Sequence[EyeResult], release: ModelRelease, engine: str, by: Actor, now: datetime
) -> ExamOutcome:
    """Store what a release made of an exam. The current outcome, if there is one, is returned unchanged.

    Raises
    ------
    RecordNotFound
        For another organization's exam.
    EncounterCancelled
        Meanwhile, perhaps while the model looked at the photographs.
    """
    exam = exam_locked(exam)
    own(exam.encounter.organization_id, by=by)
    refuse_cancelled(exam)
    current = selectors.outcome_current(exam)
    if current is not None:
        return current
    outcome = ExamOutcome.objects.create(exam=exam, release=release, engine=engine, resulted_at=now)
    _store_eyes(outcome, eyes, {image.laterality: image for image in exam.images.all()})
    exam.status = ExamStatus.RESULTED
    exam.save(update_fields=["status"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=outcome,
        patient_id=exam.encounter.patient_id,
        detail=release.name,
    )
    events.exam_resulted.send(sender=None, key=outcome.pk)
    return outcome


def _store_eyes(outcome: ExamOutcome, eyes: Sequence[EyeResult], images: dict[str, FundusImage]) -> None:
    rows = EyeOutcome.objects.bulk_create(
        EyeOutcome(outcome=outcome, image=images[eye.laterality], gradability=eye.gradability) for eye in eyes
    )
    paired = list(zip(rows, eyes, strict=True))
    EyeQualityReason.objects.bulk_create(
        EyeQualityReason(eye=row, code=code) for row, eye in paired for code in eye.quality_reasons
    )
    Finding.objects.bulk_create(
        Finding(
            eye=row, label=f.label, score=f.score, logit=f.logit, threshold=f.threshold, decision=f.decision
        )
        for row, eye in paired
        for f in eye.findings
    )
