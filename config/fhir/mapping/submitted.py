"""The parts of a transaction Bundle read as one screening: whose photographs of which eyes, ordered by what number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.fhir.errors import FhirRefused
from config.fhir.mapping.given import mapping_of, photograph_of, reference_of, text_of
from config.fhir.mapping.media_given import MediaGiven, read_media
from config.fhir.mapping.order_given import OrderGiven, read_order
from config.fhir.mapping.patient_given import read_patient
from config.fhir.mapping.transaction import in_order, parts_of
from screening.domain.laterality import Laterality


@dataclass(frozen=True)
class Photograph:
    """`public_id`: under which it was sent ahead."""

    data: bytes
    captured_at: datetime | None = None
    camera: str = ""
    public_id: UUID | None = None


@dataclass(frozen=True)
class Screening:
    external_id: str
    consent: tuple[str, ...]
    photographs: Mapping[Laterality, Photograph]

    @property
    def captured_at(self) -> datetime | None:
        """The first moment that was told, for the sitting."""
        moments = [one.captured_at for one in self.photographs.values() if one.captured_at is not None]
        return min(moments, default=None)

    @property
    def camera(self) -> str:
        return next((one.camera for one in self.photographs.values() if one.camera), "")


@dataclass(frozen=True)
class Entry:
    """`eye`: of which photograph it is, for Media and Binary."""

    kind: str
    full_url: str
    eye: Laterality | None = None


@dataclass(frozen=True)
class Submitted:
    """One screening of a person; `entries` in the order in which they were sent."""

    patient: Mapping[str, Any]
    screening: Screening
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class _Sent:
    told: MediaGiven
    data: bytes
    binary: str


def read_transaction(bundle: object, *, organization_id: int, now: datetime) -> Submitted:
    """Raises FhirRefused (400, 413, 415, 422), naming the element."""
    parts = parts_of(bundle)
    ((person, patient),) = parts["Patient"].items()
    ((_, order),) = parts["ServiceRequest"].items()
    sent = {url: _photograph(one, parts["Binary"], person, now) for url, one in parts["Media"].items()}
    eyes = {url: one.told.eye for url, one in sent.items()}
    eyes |= {one.binary: one.told.eye for one in sent.values() if one.binary}
    if len({one.told.eye for one in sent.values()}) < len(sent) or parts["Binary"].keys() - eyes:
        raise FhirRefused(422, "one Media for each eye, and each Binary for one of them", expression="Bundle")
    ordered = read_order(order)
    _check_of_bundle(ordered, person, set(sent))
    photographs = {
        one.told.eye: Photograph(one.data, one.told.captured_at, one.told.camera) for one in sent.values()
    }
    return Submitted(
        patient=read_patient(patient, organization_id=organization_id),
        screening=Screening(ordered.external_id, ordered.consent, photographs),
        entries=tuple(Entry(kind, url, eyes.get(url)) for kind, url in in_order(bundle)),
    )


def _photograph(
    media: Mapping[str, Any], binaries: Mapping[str, Mapping[str, Any]], person: str, now: datetime
) -> _Sent:
    if reference_of(media.get("subject"), "Media.subject") != person:
        raise FhirRefused(422, "must be the Patient of the same Bundle", expression="Media.subject")
    content = mapping_of(media.get("content"), "Media.content")
    url = text_of(content.get("url"), "Media.content.url")
    if url and url not in binaries:
        raise FhirRefused(422, "must be a Binary of the same Bundle", expression="Media.content.url")
    data = photograph_of(binaries[url], "Binary") if url else photograph_of(content, "Media.content")
    return _Sent(read_media(media, now), data, url)


def _check_of_bundle(order: OrderGiven, person: str, media: set[str]) -> None:
    place = "ServiceRequest"
    if order.subject != person:
        raise FhirRefused(422, "must be the Patient of the same Bundle", expression=f"{place}.subject")
    if set(order.media) - media:
        raise FhirRefused(422, "must be Media of the same Bundle", expression=f"{place}.supportingInfo")
