"""Writes of grading: which visits people read, who holds one, and what was signed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Membership, Role
from records.permission import own, role_required
from records.services import audit_record
from screening.blind_selectors import READER_ROLES, opened_since
from screening.domain.grading import HOLD, OPEN_STAGES, Cause, Position, Stage, second_read_drawn
from screening.domain.urgency import Urgency
from screening.errors import NotSettled, ReaderRepeated, ReaderUnblinded, TaskHeld, TaskMoved
from screening.models import Encounter, GradingTask
from screening.read_selectors import reads_current

QUALITY_ROLES = (Role.PHYSICIAN, Role.ADMINISTRATOR)


@transaction.atomic
def grading_open(
    *, encounter: Encounter, cause: Cause | None, urgency: Urgency, due_by: date, by: Actor, now: datetime
) -> GradingTask | None:
    """Put a visit on the readers' list, or take an unread one off when `cause` is None.

    An open task is brought up to date and never becomes less urgent; a cancelled visit gets none.
    Raises RecordNotFound.
    """
    own(encounter.organization_id, by=by)
    held = Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    task = _open_task(encounter)
    if held.cancelled_at is not None:
        return None
    if cause is None:
        return _withdraw(task, by=by, now=now)
    if task is not None:
        return _raise(task, cause, urgency, due_by)
    task = GradingTask.objects.create(
        organization_id=encounter.organization_id,
        encounter=encounter,
        cause=cause,
        urgency=urgency,
        due_by=due_by,
        second_wanted=second_read_drawn(encounter.public_id, settings.SECRET_KEY),
        opened_at=now,
    )
    _audit(task, AuditAction.CREATE, by=by, now=now, detail=f"grading {cause} {urgency}")
    return task


def _open_task(encounter: Encounter) -> GradingTask | None:
    waiting = GradingTask.objects.select_for_update(of=("self",)).select_related("encounter")
    return waiting.filter(encounter=encounter, quality_of=None, stage__in=OPEN_STAGES).first()


def _withdraw(task: GradingTask | None, *, by: Actor, now: datetime) -> GradingTask | None:
    if task is None or task.stage != Stage.FIRST:
        return task
    task.stage, task.held_by, task.held_until = Stage.WITHDRAWN, None, None
    task.save(update_fields=["stage", "held_by", "held_until"])
    _audit(task, AuditAction.UPDATE, by=by, now=now, detail="nothing is left to read")
    return None


def _raise(task: GradingTask, cause: Cause, urgency: Urgency, due_by: date) -> GradingTask:
    pressing = list(Cause)
    task.cause = min(Cause(task.cause), cause, key=pressing.index)
    task.urgency = max(Urgency(task.urgency), urgency)
    task.due_by = min(task.due_by, due_by)
    task.save(update_fields=["cause", "urgency", "due_by"])
    return task


@transaction.atomic
def grading_withdraw(*, encounter: Encounter, by: Actor, now: datetime) -> None:
    """Take a cancelled visit off the readers' list, whichever read it waited for."""
    waiting = GradingTask.objects.select_for_update(of=("self",)).select_related("encounter")
    for task in waiting.filter(encounter=encounter, stage__in=OPEN_STAGES):
        task.stage, task.held_by, task.held_until = Stage.WITHDRAWN, None, None
        task.save(update_fields=["stage", "held_by", "held_until"])
        _audit(task, AuditAction.UPDATE, by=by, now=now, detail="the visit was cancelled")


@transaction.atomic
def grading_claim(*, task_id: int, by: Actor, now: datetime) -> GradingTask:
    """Open a case to read it: nobody else gets it while it is held. Opening it again holds it longer.

    Raises
    ------
    TaskHeld, TaskMoved, ReaderRepeated, ReaderUnblinded, RecordNotFound, RoleRefused
    """
    task = task_locked(task_id, by=by)
    may_read(task, by=by, now=now)
    first = task.held_by_id != by.practitioner_id
    task.held_by_id, task.held_until = by.practitioner_id, now + HOLD
    task.save(update_fields=["held_by", "held_until"])
    if first:
        _audit(task, AuditAction.EXECUTE, by=by, now=now, detail=f"opened for the {task.stage} read")
    return task


@transaction.atomic
def grading_claim_next(*, task_ids: Sequence[int], by: Actor, now: datetime) -> GradingTask | None:
    """Open the first of these cases that nobody holds and nobody is just opening; None when there is none."""
    # One row at a time: to lock them all would leave nothing to whoever asks at the same moment.
    free = GradingTask.objects.select_for_update(of=("self",), skip_locked=True)
    for key in task_ids:
        task = free.filter(pk=key, organization_id=by.organization_id).first()
        if task is not None and not _held_by_another(task, by=by, now=now):
            return grading_claim(task_id=key, by=by, now=now)
    return None


