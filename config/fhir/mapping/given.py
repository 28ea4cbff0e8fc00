"""A stranger's JSON, read element by element: each is of its type, or the request is refused with its place."""

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Mapping
from typing import Any

from config.fhir.errors import FhirRefused
from screening.imaging.gate import MAX_BYTES

PHOTOGRAPHS = ("image/jpeg", "image/png")
# Three bytes are four letters; line breaks between them are allowed.
PHOTOGRAPH_LONGEST = MAX_BYTES * 4 // 3 * 103 // 100


def resource_of(value: object, kind: str, place: str) -> Mapping[str, Any]:
    found = mapping_of(value, place)
    if found.get("resourceType") != kind:
        raise FhirRefused(400, f"must be a {kind}", expression=place)
    return found


def refuse_modifiers(resource: Mapping[str, Any], place: str) -> None:
    """FHIR R4: what changes the meaning of other elements is understood, or the resource refused (422)."""
    for name in ("modifierExtension", "implicitRules"):
        if resource.get(name):
            raise FhirRefused(422, "is not understood here; leave it out", expression=f"{place}.{name}")


def mapping_of(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FhirRefused(400, "must be a JSON object", expression=place)
    return value


def list_of(value: object, place: str) -> list[Mapping[str, Any]]:
    """A list of objects; one that was left out is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise FhirRefused(400, "must be a list", expression=place)
    return [mapping_of(one, place) for one in value]


def text_of(value: object, place: str) -> str:
    """One line; what was left out is empty."""
    if value is None:
        return ""
    if not isinstance(value, str) or not value.isprintable():
        raise FhirRefused(400, "must be one line of text", expression=place)
    return value


def reference_of(value: object, place: str) -> str:
    return text_of(mapping_of(value, place).get("reference"), f"{place}.reference")


def codes_of(value: object, place: str) -> set[tuple[str, str]]:
    """(system, code) of each coding of a CodeableConcept."""
    codings = list_of(mapping_of(value, place).get("coding"), f"{place}.coding")
    return {(text_of(one.get("system"), place), text_of(one.get("code"), place)) for one in codings}


def photograph_of(content: Mapping[str, Any], place: str) -> bytes:
    """The bytes of an Attachment or Binary. Raises FhirRefused: 415, 413, or 400 for what is no base64."""
    if text_of(content.get("contentType"), f"{place}.contentType") not in PHOTOGRAPHS:
        raise FhirRefused(415, f"must be {' or '.join(PHOTOGRAPHS)}", expression=f"{place}.contentType")
    data = content.get("data")
    if not isinstance(data, str) or not data:
        raise FhirRefused(400, "needs the photograph as base64", expression=f"{place}.data")
    if len(data) > PHOTOGRAPH_LONGEST:
        raise FhirRefused(413, "a photograph is at most 20 MB", expression=f"{place}.data")
    try:
        return b64decode("".join(data.split()), validate=True)
    except (NoBase64, ValueError):
        raise FhirRefused(400, "is no base64", expression=f"{place}.data") from None
