"""The work of a case: what waits, is under way or failed, doing it here, and trying failed work again."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from operator import or_

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from config import pipeline
from records import access, work
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role, WorkItem
from records.services import audit_record
from risk.models import RiskAssessment
from screening.models import Encounter, Exam, ExamOutcome

POLL_SECONDS = 0.2
RETRY_ROLES = (Role.SCREENER, Role.ADMINISTRATOR)

# What the key of each kind of work names, and the way from there to the visit.
KEYED_BY: dict[str, tuple[type[Model], str]] = {
    "screening.score_exam": (Exam, "encounter"),
    "screening.make_derivatives": (Exam, "encounter"),
    "risk.assess_exam": (ExamOutcome, "exam__encounter"),
    "pharmacy.propose_medicine": (RiskAssessment, "encounter"),
    "referrals.propose_referral": (RiskAssessment, "encounter"),
}


@dataclass(frozen=True)
class FailedWork:
    """`encounter` has its patient and its exams' photographs loaded."""

    item: WorkItem
    encounter: Encounter

    @property
    def synthetic(self) -> bool:
        """Whether the case has a drawn photograph."""
        return any(image.synthetic for exam in self.encounter.exams.all() for image in exam.images.all())


def work_by_encounter(encounters: Collection[int]) -> dict[int, list[WorkItem]]:
    """The work of these visits that waits, is under way or failed; visits without any are left out."""
    owners = {model: _owners(model, path, encounters) for model, path in set(KEYED_BY.values())}
    mine = (Q(kind=kind, key__in=list(owners[model])) for kind, (model, _) in KEYED_BY.items())
    found: dict[int, list[WorkItem]] = defaultdict(list)
    for item in WorkItem.objects.filter(reduce(or_, mine)).order_by("pk"):
        found[owners[KEYED_BY[item.kind][0]][item.key]].append(item)
    return found


def _owners(model: type[Model], path: str, encounters: Collection[int]) -> dict[int, int]:
    return dict(model._default_manager.filter(**{f"{path}__in": encounters}).values_list("pk", path))


def work_of(encounter: Encounter) -> list[WorkItem]:
    """The work of one visit. Empty: everything that can happen has happened."""
    return work_by_encounter([encounter.pk]).get(encounter.pk, [])


def failures_of(encounter: Encounter) -> list[WorkItem]:
    """Work of a visit that was given up, with its reasons."""
    return [item for item in work_of(encounter) if item.failed_at]


def is_settled(encounter: Encounter) -> bool:
    """Whether no work of a visit waits or is under way (failed work has stopped)."""
    return all(item.failed_at for item in work_of(encounter))


def work_off_case(encounter: Encounter) -> None:
    """Do a visit's work in this process until none is left, beside whatever workers do at the same time."""
    while not is_settled(encounter):
        for item in work_of(encounter):
            pipeline.TASKS[item.kind].run(key=item.key)
        if not is_settled(encounter):
            time.sleep(POLL_SECONDS)  # a worker holds it, or a failed attempt waits for its next
            work.bury_abandoned(now=timezone.now())


def failed_work_of(*, by: Actor) -> list[FailedWork]:
    """The failed work of the actor's organization, newest first."""
    items = [item for item in work.failed() if item.kind in KEYED_BY]
    visits = _visits_of(items, by=by)
    return [FailedWork(item, visits[item.pk]) for item in items if item.pk in visits]


def _visits_of(items: Iterable[WorkItem], *, by: Actor) -> dict[int, Encounter]:
    """The visit of each item that belongs to the actor's organization, by the item's key."""
    keys: dict[tuple[type[Model], str], list[WorkItem]] = defaultdict(list)
    for item in items:
        keys[KEYED_BY[item.kind]].append(item)
    owner: dict[int, int] = {}
    for (model, path), same in keys.items():
        rows = access.within(
            model._default_manager.filter(pk__in=[item.key for item in same]),
            by=by,
            path=f"{path}__organization_id",
        )
        visit_of = dict(rows.values_list("pk", path))
        owner |= {item.pk: visit_of[item.key] for item in same if item.key in visit_of}
    visits = Encounter.objects.select_related("patient").prefetch_related("exams__images")
    loaded = visits.in_bulk(set(owner.values()))
    return {item_id: loaded[visit] for item_id, visit in owner.items()}


@transaction.atomic
def failed_work_retry(*, item_id: int, by: Actor, now: datetime) -> Encounter:
    """Let failed work run again, with an audit row; returns the visit it belongs to.

    Raises
    ------
    RoleRefused
    RecordNotFound
        Also for another organization's work, and for work that has not failed.
    """
    access.role_required(by, *RETRY_ROLES)
    item = WorkItem.objects.filter(pk=item_id, failed_at__isnull=False, kind__in=KEYED_BY).first()
    visit = _visits_of([item], by=by).get(item_id) if item else None
    if item is None or visit is None:
        raise RecordNotFound("no such failed work here; it may run again already")
    work.retry(item.kind, item.key)
    audit_record(
        by=by,
        now=now,
        action=AuditAction.EXECUTE,
        entity=item,
        patient_id=visit.patient_id,
        detail=f"retry {item.kind}:{item.key}",
    )
    transaction.on_commit(partial(pipeline.wake, item.kind, item.key))
    return visit
