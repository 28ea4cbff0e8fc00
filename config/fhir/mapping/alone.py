"""Resources that a partner sends one by one, ahead of the order that joins them."""

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
class MediaAlone:
    """A photograph of `patient`: of a Binary that was sent before, or with its own `data`."""

    patient: UUID
    told: MediaGiven
    binary: UUID | None
    data: bytes


@dataclass(frozen=True)
class OrderAlone:
    patient: UUID
    media: frozenset[UUID]
    ordered: OrderGiven


def read_binary_alone(body: object) -> bytes:
    """The bytes as they are, or of a Binary in JSON. Raises FhirRefused (400, 413, 415)."""
    return body if isinstance(body, bytes) else photograph_of(resource_of(body, "Binary", "Binary"), "Binary")


def read_media_alone(body: object, *, base: str, now: datetime) -> MediaAlone:
    """Raises FhirRefused (400, 413, 415, 422)."""
    media = resource_of(body, "Media", "Media")
    if ConsentScope.SCREENING not in read_consent(media, "Media"):
        advice = (
            f"a photograph ahead of its order needs the consent to it: {CONSENT} with valueCode screening"
        )
        raise FhirRefused(422, advice, expression="Media.extension")
    content = mapping_of(media.get("content"), "Media.content")
    url = text_of(content.get("url"), "Media.content.url")
    return MediaAlone(
        patient=_subject(media, "Media", base),
        told=read_media(media, now),
        binary=own_id(url, "Binary", base=base, place="Media.content.url") if url else None,
        data=b"" if url else photograph_of(content, "Media.content"),
    )


def read_order_alone(body: object, *, base: str) -> OrderAlone:
    """Raises FhirRefused (400, 422)."""
    order = resource_of(body, "ServiceRequest", "ServiceRequest")
    ordered, place = read_order(order), "ServiceRequest.supportingInfo"
    media = frozenset(own_id(one, "Media", base=base, place=place) for one in ordered.media)
    if not 1 <= len(media) <= MEDIA_AT_MOST:
        raise FhirRefused(422, "must be the Media that were sent ahead, one an eye", expression=place)
    return OrderAlone(_subject(order, "ServiceRequest", base), media, ordered)


def _subject(resource: Mapping[str, Any], kind: str, base: str) -> UUID:
    place = f"{kind}.subject"
    return own_id(reference_of(resource.get("subject"), place), "Patient", base=base, place=place)


def own_id(text: str, kind: str, *, base: str, place: str) -> UUID:
    """The id of one of our own addresses, relative or whole. Raises FhirRefused (422)."""
    head, _, key = text.removeprefix(f"{base}/").partition("/")
    try:
        if head == kind and len(key) == len(str(UUID(int=0))):
            return UUID(key)
    except ValueError:
        pass
    raise FhirRefused(422, f"must be {kind}/<id> as it was answered here", expression=place)
