"""A Media that a partner sends: of which eye it is, when it was taken, with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.api.meta import CAMERA_LONGEST, CAPTURED_NOT_BEFORE, CLOCKS_DIFFER_BY, parse_moment
from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import SNOMED
from config.fhir.mapping.given import codes_of, refuse_modifiers, text_of
from screening.domain.laterality import Laterality

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
class MediaGiven:
    """`captured_at` is None and `camera` empty where it was not said."""

    eye: Laterality
    captured_at: datetime | None
    camera: str


def read_media(media: Mapping[str, Any], now: datetime) -> MediaGiven:
    """All but whose photograph it is and its bytes. Raises FhirRefused (400, 422)."""
    refuse_modifiers(media, "Media")
    if media.get("status") != "completed":
        raise FhirRefused(
            422, "must be completed: what is no photograph is not taken", expression="Media.status"
        )
    return MediaGiven(
        _eye(media), _taken_at(media.get("createdDateTime"), now), _camera(media.get("deviceName"))
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