@transaction.atomic
def grading_release(*, task_id: int, by: Actor, now: datetime) -> None:
    """Give a case back unread. What somebody else holds is left alone. Raises RecordNotFound, RoleRefused."""
    task = task_locked(task_id, by=by)
    if task.held_by_id != by.practitioner_id:
        return
    task.held_by, task.held_until = None, None
    task.save(update_fields=["held_by", "held_until"])
    _audit(task, AuditAction.UPDATE, by=by, now=now, detail="given back unread")


@transaction.atomic
def quality_case_make(*, task_id: int, by: Actor, now: datetime, due_by: date) -> int:
    """Let a settled case measure every reader who has not read it, nor opened the patient's record since it was
    settled; returns how many get it.

    Raises
    ------
    NotSettled, RecordNotFound, RoleRefused
    """
    task = _task(task_id, by=by)
    role_required(by, *QUALITY_ROLES)
    reads = reads_current([task.pk])[task.pk]
    if task.quality_of_id is not None or task.stage != Stage.DONE or Position.SECOND not in reads:
        raise NotSettled("two people must have read it and agree, or an arbiter must have decided")
    known = {read.grader_id for read in reads.values()} | {by.practitioner_id}
    known |= set(task.quality_cases.values_list("reader_id", flat=True))
    known |= set(task.unblindings.values_list("practitioner_id", flat=True))
    opened = opened_since(task, max(read.signed_at for read in reads.values()))
    colleagues = Membership.objects.filter(
        organization_id=task.organization_id, active=True, role__in=READER_ROLES
    ).exclude(practitioner__in=known)
    readers = {one.practitioner_id for one in colleagues if one.actor().label not in opened}
    for reader in sorted(readers):
        case = _quality_case(task, reader, due_by=due_by, now=now)
        _audit(case, AuditAction.CREATE, by=by, now=now, detail="quality case")
    return len(readers)


def _quality_case(task: GradingTask, reader: int, *, due_by: date, now: datetime) -> GradingTask:
    return GradingTask.objects.create(
        organization_id=task.organization_id,
        encounter=task.encounter,
        cause=Cause.QUALITY,
        urgency=Urgency.ROUTINE,
        due_by=due_by,
        second_wanted=False,
        opened_at=now,
        quality_of=task,
        reader_id=reader,
    )


def task_locked(task_id: int, *, by: Actor) -> GradingTask:
    """A task to be read, held to the end of the transaction. Raises RecordNotFound, RoleRefused."""
    task = _task(task_id, by=by)
    role_required(by, *READER_ROLES)
    if task.reader_id not in (None, by.practitioner_id):
        raise RecordNotFound("no such case to read here; go back to the list")
    return task


def _task(task_id: int, *, by: Actor) -> GradingTask:
    rows = GradingTask.objects.select_for_update(of=("self",)).select_related("encounter")
    task = rows.filter(pk=task_id, organization_id=by.organization_id).first()
    if task is None:
        raise RecordNotFound("no such case to read here; go back to the list")
    return task


def may_read(task: GradingTask, *, by: Actor, now: datetime) -> None:
    """Refuse a case that waits for nobody, that this person read or looked at, or that another holds.

    Raises
    ------
    TaskMoved, ReaderRepeated, ReaderUnblinded, TaskHeld
    """
    if task.stage not in OPEN_STAGES:
        raise TaskMoved("this case waits for no read any more; take the next one")
    if task.reads.filter(grader=by.practitioner_id, superseded_at=None).exists():
        raise ReaderRepeated("you have read this case; the next read must be another person's")
    if task.stage == Stage.SECOND and task.unblindings.filter(practitioner=by.practitioner_id).exists():
        raise ReaderUnblinded(
            "you have looked at the result of this case; its second read is another person's"
        )
    if _held_by_another(task, by=by, now=now):
        raise TaskHeld(task.held_until)


def _held_by_another(task: GradingTask, *, by: Actor, now: datetime) -> bool:
    until = task.held_until
    return until is not None and task.held_by_id != by.practitioner_id and until > now


def _audit(task: GradingTask, action: AuditAction, *, by: Actor, now: datetime, detail: str) -> None:
    patient_id = task.encounter.patient_id
    audit_record(by=by, now=now, action=action, entity=task, patient_id=patient_id, detail=detail)
