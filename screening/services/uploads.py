"""Writes of photographs that a partner's program sends ahead of its order: kept for a day, ordered, or forgotten."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from records.actor import Actor
from records.models import AuditAction, PartnerClient, Patient
from records.permission import own
from records.services import audit_record
from screening.domain.laterality import Laterality
from screening.errors import TooManyUploads, UploadDescribed, UploadGone
from screening.imaging.gate import inspect_photograph
from screening.models import PartnerUpload
from screening.storage import original_keep
from screening.upload_selectors import UPLOAD_KEPT, uploads_waiting

# What one client sends is judged and stored one after the other.
CLIENT_LOCK = 0x4E554E49
Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Description:
    """Whose photograph it is and of which eye. `captured_at`: when the camera was used."""

    patient: Patient
    laterality: Laterality
    captured_at: datetime | None = None
    camera: str = ""

    def fields(self) -> dict[str, Any]:
        return {
            "patient": self.patient,
            "laterality": self.laterality,
            "captured_at": self.captured_at,
            "camera": self.camera,
        }


def upload_store(
    *, data: bytes, client: PartnerClient, now: datetime, description: Description | None = None
) -> tuple[PartnerUpload, bool]:
    """The photograph that waits, and whether it is new: what is sent again waits another day and is the same.

    Raises
    ------
    PhotographRefused
        The gate refused the bytes (screening.imaging.gate).
    TooManyUploads
        Nobody ordered so many before.
    RecordNotFound
    """
    photograph = inspect_photograph(data)
    if description is not None:
        own(description.patient.organization_id, by=client.actor())
    content = {
        "sha256": photograph.sha256,
        "sha1": sha1(data, usedforsecurity=False).hexdigest(),
        "format": photograph.format,
        "size_bytes": photograph.size_bytes,
    }
    upload, fresh = _waiting_or_new(client, content, description.fields() if description else {}, now)
    # The row first: bytes without one would lie there for ever.
    original_keep(upload.sha256, data)
    return upload, fresh


@transaction.atomic
def _waiting_or_new(
    client: PartnerClient, content: Columns, told: Columns, now: datetime
) -> tuple[PartnerUpload, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLIENT_LOCK, client.pk])
    same = uploads_waiting(client, now).filter(sha256=content["sha256"], **told)
    known = same.select_for_update(of=("self",)).order_by("pk").first()
    if known is None:
        return _new(client, {**content, **told, "described_at": now if told else None}, now), True
    _sent_again(known, now, described=bool(told))
    return known, False


def _sent_again(upload: PartnerUpload, now: datetime, *, described: bool) -> None:
    """A description is a new word of the consent too."""
    upload.received_at = now
    upload.described_at = now if described else upload.described_at
    upload.save(update_fields=["received_at", "described_at"])


def _new(client: PartnerClient, columns: Columns, now: datetime) -> PartnerUpload:
    waiting = uploads_waiting(client, now).order_by("received_at")
    if waiting.count() >= settings.API_UPLOADS_WAITING:
        raise TooManyUploads(waiting[0].received_at + UPLOAD_KEPT)
    upload = PartnerUpload.objects.create(client=client, received_at=now, **columns)
    upload_audited(upload, AuditAction.CREATE, by=client.actor(), now=now)
    return upload


def upload_audited(
    upload: PartnerUpload, action: AuditAction, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    audit_record(
        by=by,
        now=now,
        action=action,
        entity=upload,
        patient_id=upload.patient_id,
        detail=upload.sha256,
        reason=reason,
    )


@transaction.atomic
def upload_describe(
    *, public_id: UUID, client: PartnerClient, now: datetime, description: Description
) -> tuple[PartnerUpload, bool]:
    """Say whose photograph a waiting one is; saying the same twice changes nothing. True where it was said now.

    Raises
    ------
    UploadGone, UploadDescribed, RecordNotFound
    """
    own(description.patient.organization_id, by=client.actor())
    upload = uploads_waiting(client, now).select_for_update().filter(public_id=public_id).first()
    if upload is None:
        raise UploadGone("no such photograph waits; send it again")
    told = description.fields()
    if upload.patient_id is not None:
        if all(getattr(upload, name) == value for name, value in told.items()):
            _sent_again(upload, now, described=True)
            return upload, False
        raise UploadDescribed("this photograph was described otherwise; send it as a Media with its data")
    for name, value in (told | {"described_at": now}).items():
        setattr(upload, name, value)
    upload.save(update_fields=["described_at", *told])
    upload_audited(upload, AuditAction.UPDATE, by=client.actor(), now=now)
    return upload, True


def uploads_take(
    *, public_ids: Collection[UUID], client: PartnerClient, now: datetime
) -> list[PartnerUpload]:
    """Waiting photographs for an order, within its transaction, after which they wait no more.

    Raises UploadGone where one does not wait: it was ordered, or its day is over.
    """
    waiting = uploads_waiting(client, now).select_for_update(of=("self",)).select_related("patient")
    taken = list(waiting.filter(public_id__in=public_ids, patient__isnull=False).order_by("pk"))
    if len(taken) < len(public_ids):
        raise UploadGone("a photograph does not wait for an order; send it again")
    PartnerUpload.objects.filter(pk__in=[one.pk for one in taken]).delete()
    return taken
