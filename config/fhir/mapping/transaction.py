"""A transaction Bundle taken apart: Patient, Media (with Binary) and the ServiceRequest that orders a screening."""

from collections.abc import Mapping
from typing import Any

from config.fhir.errors import FhirRefused
from config.fhir.mapping.given import list_of, mapping_of, refuse_modifiers, resource_of, text_of

MOST = {"Patient": 1, "ServiceRequest": 1, "Media": 2, "Binary": 2}
LEAST = {"Patient": 1, "ServiceRequest": 1, "Media": 1}

Parts = Mapping[str, Mapping[str, Mapping[str, Any]]]


def kinds_of(bundle: object) -> set[str]:
    """Which types a Bundle would make. Raises FhirRefused (400) for what is no transaction that is offered."""
    return {kind for kind, parts in parts_of(bundle).items() if parts}


def in_order(bundle: Any) -> list[tuple[str, str]]:
    """(type, fullUrl) of each entry of a Bundle that `parts_of` took."""
    return [(entry["resource"]["resourceType"], entry["fullUrl"]) for entry in bundle["entry"]]


def parts_of(bundle: object) -> Parts:
    """The resources by type and fullUrl. Raises FhirRefused (400, 422)."""
    whole = resource_of(bundle, "Bundle", "Bundle")
    refuse_modifiers(whole, "Bundle")
    if whole.get("type") != "transaction":
        raise FhirRefused(400, "only a transaction is taken", expression="Bundle.type")
    parts: dict[str, dict[str, Mapping[str, Any]]] = {kind: {} for kind in MOST}
    for number, entry in enumerate(list_of(whole.get("entry"), "Bundle.entry")):
        kind, url, resource = _entry(entry, f"Bundle.entry[{number}]")
        if any(url in found for found in parts.values()):
            raise FhirRefused(400, "is used twice", expression=f"Bundle.entry[{number}].fullUrl")
        parts[kind][url] = resource
    wrong = [kind for kind, found in parts.items() if not LEAST.get(kind, 0) <= len(found) <= MOST[kind]]
    if wrong:
        what = "one Patient, one ServiceRequest, one Media an eye, and a Binary for each where it has no data"
        raise FhirRefused(422, f"send {what}", expression="Bundle.entry")
    return parts


def _entry(entry: Mapping[str, Any], place: str) -> tuple[str, str, Mapping[str, Any]]:
    resource = mapping_of(entry.get("resource"), f"{place}.resource")
    request = mapping_of(entry.get("request"), f"{place}.request")
    kind = text_of(resource.get("resourceType"), f"{place}.resource")
    if kind not in MOST or request.get("method") != "POST" or request.get("url") != kind:
        taken = f"a POST of {', '.join(MOST)} to its own type"
        raise FhirRefused(422, f"a transaction takes {taken}", expression=f"{place}.request")
    url = text_of(entry.get("fullUrl"), f"{place}.fullUrl")
    if not url.startswith("urn:uuid:"):
        raise FhirRefused(400, "must be a urn:uuid", expression=f"{place}.fullUrl")
    return kind, url, resource
