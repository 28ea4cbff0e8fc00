"""Photographs that a program sends ahead of its order: first the bytes and then whose they are, or both (ADR 17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from rest_framework import exceptions

from config.fhir import reading
from config.fhir.errors import FhirRefused
from config.fhir.kinds import KINDS
from config.fhir.mapping import images
from config.fhir.mapping.elements import reference, retina
from config.fhir.mapping.uploads import MediaUpload, read_binary, read_media_upload
from config.fhir.reach_uploads import nameable
from config.fhir.sent import Created, Sent, refuse_condition
from records.errors import RecordNotFound
from records.models import PartnerClient, Patient
from screening.errors import TooManyUploads, UploadDescribed, UploadGone
from screening.services import Description, upload_describe, upload_store


def binary_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Created:
    """Raises FhirRefused, PhotographRefused, Throttled."""
    refuse_condition(sent)
    with _refusals(now):
        upload, fresh = upload_store(data=read_binary(sent.body), client=client, now=now)
    return Created(images.waiting_binary(upload), fresh)


def media_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Created:
    """Raises FhirRefused, PhotographRefused, Throttled."""
    refuse_condition(sent)
    given = read_media_upload(sent.body, base=sent.base, now=now)
    told = given.told
    whose = _whose(given.patient, client, now)
    description = Description(whose, told.eye, told.captured_at, told.camera)
    with _refusals(now):
        if isinstance(given.content, bytes):
            upload, fresh = upload_store(data=given.content, client=client, now=now, description=description)
            return Created(images.waiting_media(upload), fresh)
        try:
            upload, fresh = upload_describe(
                public_id=given.content, client=client, now=now, description=description
            )
            return Created(images.waiting_media(upload), fresh)
        except UploadGone as gone:
            return _ordered_since(given, gone, client, now)


def _ordered_since(given: MediaUpload, gone: UploadGone, client: PartnerClient, now: datetime) -> Created:
    """What was told of a photograph whose order came meanwhile: the answer was lost, and is given again."""
    try:
        media = reading.resource_by_id(KINDS["Media"], str(given.content), client=client, now=now)
    except RecordNotFound:
        raise gone from None
    told = (reference("Patient", given.patient), retina(given.told.eye))
    if (media["subject"], media["bodySite"]) != told:
        raise UploadDescribed(
            "this photograph was ordered with another description; send it as a Media with its data"
        )
    return Created(media, fresh=False)


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
