"""Writes of a visit and its sittings of photography."""

from datetime import datetime

from django.db import transaction

from records import selectors as records_selectors
from records.actor import Actor
from records.models import AuditAction, ConsentScope, Patient
from records.permission import intake_allowed
from records.services import audit_record
from screening import events
from screening.errors import EncounterCancelled, ExamIncomplete
from screening.models import Encounter, Exam, ExamStatus

ENCOUNTER_CANCELLED = "this visit was cancelled; open a new visit for the patient"


@transaction.atomic
def encounter_open(*, patient: Patient, by: Actor, now: datetime) -> Encounter:
    """Open a visit. Raises ConsentMissing, RecordNotFound, RoleRefused."""
    intake_allowed(by, organization_id=patient.organization_id)
    records_selectors.consent_in_force(patient, ConsentScope.SCREENING)
    encounter = Encounter.objects.create(organization_id=by.organization_id, patient=patient, started_at=now)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=encounter, patient_id=patient.pk)
    return encounter


@transaction.atomic
def exam_open(*, encounter: Encounter, by: Actor, now: datetime) -> Exam:
    """Open a sitting of photography; one that is already open is returned.

    Raises
    ------
    EncounterCancelled, ConsentMissing, RecordNotFound, RoleRefused
    """
    intake_allowed(by, organization_id=encounter.organization_id)
    records_selectors.consent_in_force(encounter.patient, ConsentScope.SCREENING)
    if Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk).cancelled_at is not None:
        raise EncounterCancelled(ENCOUNTER_CANCELLED)
    exam, created = Exam.objects.get_or_create(
        encounter=encounter, status=ExamStatus.OPEN, defaults={"opened_at": now}
    )
    if created:
        audit_record(by=by, now=now, action=AuditAction.CREATE, entity=exam, patient_id=encounter.patient_id)
    return exam


def refuse_cancelled(exam: Exam) -> None:
    """Nothing is added to a cancelled visit; `exam` is locked. Raises EncounterCancelled."""
    # Of the two only the exam is locked, so only its status is sure to be of this moment.
    if exam.status == ExamStatus.CANCELLED or exam.encounter.cancelled_at is not None:
        raise EncounterCancelled(ENCOUNTER_CANCELLED)


def exam_locked(exam: Exam) -> Exam:
    """The exam, held to the end of the transaction; its visit is not, as others write answers there."""
    held = Exam.objects.select_for_update(of=("self",))
    return held.select_related("encounter__patient").get(pk=exam.pk)


@transaction.atomic
def exam_submit(*, exam: Exam, by: Actor, now: datetime) -> Exam:
    """Hand the photographs to scoring; submitting twice changes nothing.

    Raises
    ------
    ExamIncomplete
        Without any photograph. One eye is enough: people have one eye, or cannot open the other.
    EncounterCancelled, ConsentMissing, RecordNotFound, RoleRefused
    """
    exam = exam_locked(exam)
    intake_allowed(by, organization_id=exam.encounter.organization_id)
    refuse_cancelled(exam)
    if exam.status != ExamStatus.OPEN:
        return exam
    records_selectors.consent_in_force(exam.encounter.patient, ConsentScope.SCREENING)
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
