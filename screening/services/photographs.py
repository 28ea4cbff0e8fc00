"""Writes of photographs: through the gate, into storage, and taken back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from records import selectors as records_selectors
from records.actor import Actor
from records.models import AuditAction, ConsentScope
from records.permission import intake_allowed
from records.services import audit_record
from screening import selectors
from screening.domain.laterality import Laterality
from screening.errors import ExamNotOpen, LateralityTaken, SamePhotographBothEyes
from screening.imaging.display import display_copy, grey_copy
from screening.imaging.gate import Photograph, inspect_photograph
from screening.models import Exam, ExamStatus, FundusImage
from screening.services.visits import exam_locked, refuse_cancelled
from screening.storage import derivative_name, grey_name, original_bytes, original_keep


@dataclass(frozen=True)
class Taken:
    """A photograph that passed the gate, with its bytes. `synthetic`: drawn by the renderer.

    `public_id`: under which a partner's program sent it ahead of its order. `captured_at`: as whoever sent it says.
    """

    laterality: Laterality
    photograph: Photograph
    data: bytes
    synthetic: bool = False
    public_id: UUID | None = None
    captured_at: datetime | None = None


def photograph_taken(laterality: Laterality, data: bytes, **more: Any) -> Taken:
    """Let the gate look at the bytes. It decodes, so call it before a transaction. Raises PhotographRefused."""
    return Taken(laterality, inspect_photograph(data), data, **more)


def image_add(
    *, exam: Exam, laterality: Laterality, data: bytes, by: Actor, now: datetime, synthetic: bool = False
) -> FundusImage:
    """Store one photograph of one eye. The same bytes for the same eye again return the same row.

    Raises
    ------
    PhotographRefused
        The gate refused the bytes (screening.imaging.gate).
    ExamNotOpen, LateralityTaken, SamePhotographBothEyes, ConsentMissing, RecordNotFound, RoleRefused
    """
    taken = photograph_taken(laterality, data, synthetic=synthetic)
    return images_add(exam=exam, taken=[taken], by=by, now=now)[0]


@transaction.atomic
def images_add(*, exam: Exam, taken: Sequence[Taken], by: Actor, now: datetime) -> list[FundusImage]:
    """Store photographs that passed the gate, all or none; a refusal leaves no file behind either.

    Raises
    ------
    EncounterCancelled, ExamNotOpen, LateralityTaken, SamePhotographBothEyes, ConsentMissing
    RecordNotFound, RoleRefused
    """
    exam = exam_locked(exam)
    refuse_cancelled(exam)
    intake_allowed(by, organization_id=exam.encounter.organization_id)
    records_selectors.consent_in_force(exam.encounter.patient, ConsentScope.SCREENING)
    images = [_image_row(exam, one, by=by, now=now) for one in taken]
    for one in taken:
        original_keep(one.photograph.sha256, one.data)
    return images


def _image_row(exam: Exam, taken: Taken, *, by: Actor, now: datetime) -> FundusImage:
    sha256 = taken.photograph.sha256
    known = _same_photograph(exam, taken.laterality, sha256)
    if known is not None:
        return known
    image = FundusImage.objects.create(
        exam=exam,
        laterality=taken.laterality,
        synthetic=taken.synthetic,
        public_id=taken.public_id,
        captured_at=taken.captured_at,
        possible_mix_up=selectors.image_filed_elsewhere(sha256, exam=exam),
        received_at=now,
        received_from_id=by.practitioner_id,
        **asdict(taken.photograph),
    )
    patient_id = exam.encounter.patient_id
    audit_record(
        by=by, now=now, action=AuditAction.CREATE, entity=image, patient_id=patient_id, detail=sha256
    )
    return image


def _same_photograph(exam: Exam, laterality: Laterality, sha256: str) -> FundusImage | None:
    """The row these bytes already have for this eye, after refusing what cannot be right."""
    for image in exam.images.all():
        if image.sha256 == sha256 and image.laterality == laterality:
            return image
        if image.sha256 == sha256:
            raise SamePhotographBothEyes("this is the photograph of the other eye; choose the right file")
        if image.laterality == laterality:
            raise LateralityTaken(
                "this eye already has a photograph; check which eye this one shows, or retract it"
            )
    if exam.status != ExamStatus.OPEN:
        raise ExamNotOpen("this exam was submitted; open a new one to take further photographs")
    return None


@transaction.atomic
def image_retract(*, image: FundusImage, by: Actor, now: datetime, reason: str) -> FundusImage:
    """Take back a photograph before submission: wrong eye, wrong patient. Retracting twice changes nothing.

    It works without a consent in force: taking back is never refused for a withdrawal.

    Raises
    ------
    ExamNotOpen, RecordNotFound, RoleRefused
    """
    exam = exam_locked(image.exam)
    intake_allowed(by, organization_id=exam.encounter.organization_id)
    image = FundusImage.with_retracted.get(pk=image.pk)
    if image.entered_in_error_at is not None:
        return image
    if exam.status != ExamStatus.OPEN:
        raise ExamNotOpen("this exam was submitted; open a new one and take the photograph again")
    image.entered_in_error_at = now
    image.save(update_fields=["entered_in_error_at"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=image,
        patient_id=exam.encounter.patient_id,
        detail="entered in error",
        reason=reason,
    )
    return image


def derivatives_make(exam_id: int) -> None:
    """Make the upright, metadata-free copies that pages show; what does not decode gets none."""
    for image in FundusImage.objects.filter(exam=exam_id):
        jpeg = _display_copy(image.sha256)
        if jpeg is not None and not image.display_sha1:
            image.display_sha1, image.display_bytes = sha1(jpeg, usedforsecurity=False).hexdigest(), len(jpeg)
            image.save(update_fields=["display_sha1", "display_bytes"])


def _display_copy(sha256: str) -> bytes | None:
    if default_storage.exists(derivative_name(sha256)):
        with default_storage.open(derivative_name(sha256)) as file:
            return bytes(file.read())
    jpeg = display_copy(original_bytes(sha256))
    if jpeg is not None:
        default_storage.save(derivative_name(sha256), ContentFile(jpeg))
    return jpeg


def grey_make(sha256: str) -> None:
    """Make the grey copy of a display copy unless it is there; without a display copy there is none."""
    if default_storage.exists(grey_name(sha256)) or not default_storage.exists(derivative_name(sha256)):
        return
    with default_storage.open(derivative_name(sha256)) as copy:
        grey = grey_copy(copy.read())
    if grey is not None:
        default_storage.save(grey_name(sha256), ContentFile(grey))
