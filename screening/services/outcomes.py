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
    outcome = _store(exam, eyes, release=release, engine=engine, by=by, now=now)
    exam.status = ExamStatus.RESULTED
    exam.save(update_fields=["status"])
    events.exam_resulted.send(sender=None, key=outcome.pk)
    return outcome


@transaction.atomic
def outcome_replace(
    *, exam: Exam, eyes: Sequence[EyeResult], release: ModelRelease, engine: str, by: Actor, now: datetime
) -> ExamOutcome | None:
    """Store what another release made of an exam in place of its current outcome, which stays as history.

    Nobody is told: the run that asked for it weighs the risk again (risk.night). None, and nothing is written, where
    there is nothing to replace: no outcome yet, one of this release, or a visit that was cancelled meanwhile.

    Raises
    ------
    RecordNotFound
        For another organization's exam.
    """
    exam = exam_locked(exam)
    own(exam.encounter.organization_id, by=by)
    current = selectors.outcome_current(exam)
    if exam.status != ExamStatus.RESULTED or current is None or current.release == release:
        return None
    current.superseded_at = now
    current.save(update_fields=["superseded_at"])
    return _store(exam, eyes, release=release, engine=engine, by=by, now=now)


def _store(
    exam: Exam, eyes: Sequence[EyeResult], *, release: ModelRelease, engine: str, by: Actor, now: datetime
) -> ExamOutcome:
    outcome = ExamOutcome.objects.create(exam=exam, release=release, engine=engine, resulted_at=now)
    _store_eyes(outcome, eyes, {image.laterality: image for image in exam.images.all()})
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=outcome,
        patient_id=exam.encounter.patient_id,
        detail=release.name,
    )
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
