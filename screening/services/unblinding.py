"""Looking at a result that a person could still have read blinded."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.models import AuditAction
from records.permission import own
from records.services import audit_record
from screening.blind_selectors import tasks_blinding
from screening.domain.grading import Stage
from screening.models import Encounter, GradingTask, Unblinding


@transaction.atomic
def result_look(*, encounter: Encounter, by: Actor, now: datetime, why: str) -> None:
    """Give up this person's blinded read of a visit, so that they may see its result now (GR-07).

    Another person gives the second read; a quality case is withdrawn. Whoever could give none looks freely.
    `why` stands in the audit trail. Raises RecordNotFound.
    """
    own(encounter.organization_id, by=by)
    Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    for task in tasks_blinding(by=by).filter(encounter=encounter).select_for_update(of=("self",)):
        Unblinding.objects.create(task=task, practitioner_id=by.practitioner_id, opened_at=now)
        _let_go(task, by)
        audit_record(
            by=by,
            now=now,
            action=AuditAction.EXECUTE,
            entity=task,
            patient_id=encounter.patient_id,
            detail=f"result seen instead of a blinded read: {why}",
        )


def _let_go(task: GradingTask, by: Actor) -> None:
    if task.quality_of_id is not None:
        task.stage = Stage.WITHDRAWN
    if task.held_by_id == by.practitioner_id:
        task.held_by = task.held_until = None
    task.save(update_fields=["stage", "held_by", "held_until"])
