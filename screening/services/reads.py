"""Writes of signed reads. Signed is final: what changes is a further version, with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditAction
from records.services import audit_record
from screening import events, selectors
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import DISEASES, Label
from screening.domain.grading import OverrideReason, Position, Sees, Stage, next_stage, sees
from screening.domain.laterality import Laterality
from screening.domain.reading import EyeReading, overridden, problems_of
from screening.errors import ReadingInvalid, ReasonMissing, TaskMoved
from screening.models import Encounter, EyeRead, FindingRead, FundusImage, GradingTask, Read
from screening.read_selectors import images_to_read, readings_of, reads_current
from screening.services.grading import may_read, task_locked

REASON_LONGEST = 300


@dataclass(frozen=True)
class EyeEntry:
    """One eye as it was typed in. `decided`: the answer for each disease; `override`: why against the machine."""

    reading: EyeReading
    decided: Mapping[Label, bool | None] = field(default_factory=dict)
    override: OverrideReason | None = None
    override_text: str = ""


@dataclass(frozen=True)
class _Seen:
    """What was on the reader's screen: the photographs, the machine's result of them, what of it was shown."""

    images: Mapping[Laterality, FundusImage]
    machine: ExamResult | None
    shown: Sees

    def eye(self, laterality: Laterality) -> EyeResult | None:
        eyes = self.machine.eyes if self.machine else ()
        return next((eye for eye in eyes if eye.laterality is laterality), None)


@transaction.atomic
def read_sign(
    *, task_id: int, position: Position, entries: Sequence[EyeEntry], by: Actor, now: datetime
) -> Read:
    """Sign a read of a case at the position it was opened for. The visit then shows what people decided.

    Signing the same position twice returns the signed read.

    Raises
    ------
    ReadingInvalid
        Naming every field to complete.
    TaskHeld, TaskMoved, ReaderRepeated, ReaderUnblinded, RecordNotFound, RoleRefused
    """
    task = _held(task_id, by=by)
    signed = task.reads.filter(position=position, grader=by.practitioner_id, superseded_at=None).first()
    if signed is not None:
        return signed
    may_read(task, by=by, now=now)
    if task.stage != position:
        raise TaskMoved("somebody signed this read while you were at it; yours was not signed")
    read = Read(task=task, position=position, grader_id=by.practitioner_id, signed_at=now)
    return _store(read, entries, by=by, now=now)


@transaction.atomic
def read_amend(*, read_id: int, entries: Sequence[EyeEntry], reason: str, by: Actor, now: datetime) -> Read:
    """Amend one's own signed read: a further version that says why; the earlier one stays to be seen.

    Raises
    ------
    ReadingInvalid, ReasonMissing, RecordNotFound, RoleRefused
    TaskMoved
        It was amended meanwhile.
    """
    old = Read.objects.filter(pk=read_id, task__organization_id=by.organization_id).first()
    if old is None:
        raise RecordNotFound("no such read here; go back to the list")
    task = _held(old.task_id, by=by)
    old.refresh_from_db()
    if old.grader_id != by.practitioner_id:
        raise RoleRefused("only the person who signed a read amends it; sign a read of your own")
    if old.superseded_at is not None:
        raise TaskMoved("this read was amended meanwhile; look at the newest version")
    if not reason.strip():
        raise ReasonMissing("say why the read is amended; the reason is kept with it")
    old.superseded_at = now
    old.save(update_fields=["superseded_at"])
    read = Read(
        task=task,
        position=old.position,
        grader_id=by.practitioner_id,
        signed_at=now,
        version=old.version + 1,
        amend_reason=reason.strip()[:REASON_LONGEST],
    )
    return _store(read, entries, by=by, now=now)


def _held(task_id: int, *, by: Actor) -> GradingTask:
    """The visit, then the task: the order in which everyone takes them."""
    visit = GradingTask.objects.filter(pk=task_id).values("encounter")
    Encounter.objects.select_for_update(no_key=True).filter(pk__in=visit).first()
    return task_locked(task_id, by=by)


def _store(read: Read, entries: Sequence[EyeEntry], *, by: Actor, now: datetime) -> Read:
    task = read.task
    visit = task.encounter_id
    shown = sees(Position(read.position), quality=task.quality_of_id is not None)
    seen = _Seen(images_to_read(visit), selectors.visit_result(visit, people_too=False), shown)
    _check(entries, seen)
    before = selectors.visit_result(visit)
    read.save(force_insert=True)
    for entry in entries:
        _store_eye(read, entry, seen)
    _advance(read, changed=selectors.visit_result(visit) != before)
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=read,
        patient_id=task.encounter.patient_id,
        detail=f"{read.position} read, version {read.version}",
        reason=read.amend_reason,
    )
    return read


def _check(entries: Sequence[EyeEntry], seen: _Seen) -> None:
    problems: dict[tuple[str, str], str] = {}
    given = {entry.reading.laterality for entry in entries}
    for laterality in seen.images.keys() ^ given:
        problems[laterality.value, "gradability"] = "undecided"
    for entry in entries:
        eye = entry.reading.laterality.value
        problems |= {(eye, name): code for name, code in problems_of(entry.reading, entry.decided).items()}
        if _overrides(entry, seen) and entry.override is None:
            problems[eye, "override"] = "reason-missing"
        if entry.override is OverrideReason.OTHER and not entry.override_text.strip():
            problems[eye, "override_text"] = "words-missing"
    if problems:
        raise ReadingInvalid(problems)


def _overrides(entry: EyeEntry, seen: _Seen) -> frozenset[Label]:
    """What the reader decided against the machine's decision, having seen it."""
    if not seen.shown.machine:
        return frozenset()
    return overridden(seen.eye(entry.reading.laterality), entry.reading)


