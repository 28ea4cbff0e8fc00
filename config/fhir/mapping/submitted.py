"""The parts of a transaction Bundle read as one screening: whose photographs of which eyes, ordered by what number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.api.meta import CAMERA_LONGEST, CAPTURED_NOT_BEFORE, CLOCKS_DIFFER_BY, EXTERNAL_ID, parse_moment
from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import OURS, SNOMED
from config.fhir.mapping.given import (
    codes_of,
    list_of,
    mapping_of,
    photograph_of,
    reference_of,
    text_of,
)
from config.fhir.mapping.patient_given import read_patient
from config.fhir.mapping.transaction import in_order, parts_of
from screening.domain.laterality import Laterality

SCREENING = {(SNOMED, "134395001"), (f"{OURS}order", "eye-screening")}
CONSENT = "urn:nungil:extension:consent"
# facts/interop.md 3.2: the retina, the fundus or the eye of one side.
SIDES: Mapping[str, Laterality] = {
    "5597008": Laterality.RIGHT,
    "723298005": Laterality.RIGHT,
    "18944008": Laterality.RIGHT,
    "58443009": Laterality.LEFT,
    "723299002": Laterality.LEFT,
    "8966001": Laterality.LEFT,
}


@dataclass(frozen=True)
class Entry:
    """`eye`: of which photograph it is, for Media and Binary."""

    kind: str
    full_url: str
    eye: Laterality | None = None


@dataclass(frozen=True)
class Submitted:
    """One screening; `entries` in the order in which they were sent."""

    patient: Mapping[str, Any]
    external_id: str
    consent: tuple[str, ...]
    photographs: Mapping[Laterality, bytes]
    captured_at: datetime | None
    camera: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class _Photograph:
    eye: Laterality
    data: bytes
    binary: str
    taken_at: datetime | None
    camera: str


def read_transaction(bundle: object, *, organization_id: int, now: datetime) -> Submitted:
    """Raises FhirRefused (400, 413, 415, 422), naming the element."""
    parts = parts_of(bundle)
    ((person, patient),) = parts["Patient"].items()
    ((_, order),) = parts["ServiceRequest"].items()
    photographs = {url: _photograph(one, parts["Binary"], person, now) for url, one in parts["Media"].items()}
    eyes = {url: one.eye for url, one in photographs.items()}
    eyes |= {one.binary: one.eye for one in photographs.values() if one.binary}
    if len({one.eye for one in photographs.values()}) < len(photographs) or parts["Binary"].keys() - eyes:
        raise FhirRefused(422, "one Media for each eye, and each Binary for one of them", expression="Bundle")
    _check_order(order, person, set(photographs))
    return Submitted(
        patient=read_patient(patient, organization_id=organization_id),
        external_id=_external_id(order),
        consent=_consent(order),
        photographs={one.eye: one.data for one in photographs.values()},
        captured_at=min((one.taken_at for one in photographs.values() if one.taken_at), default=None),
        camera=next((one.camera for one in photographs.values() if one.camera), ""),
        entries=tuple(Entry(kind, url, eyes.get(url)) for kind, url in in_order(bundle)),
    )


def _photograph(
    media: Mapping[str, Any], binaries: Mapping[str, Mapping[str, Any]], person: str, now: datetime
) -> _Photograph:
    if reference_of(media.get("subject"), "Media.subject") != person:
        raise FhirRefused(422, "must be the Patient of the same Bundle", expression="Media.subject")
    content = mapping_of(media.get("content"), "Media.content")
    url = text_of(content.get("url"), "Media.content.url")
    if url and url not in binaries:
        raise FhirRefused(422, "must be a Binary of the same Bundle", expression="Media.content.url")
    data = photograph_of(binaries[url], "Binary") if url else photograph_of(content, "Media.content")
    return _Photograph(
        _eye(media), data, url, _taken_at(media.get("createdDateTime"), now), _camera(media.get("deviceName"))
    )


def _eye(media: Mapping[str, Any]) -> Laterality:
    codes = codes_of(media.get("bodySite"), "Media.bodySite")
    sides = {SIDES[code] for system, code in codes if system == SNOMED and code in SIDES}
    if len(sides) != 1:
        advice = "must say which eye, such as SNOMED CT 5597008 (right) or 58443009 (left)"
        raise FhirRefused(422, advice, expression="Media.bodySite")
    return sides.pop()


def _taken_at(value: object, now: datetime) -> datetime | None:
    place = "Media.createdDateTime"
    text = text_of(value, place)
    moment = parse_moment(text) if text else None
    if text and (moment is None or not CAPTURED_NOT_BEFORE <= moment <= now + CLOCKS_DIFFER_BY):
        raise FhirRefused(422, "must be a past moment with its offset; check the clock", expression=place)
    return moment


def _camera(value: object) -> str:
    text = text_of(value, "Media.deviceName").strip()
    if len(text) > CAMERA_LONGEST:
        raise FhirRefused(422, f"must be at most {CAMERA_LONGEST} characters", expression="Media.deviceName")
    return text


def _check_order(order: Mapping[str, Any], person: str, media: set[str]) -> None:
    place = "ServiceRequest"
    if (order.get("status"), order.get("intent")) != ("active", "order"):
        raise FhirRefused(422, "must have status active and intent order", expression=place)
    if not codes_of(order.get("code"), f"{place}.code") & SCREENING:
        raise FhirRefused(422, "must be SNOMED CT 134395001: what is offered", expression=f"{place}.code")
    if reference_of(order.get("subject"), f"{place}.subject") != person:
        raise FhirRefused(422, "must be the Patient of the same Bundle", expression=f"{place}.subject")
    led_to = list_of(order.get("supportingInfo"), f"{place}.supportingInfo")
    if {reference_of(one, place) for one in led_to} - media:
        raise FhirRefused(422, "must be Media of the same Bundle", expression=f"{place}.supportingInfo")


def _external_id(order: Mapping[str, Any]) -> str:
    place = "ServiceRequest.identifier"
    numbers = [text_of(one.get("value"), place) for one in list_of(order.get("identifier"), place)]
    if len(numbers) != 1 or not EXTERNAL_ID.fullmatch(numbers[0]):
        raise FhirRefused(422, "must be one, of 1 to 64 visible ASCII characters", expression=place)
    return numbers[0]


def _consent(order: Mapping[str, Any]) -> tuple[str, ...]:
    """What the person agreed to, as the partner's word; whether it suffices is for the intake to say."""
    place = "ServiceRequest.extension"
    given = [one for one in list_of(order.get("extension"), place) if one.get("url") == CONSENT]
    return tuple(sorted({text_of(one.get("valueCode"), place) for one in given}))
