"""Writes of photographs that have arrived and wait for a person to say which eye they show."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from records import selectors as records_selectors
from records.actor import Actor
from records.models import AuditAction, ConsentScope
from records.permission import intake_allowed
from records.services import audit_record
from screening import releases
from screening.domain.laterality import Laterality
from screening.errors import ExamNotOpen, TooManyPhotographs
from screening.imaging.first_look import FirstLook, look_at
from screening.imaging.gate import Photograph, inspect_photograph
from screening.imaging.laterality import eye_by_name
from screening.models import Exam, ExamStatus, FundusImage, ReceivedPhotograph, ReceivedState
from screening.services.photographs import image_retract, images_add, photograph_taken
from screening.services.visits import exam_locked, refuse_cancelled
from screening.storage import original_bytes, original_keep

REPLACED = "replaced by another photograph"


@dataclass(frozen=True)
class Arrived:
    """A file that passed the gate and a first look. Its name is read for the eye and then forgotten."""

    photograph: Photograph
    data: bytes
    look: FirstLook
    named: Laterality | None


def photograph_arrived(data: bytes, *, name: str = "") -> Arrived:
    """Let the gate and the first look see the bytes. It decodes, so call it before a transaction.

    Raises PhotographRefused.
    """
    photograph = inspect_photograph(data)
    return Arrived(photograph, data, look_at(data, releases.quality_thresholds()), eye_by_name(name))


@transaction.atomic
def photograph_receive(
    *, exam: Exam, arrived: Arrived, by: Actor, now: datetime, instead_of: Laterality | None = None
) -> ReceivedPhotograph:
    """Keep a photograph until somebody says which eye it shows. The same bytes again are the same row.

    `instead_of`: the eye whose photograph it is about to replace.

    Raises
    ------
    TooManyPhotographs
        The visit has one photograph for each eye, stored or waiting.
    ExamNotOpen, EncounterCancelled, ConsentMissing, RecordNotFound, RoleRefused
    """
    exam = exam_locked(exam)
    intake_allowed(by, organization_id=exam.encounter.organization_id)
    refuse_cancelled(exam)
    records_selectors.consent_in_force(exam.encounter.patient, ConsentScope.SCREENING)
    known = ReceivedPhotograph.objects.filter(exam=exam, sha256=arrived.photograph.sha256).first()
    if known is not None and _is_here(known):
        return known
    _refuse_more(exam, instead_of)
    if known is None:
        known = _store(exam, arrived, by=by, now=now)
    else:
        known.state = ReceivedState.WAITING
        known.save(update_fields=["state"])
    original_keep(known.sha256, arrived.data)
    return known


def _is_here(received: ReceivedPhotograph) -> bool:
    stored = FundusImage.objects.filter(exam=received.exam_id, sha256=received.sha256).exists()
    return stored or received.state == ReceivedState.WAITING


def _refuse_more(exam: Exam, instead_of: Laterality | None) -> None:
    if exam.status != ExamStatus.OPEN:
        raise ExamNotOpen("this exam was submitted; open a new one to take further photographs")
    waiting = exam.received.filter(state=ReceivedState.WAITING).count()
    kept = exam.images.exclude(laterality=instead_of or "").count()
    if kept + waiting >= len(Laterality):
        raise TooManyPhotographs("there is one photograph for each eye already; take one back, or replace it")


def _store(exam: Exam, arrived: Arrived, *, by: Actor, now: datetime) -> ReceivedPhotograph:
    judgement = arrived.look.judgement
    received = ReceivedPhotograph.objects.create(
        exam=exam,
        sha256=arrived.photograph.sha256,
        gradability=judgement.gradability,
        quality_reasons=",".join(judgement.reasons),
        shows=arrived.look.shows or "",
        named=arrived.named or "",
        received_at=now,
        received_from_id=by.practitioner_id,
    )
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=received,
        patient_id=exam.encounter.patient_id,
        detail=received.sha256,
    )
    return received


@transaction.atomic
def received_use(
    *, received: ReceivedPhotograph, laterality: Laterality, replace: bool, by: Actor, now: datetime
) -> FundusImage:
    """Store a received photograph for the eye a person says it shows; saying it twice changes nothing.

    With `replace` the photograph that eye has is taken back.

    Raises
    ------
    LateralityTaken, SamePhotographBothEyes, ExamNotOpen, EncounterCancelled, ConsentMissing, PhotographDamaged
    RecordNotFound, RoleRefused
    """
    taken = photograph_taken(laterality, original_bytes(received.sha256))
    exam = exam_locked(received.exam)
    current = exam.images.filter(laterality=laterality).exclude(sha256=received.sha256).first()
    if replace and current is not None:
        image_retract(image=current, by=by, now=now, reason=REPLACED)
        exam.received.filter(sha256=current.sha256).update(state=ReceivedState.SET_ASIDE)
    image = images_add(exam=exam, taken=[taken], by=by, now=now)[0]
    ReceivedPhotograph.objects.filter(pk=received.pk).update(state=ReceivedState.USED)
    return image


@transaction.atomic
def received_set_aside(*, received: ReceivedPhotograph, by: Actor, now: datetime) -> ReceivedPhotograph:
    """Do without a waiting photograph; one that is stored for an eye stays as it is.

    Raises RecordNotFound, RoleRefused.
    """
    exam = exam_locked(received.exam)
    intake_allowed(by, organization_id=exam.encounter.organization_id)
    waiting = ReceivedPhotograph.objects.filter(pk=received.pk, state=ReceivedState.WAITING)
    if waiting.update(state=ReceivedState.SET_ASIDE):
        audit_record(
            by=by,
            now=now,
            action=AuditAction.UPDATE,
            entity=received,
            patient_id=exam.encounter.patient_id,
            detail="set aside",
        )
    received.refresh_from_db()
    return received
