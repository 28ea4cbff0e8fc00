"""Taking back a whole visit."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.models import AuditAction
from records.permission import intake_allowed
from records.services import audit_record
from screening import events
from screening.errors import CancelReasonMissing
from screening.models import Encounter, Exam, ExamStatus

UNRESULTED = (ExamStatus.OPEN, ExamStatus.SUBMITTED)
REASON_LONGEST = 200


@transaction.atomic
def encounter_cancel(*, encounter: Encounter, by: Actor, now: datetime, reason: str) -> Encounter:
    """Cancel a visit and those of its exams that have no result; cancelling twice changes nothing.

    What other apps made of the visit is theirs to take back: `config.cancellation.case_cancel` does all of it.

    Raises
    ------
    CancelReasonMissing, RecordNotFound, RoleRefused
    """
    intake_allowed(by, organization_id=encounter.organization_id)
    # The full lock also keeps out who is about to open an exam of the visit.
    encounter = (
        Encounter.objects.select_for_update(of=("self",)).select_related("patient").get(pk=encounter.pk)
    )
    if encounter.cancelled_at is not None:
        return encounter
    if not reason.strip():
        raise CancelReasonMissing("say why it is cancelled; the reason is kept with the visit")
    _store(encounter, by=by, now=now, reason=reason.strip()[:REASON_LONGEST])
    return encounter


def _store(encounter: Encounter, *, by: Actor, now: datetime, reason: str) -> None:
    encounter.cancelled_at, encounter.cancelled_by, encounter.cancel_reason = now, by.label, reason
    encounter.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    exams = Exam.objects.select_for_update().filter(encounter=encounter, status__in=UNRESULTED)
    for exam in exams.order_by("pk"):
        exam.status = ExamStatus.CANCELLED
        exam.save(update_fields=["status"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=encounter,
        patient_id=encounter.patient_id,
        detail="cancelled",
        reason=reason,
    )
    events.visit_cancelled.send(sender=None, key=encounter.pk)