def _store_eye(read: Read, entry: EyeEntry, seen: _Seen) -> None:
    reading, severity = entry.reading, entry.reading.severity
    judged = reading.ungradable is None
    eye = EyeRead.objects.create(
        read=read,
        image=seen.images[reading.laterality],
        laterality=reading.laterality,
        ungradable_reason=reading.ungradable or "",
        icdr=severity.icdr if judged else None,
        macular_oedema=severity.macular_oedema if judged else None,
        amd=(severity.amd or "") if judged else "",
    )
    if not judged:
        return
    machine = seen.eye(reading.laterality)
    against = _overrides(entry, seen)
    FindingRead.objects.bulk_create(
        FindingRead(
            eye=eye,
            label=label,
            present=label in reading.present,
            machine=(machine.decision(label) if machine else None) or "",
            overrides=label in against,
            override_reason=(entry.override or "") if label in against else "",
            override_text=entry.override_text.strip()[:REASON_LONGEST] if label in against else "",
        )
        for label in DISEASES
    )


def _advance(read: Read, *, changed: bool) -> None:
    """Whose read is missing now; announce it when the visit shows something else than before."""
    task = read.task
    stage = _stage_after(task)
    if stage != task.stage or task.held_by_id == read.grader_id:
        task.held_by, task.held_until = None, None
    task.stage = stage
    task.effect_at = read.signed_at if changed else task.effect_at
    task.save(update_fields=["stage", "held_by", "held_until", "effect_at"])
    events.visit_read.send(sender=None, key=task.encounter_id)
    if changed:
        newest = selectors.outcomes_of_visit(task.encounter_id)[-1]
        events.read_signed.send(sender=None, key=newest.pk)


def _stage_after(task: GradingTask) -> Stage:
    if task.stage == Stage.WITHDRAWN:
        return Stage.WITHDRAWN
    if task.quality_of_id is not None:
        return Stage.DONE
    return next_stage(readings_of(reads_current([task.pk])[task.pk]), second_wanted=task.second_wanted)
