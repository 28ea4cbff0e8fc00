"""What a page of resources leads to, when the search asks for it with `_include`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.http import QueryDict

from config.fhir.errors import FhirRefused
from config.fhir.kinds import KINDS, Kind
from config.fhir.mapping.elements import Element
from config.fhir.reading import Hit, audit_hits
from config.fhir.search import INCLUDE
from records.models import PartnerClient


def read_includes(given: QueryDict, kind: Kind) -> list[tuple[str, Kind]]:
    """The elements to follow, each with the type that it leads to. Raises FhirRefused (400)."""
    offered = {f"{kind.name}:{name}": place for name, place in kind.includes.items()}
    asked = dict.fromkeys(given.getlist(INCLUDE))
    if unknown := [one for one in asked if one not in offered]:
        known = f"one of {', '.join(offered)}" if offered else "not offered for this type"
        raise FhirRefused(400, f"{len(unknown)} of _include cannot be followed; it is {known}")
    return [(offered[one][0], KINDS[offered[one][1]]) for one in asked]


def included(
    resources: Sequence[Element],
    includes: Iterable[tuple[str, Kind]],
    *,
    client: PartnerClient,
    now: datetime,
) -> list[Element]:
    """Each resource once; what the client may not read is left out. The reads are audited."""
    found: dict[str, Element] = {}
    for element, kind in includes:
        hits = list(_led_to(kind, _ids(resources, element, kind), client, now))
        audit_hits(kind, hits, client=client, now=now)
        found |= {f"{kind.name}/{hit.resource['id']}": hit.resource for hit in hits}
    return list(found.values())


def _ids(resources: Iterable[Element], element: str, kind: Kind) -> list[str]:
    """The ids that an element of these resources, such as `media.link`, refers to, of one type."""
    parts = list(resources)
    for name in element.split("."):
        inner = [part.get(name, []) for part in parts]
        parts = [one for part in inner for one in (part if isinstance(part, list) else [part])]
    # Somebody who has no address here is a name alone.
    found = dict.fromkeys(one["reference"].partition("/")[::2] for one in parts if "reference" in one)
    return [key for name, key in found if name == kind.name]


def _led_to(kind: Kind, ids: Sequence[str], client: PartnerClient, now: datetime) -> Iterable[Hit]:
    wanted = set(ids)
    for number, source in enumerate(kind.sources):
        conditions = {source.row_of(key) for key in ids}
        rows = list(source.rows(client).filter(reduce(or_, conditions))) if conditions else []
        for row, made in zip(rows, source.resources(rows, now) if rows else (), strict=True):
            for at, one in enumerate(made):
                if one["id"] in wanted:
                    yield Hit(number, row.pk, at, source.patient_of(row), one)
