"""Writes of screening: a visit, its photographs, and what a model release made of them."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from records import selectors as records_selectors
from records.actor import Actor
from records.models import AuditAction, ConsentScope, Patient
from records.services import audit_record
from screening import events, selectors
from screening.domain.exam_result import EyeResult
from screening.domain.laterality import Laterality
from screening.errors import ExamIncomplete, ExamNotOpen, LateralityTaken, SamePhotographBothEyes
from screening.imaging.display import display_copy
from screening.imaging.gate import Photograph, inspect_photograph
from screening.models import (
    Encounter,
    Exam,
    ExamOutcome,
    ExamStatus,
    EyeOutcome,
    EyeQualityReason,
    Finding,
    FundusImage,
    ModelRelease,
)
from screening.storage import derivative_name, original_bytes, original_name


@transaction.atomic
def encounter_open(*, patient: Patient, by: Actor, now: datetime) -> Encounter:
    """Open a visit. Raises ConsentMissing when screening consent is not in force."""
    records_selectors.consent_in_force(patient, ConsentScope.SCREENING)
    encounter = Encounter.objects.create(organization_id=by.organization_id, patient=patient, started_at=now)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=encounter, patient_id=patient.pk)
    return encounter


@transaction.atomic
def exam_open(*, encounter: Encounter, by: Actor, now: datetime) -> Exam:
    """Open a sitting of photography; one that is already open is returned."""
    exam, created = Exam.objects.get_or_create(
        encounter=encounter, status=ExamStatus.OPEN, defaults={"opened_at": now}
    )
    if created:
        audit_record(by=by, now=now, action=AuditAction.CREATE, entity=exam, patient_id=encounter.patient_id)
    return exam


@transaction.atomic
def image_add(
    *, exam: Exam, laterality: Laterality, data: bytes, by: Actor, now: datetime, synthetic: bool = False
) -> FundusImage:
    """Store one photograph of one eye. The same bytes for the same eye again return the same row.

    Raises
    ------
    PhotographRefused
        The gate refused the bytes (screening.imaging.gate).
    ExamNotOpen, LateralityTaken, SamePhotographBothEyes
    """
    exam = Exam.objects.select_for_update().select_related("encounter").get(pk=exam.pk)
    photograph = inspect_photograph(data)
    known = _same_photograph(exam, laterality, photograph.sha256)
    if known is not None:
        return known
    image = FundusImage.objects.create(
        exam=exam,
        laterality=laterality,
        synthetic=synthetic,
        possible_mix_up=selectors.image_filed_elsewhere(photograph.sha256, exam=exam),
        received_at=now,
        received_from_id=by.practitioner_id,
        **_facts(photograph),
    )
    default_storage.save(original_name(photograph.sha256), ContentFile(data))
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=image,
        patient_id=exam.encounter.patient_id,
        detail=photograph.sha256,
    )
    return image


def _facts(photograph: Photograph) -> dict[str, object]:
    return {
        "sha256": photograph.sha256,
        "format": photograph.format,
        "width": photograph.width,
        "height": photograph.height,
        "size_bytes": photograph.size_bytes,
    }


def _same_photograph(exam: Exam, laterality: Laterality, sha256: str) -> FundusImage | None:
    """The row these bytes already have for this eye, after refusing what cannot be right."""
    for image in exam.images.all():
        if image.sha256 == sha256 and image.laterality == laterality:
            return image
        if image.sha256 == sha256:
            raise SamePhotographBothEyes("this is the photograph of the other eye; choose the right file")
        if image.laterality == laterality:
            raise LateralityTaken("this eye already has a photograph; check which eye this one shows")
    if exam.status != ExamStatus.OPEN:
        raise ExamNotOpen("this exam was submitted; open a new one to take further photographs")
    return None


@transaction.atomic
def exam_submit(*, exam: Exam, by: Actor, now: datetime) -> Exam:
    """Hand the photographs to scoring; submitting twice changes nothing.

    Raises
    ------
    ExamIncomplete
        Without any photograph. One eye is enough: people have one eye, or cannot open the other.
    """
    exam = Exam.objects.select_for_update().select_related("encounter").get(pk=exam.pk)
    if exam.status != ExamStatus.OPEN:
        return exam
    if not exam.images.exists():
        raise ExamIncomplete("no photograph yet; take at least one eye")
    exam.status, exam.submitted_at = ExamStatus.SUBMITTED, now
    exam.save(update_fields=["status", "submitted_at"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.EXECUTE,
        entity=exam,
        patient_id=exam.encounter.patient_id,
        detail="submitted",
    )
    events.exam_submitted.send(sender=None, key=exam.pk)
    return exam


@transaction.atomic
def outcome_record(
    *, exam: Exam, eyes: Sequence[EyeResult], release: ModelRelease, engine: str, by: Actor, now: datetime
) -> ExamOutcome:
    """Store what a release made of an exam. The current outcome, if there is one, is returned unchanged."""
    exam = Exam.objects.select_for_update().select_related("encounter").get(pk=exam.pk)
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


def derivatives_make(exam_id: int) -> None:
    """Make the upright, metadata-free copies that pages show; what does not decode gets none."""
    for image in FundusImage.objects.filter(exam=exam_id):
        if default_storage.exists(derivative_name(image.sha256)):
            continue
        jpeg = display_copy(original_bytes(image.sha256))
        if jpeg is not None:
            default_storage.save(derivative_name(image.sha256), ContentFile(jpeg))
