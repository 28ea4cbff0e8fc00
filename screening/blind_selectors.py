"""Who may still read a case, and from whom its result is kept back until then (GR-02)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from records import access
from records.actor import Actor
from records.models import AuditAction, AuditEvent, Membership, Role
from screening.domain.grading import OPEN_STAGES, Stage
from screening.models import GradingTask, Read, Unblinding

READER_ROLES = (Role.GRADER, Role.PHYSICIAN)


def tasks_readable(*, by: Actor) -> QuerySet[GradingTask]:
    """What waits for a read that this person may give: nothing they read before, no second read of a case whose
    result they looked at, and of quality cases only their own.
    """
    waiting = access.within(GradingTask.objects.filter(stage__in=OPEN_STAGES), by=by)
    mine = waiting.filter(Q(reader=None) | Q(reader=by.practitioner_id))
    # Asked of each task: whoever has read for years has read more than ever waits.
    read = Read.objects.filter(task=OuterRef("pk"), grader=by.practitioner_id, superseded_at=None)
    looked = Unblinding.objects.filter(task=OuterRef("pk"), practitioner=by.practitioner_id)
    return mine.filter(~Exists(read)).exclude(Q(stage=Stage.SECOND) & Exists(looked))


def tasks_blinding(*, by: Actor) -> QuerySet[GradingTask]:
    """Reads that this person could still give blinded: their visits' results are not shown to them.

    Whoever is a reader here in any of their roles counts: looking as somebody else would unblind them too.
    """
    blinded = Q(stage=Stage.SECOND) | Q(quality_of__isnull=False)
    reader = Membership.objects.filter(
        organization=OuterRef("organization"),
        practitioner=by.practitioner_id,
        active=True,
        role__in=READER_ROLES,
    )
    return tasks_readable(by=by).filter(blinded).filter(Exists(reader))


def opened_since(task: GradingTask, moment: datetime) -> set[str]:
    """Labels of those who opened the patient's record since then: they may know what was settled."""
    opened = AuditEvent.objects.filter(
        organization=task.organization_id,
        patient_id=task.encounter.patient_id,
        action=AuditAction.READ,
        recorded_at__gte=moment,
    )
    return set(opened.values_list("actor", flat=True))
