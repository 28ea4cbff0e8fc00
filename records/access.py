"""The only door to a clinical record: scoped to the actor's organization, and every read leaves a trace."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet

from records import services
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Patient
from records.permission import role_required

__all__ = ["fetch", "patient_by_public_id", "role_required", "within"]

Record = TypeVar("Record", bound=models.Model)


def within(queryset: QuerySet[Record], *, by: Actor, path: str = "organization_id") -> QuerySet[Record]:
    """The rows of the actor's own organization; `path` leads from the model to its organization."""
    return queryset.filter(**{path: by.organization_id})


def fetch(
    queryset: QuerySet[Record],
    *,
    by: Actor,
    now: datetime,
    path: str = "organization_id",
    patient: str = "patient_id",
    **lookup: Any,
) -> Record:
    """One record of the actor's organization, with the read audited.

    `patient` is the dotted attribute that leads to the patient's key.

    Raises
    ------
    RecordNotFound
        Also for another organization's record: existence is not revealed.
    """
    record = within(queryset, by=by, path=path).filter(**lookup).first()
    if record is None:
        raise RecordNotFound("no such record here; check the number or ask an administrator")
    services.audit_record(
        by=by, now=now, action=AuditAction.READ, entity=record, patient_id=_follow(record, patient)
    )
    return record


def patient_by_public_id(public_id: str, *, by: Actor, now: datetime) -> Patient:
    """One patient, with the read audited. Raises RecordNotFound."""
    return fetch(Patient.objects.all(), by=by, now=now, patient="pk", public_id=public_id)


def _follow(record: models.Model, dotted: str) -> int | None:
    value: Any = record
    for name in dotted.split("."):
        value = getattr(value, name)
    return value
