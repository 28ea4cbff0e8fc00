"""Photographs that a program sends ahead of its order: first the bytes and then whose they are, or both (ADR 17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from rest_framework import exceptions

from config.fhir.errors import FhirRefused
from config.fhir.mapping import images
from config.fhir.mapping.alone import MediaAlone, read_binary_alone, read_media_alone
from config.fhir.reach_uploads import nameable
from config.fhir.sent import Made, Sent, refuse_condition
from records.models import PartnerClient, Patient
from screening.errors import TooManyUploads, UploadDescribed, UploadGone
from screening.models import PartnerUpload
from screening.services import Description, upload_describe, upload_store


def binary_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Made:
    """Raises FhirRefused, PhotographRefused, Throttled."""
    refuse_condition(sent)
    with _refusals(now):
        upload, fresh = upload_store(data=read_binary_alone(sent.body), client=client, now=now)
    return Made(images.waiting_binary(upload), fresh)


def media_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Made:
    """Raises FhirRefused, PhotographRefused, Throttled."""
    refuse_condition(sent)
    given = read_media_alone(sent.body, base=sent.base, now=now)
    told = given.told
    whose = _whose(given.patient, client, now)
    with _refusals(now):
        upload, fresh = _kept(given, Description(whose, told.eye, told.captured_at, told.camera), client, now)
    return Made(images.waiting_media(upload), fresh)


def _kept(
    given: MediaAlone, description: Description, client: PartnerClient, now: datetime
) -> tuple[PartnerUpload, bool]:
    if given.binary is None:
        return upload_store(data=given.data, client=client, now=now, description=description)
    return upload_describe(public_id=given.binary, client=client, now=now, description=description)


def _whose(public_id: UUID, client: PartnerClient, now: datetime) -> Patient:
    patient = nameable(client, now).filter(public_id=public_id).first()
    if patient is None:
        advice = "must be a Patient that this program posted within the last 24 hours, or may read"
        raise FhirRefused(422, advice, expression="Media.subject")
    return patient


@contextmanager
def _refusals(now: datetime) -> Iterator[None]:
    try:
        yield
    except TooManyUploads as full:
        raise exceptions.Throttled(wait=(full.until - now).total_seconds()) from full
    except UploadGone as gone:
        raise FhirRefused(422, str(gone), expression="Media.content.url") from gone
    except UploadDescribed as described:
        raise FhirRefused(409, str(described), expression="Media") from described
