"""Letting work run again that was given up."""

from datetime import datetime
from functools import partial, reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from config import pipeline
from config.case_work import KEYED_BY
from records import access, work
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role, WorkItem
from records.services import audit_record
from screening.models import Encounter

RETRY_ROLES = (Role.SCREENER, Role.ADMINISTRATOR)


def failed_items(*, by: Actor) -> QuerySet[WorkItem]:
    """The failed work of the actor's organization."""
    mine = (
        Q(kind=kind) & Exists(model._default_manager.filter(pk=OuterRef("key"), **_own(path, by)))
        for kind, (model, path) in KEYED_BY.items()
    )
    return WorkItem.objects.filter(reduce(or_, mine), failed_at__isnull=False)


def _own(path: str, by: Actor) -> dict[str, int]:
    return {f"{path}__organization_id": by.organization_id}


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
    visit = _visit_of(item)
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


def _visit_of(item: WorkItem) -> Encounter:
    model, path = KEYED_BY[item.kind]
    return Encounter.objects.get(pk=model._default_manager.values_list(path, flat=True).get(pk=item.key))
