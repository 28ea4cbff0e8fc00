"""Photographs and orders that a partner sends one by one, ahead of what joins them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.fhir.errors import FhirRefused
from config.fhir.mapping.given import mapping_of, photograph_of, reference_of, resource_of, text_of
from config.fhir.mapping.media_given import MediaGiven, read_media
from config.fhir.mapping.order_given import CONSENT, OrderGiven, read_consent, read_order
from records.models import ConsentScope

MEDIA_AT_MOST = 2


@dataclass(frozen=True)
class MediaUpload:
    """A photograph of `patient`: of a Binary that was sent before, or its bytes."""

    patient: UUID
    told: MediaGiven
    content: UUID | bytes


@dataclass(frozen=True)
class OrderOfUploads:
    patient: UUID
    media: frozenset[UUID]
    ordered: OrderGiven


def read_binary(body: object) -> bytes:
    """The bytes as they are, or of a Binary in JSON. Raises FhirRefused (400, 413, 415)."""
    return body if isinstance(body, bytes) else photograph_of(resource_of(body, "Binary", "Binary"), "Binary")


def read_media_upload(body: object, *, base: str, now: datetime) -> MediaUpload:
    """Raises FhirRefused (400, 413, 415, 422)."""
    media = resource_of(body, "Media", "Media")
    if ConsentScope.SCREENING not in read_consent(media, "Media"):
        advice = (
            f"a photograph ahead of its order needs the consent to it: {CONSENT} with valueCode screening"
        )
        raise FhirRefused(422, advice, expression="Media.extension")
    return MediaUpload(_subject(media, "Media", base), read_media(media, now), _content(media, base))


def _content(media: Mapping[str, Any], base: str) -> UUID | bytes:
    place = "Media.content"
    content = mapping_of(media.get("content"), place)
    url = text_of(content.get("url"), f"{place}.url")
    if not url:
        return photograph_of(content, place)
    if content.get("data"):
        raise FhirRefused(422, "has either a url or data", expression=place)
    return own_id(url, "Binary", base=base, place=f"{place}.url")


def read_order_of_uploads(body: object, *, base: str) -> OrderOfUploads:
    """Raises FhirRefused (400, 422)."""
    order = resource_of(body, "ServiceRequest", "ServiceRequest")
    ordered, place = read_order(order), "ServiceRequest.supportingInfo"
    media = frozenset(own_id(one, "Media", base=base, place=place) for one in ordered.media)
    if not 1 <= len(media) <= MEDIA_AT_MOST:
        raise FhirRefused(422, "must be the Media that were sent ahead, one an eye", expression=place)
    return OrderOfUploads(_subject(order, "ServiceRequest", base), media, ordered)


def _subject(resource: Mapping[str, Any], kind: str, base: str) -> UUID:
    place = f"{kind}.subject"
    return own_id(reference_of(resource.get("subject"), place), "Patient", base=base, place=place)


def own_id(text: str, kind: str, *, base: str, place: str) -> UUID:
    """The id of one of our own addresses, relative or whole. Raises FhirRefused (422)."""
    head, _, key = text.removeprefix(f"{base}/").partition("/")
    try:
        if head == kind and str(UUID(key)) == key:
            return UUID(key)
    except ValueError:
        pass
    raise FhirRefused(422, f"must be {kind}/<id> as it was answered here", expression=place)
