"""One resource that a program posts to its type, and what became of it."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element


@dataclass(frozen=True)
class Sent:
    """`body`: JSON, or the bytes of a photograph; `condition`: its If-None-Exist; `base`: how our addresses begin."""

    body: Any
    condition: str
    base: str


@dataclass(frozen=True)
class Created:
    """`fresh`: it was made now, not found."""

    resource: Element
    fresh: bool


def identifier_of(condition: str) -> tuple[str, str]:
    """(system, value) of the one identifier that an If-None-Exist asks for; the system may be empty.

    Raises FhirRefused (400).
    """
    asked = QueryDict(condition)
    head, bar, rest = asked.get("identifier", "").partition("|")
    system, value = (head, rest) if bar else ("", head)
    if asked.keys() != {"identifier"} or len(asked.getlist("identifier")) != 1 or not value:
        raise FhirRefused(400, "If-None-Exist must be identifier=system|value and nothing else")
    return system, value


def refuse_condition(sent: Sent) -> None:
    """What has no identifier is found by none."""
    if sent.condition:
        raise FhirRefused(400, "If-None-Exist is not offered here; the same content is taken once anyway")
