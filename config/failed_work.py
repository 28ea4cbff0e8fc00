"""Work that was given up: the list of it, and letting it run again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from config import pipeline
from config.case_work import KEYED_BY
from config.paging import Page, page_of
from records import access, work
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role, WorkItem
from records.services import audit_record
from screening.models import Encounter

RETRY_ROLES = (Role.SCREENER, Role.ADMINISTRATOR)
PAGE_SIZE = 50


@dataclass(frozen=True)
class FailedWork:
    """`encounter` has its patient and its exams' photographs loaded."""

    item: WorkItem
    encounter: Encounter

    @property
    def synthetic(self) -> bool:
        """Whether the case has a drawn photograph."""
        return any(image.synthetic for exam in self.encounter.exams.all() for image in exam.images.all())


def failed_items(*, by: Actor) -> QuerySet[WorkItem]:
    """The failed work of the actor's organization."""
    mine = (
        Q(kind=kind) & Exists(model._default_manager.filter(pk=OuterRef("key"), **_own(path, by)))
        for kind, (model, path) in KEYED_BY.items()
    )
    return WorkItem.objects.filter(reduce(or_, mine), failed_at__isnull=False)


def failed_work_page(
    *, by: Actor, after: WorkItem | None = None, before: WorkItem | None = None
) -> tuple[list[FailedWork], Page[WorkItem]]:
    """One page of the failed work of the actor's organization, newest first."""
    items = failed_items(by=by)
    page = page_of(items, field="failed_at", descending=True, size=PAGE_SIZE, after=after, before=before)
    visits = _visits_of(page.rows)
    return [FailedWork(item, visits[item.pk]) for item in page.rows if item.pk in visits], page


def _own(path: str, by: Actor) -> dict[str, int]:
    return {f"{path}__organization_id": by.organization_id}


def _visits_of(items: Iterable[WorkItem]) -> dict[int, Encounter]:
    """The visit of each item, by the item's key."""
    keys: dict[tuple[type[Model], str], list[WorkItem]] = defaultdict(list)
    for item in items:
        keys[KEYED_BY[item.kind]].append(item)
    owner: dict[int, int] = {}
    for (model, path), same in keys.items():
        rows = model._default_manager.filter(pk__in=[item.key for item in same])
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
    item = failed_items(by=by).filter(pk=item_id).first()
    if item is None:
        raise RecordNotFound("no such failed work here; it may run again already")
    visit = _visits_of([item])[item.pk]
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
