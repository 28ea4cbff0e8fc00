"""Writes of photographs that a partner's program sends ahead of its order: kept for a day, ordered, or forgotten."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from records.actor import Actor, software
from records.models import AuditAction, PartnerClient, Patient
from records.permission import own
from records.services import audit_record
from screening.domain.laterality import Laterality
from screening.errors import TooManyUploads, UploadDescribed, UploadGone
from screening.imaging.gate import inspect_photograph
from screening.models import FundusImage, PartnerUpload, ReceivedPhotograph
from screening.storage import original_forget, original_keep

UPLOAD_KEPT = timedelta(hours=24)
UPLOADS_AT_MOST = 50


@dataclass(frozen=True)
class Description:
    """Whose photograph it is and of which eye. `captured_at`: when the camera was used."""

    patient: Patient
    laterality: Laterality
    captured_at: datetime | None = None
    camera: str = ""


def upload_store(
    *, data: bytes, client: PartnerClient, now: datetime, description: Description | None = None
) -> tuple[PartnerUpload, bool]:
    """The photograph that waits, and whether it is new: the same bytes with the same description are sent once.

    Raises
    ------
    PhotographRefused
        The gate refused the bytes (screening.imaging.gate).
    TooManyUploads
        Nobody ordered so many before.
    RecordNotFound
    """
    photograph = inspect_photograph(data)
    told = _told(client, description)
    known = _waiting(client, now).filter(sha256=photograph.sha256, **told).first()
    upload = known or _new(client, photograph.sha256, photograph.format, told, now)
    # The row first: bytes without one would lie there for ever.
    original_keep(upload.sha256, data)
    return upload, known is None


def _told(client: PartnerClient, description: Description | None) -> Mapping[str, object]:
    if description is None:
        return {"patient": None}
    own(description.patient.organization_id, by=client.actor())
    return vars(description)


def _waiting(client: PartnerClient, now: datetime) -> QuerySet[PartnerUpload]:
    return PartnerUpload.objects.filter(client=client, received_at__gt=now - UPLOAD_KEPT)


@transaction.atomic
def _new(
    client: PartnerClient, sha256: str, kind: str, told: Mapping[str, object], now: datetime
) -> PartnerUpload:
    waiting = _waiting(client, now).order_by("received_at")
    if waiting.count() >= UPLOADS_AT_MOST:
        raise TooManyUploads(waiting[0].received_at + UPLOAD_KEPT)
    upload = PartnerUpload.objects.create(client=client, sha256=sha256, format=kind, received_at=now, **told)
    _audited(upload, AuditAction.CREATE, client.actor(), now)
    return upload


def _audited(upload: PartnerUpload, action: AuditAction, by: Actor, now: datetime, why: str = "") -> None:
    audit_record(
        by=by,
        now=now,
        action=action,
        entity=upload,
        patient_id=upload.patient_id,
        detail=upload.sha256,
        reason=why,
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
    upload = _waiting(client, now).select_for_update().filter(public_id=public_id).first()
    if upload is None:
        raise UploadGone("no such photograph waits; send it again")
    told = _told(client, description)
    if upload.patient_id is not None:
        if all(getattr(upload, name) == value for name, value in told.items()):
            return upload, False
        raise UploadDescribed("this photograph was described otherwise; send it again")
    for name, value in told.items():
        setattr(upload, name, value)
    upload.save(update_fields=[*told])
    _audited(upload, AuditAction.UPDATE, client.actor(), now)
    return upload, True


def uploads_take(
    *, public_ids: Collection[UUID], client: PartnerClient, now: datetime
) -> list[PartnerUpload]:
    """Waiting photographs for an order, within its transaction, after which they wait no more.

    Raises UploadGone where one does not wait: it was ordered, or its day is over.
    """
    waiting = _waiting(client, now).select_for_update(of=("self",)).select_related("patient")
    taken = list(waiting.filter(public_id__in=public_ids, patient__isnull=False).order_by("pk"))
    if len(taken) < len(public_ids):
        raise UploadGone("a photograph does not wait for an order; send it again")
    PartnerUpload.objects.filter(pk__in=[one.pk for one in taken]).delete()
    return taken


def uploads_forget(*, now: datetime) -> int:
    """Delete what nobody ordered within its day, bytes included. Returns how many."""
    old = PartnerUpload.objects.filter(received_at__lte=now - UPLOAD_KEPT).order_by("pk")
    return sum(_forget(key, now) for key in old.values_list("pk", flat=True))


@transaction.atomic
def _forget(key: int, now: datetime) -> bool:
    free = PartnerUpload.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key)
    upload = free.select_related("client").first()
    if upload is None:
        return False
    by = software("screening.uploads", upload.client.organization_id)
    _audited(upload, AuditAction.EXECUTE, by, now, "forgotten: nobody ordered it")
    upload.delete()
    original_forget(upload.sha256, named=lambda: _named(upload.sha256))
    return True


def _named(sha256: str) -> bool:
    rows = (FundusImage.with_retracted, ReceivedPhotograph.objects, PartnerUpload.objects)
    return any(found.filter(sha256=sha256).exists() for found in rows)
