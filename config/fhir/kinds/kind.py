"""What the table says of one resource type."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from config.fhir.mapping.elements import Element
from config.fhir.search import Reader
from records.models import PartnerClient

# The resources of each row; as many queries for many rows as for one.
Made = Callable[[Sequence[Any], datetime], Iterable[list[Element]]]


@dataclass(frozen=True)
class Source:
    """Rows of one table of which resources are made.

    `rows` are what the client may read; `resources` makes some of each row, `at_least` so many; `row_of` leads from
    an id to the row that has it. `patient` is the path to the patient's key, empty where there is none.
    `parameters`: how each search parameter reads on these rows. `ways`: the same rows, in parts of which the database
    finds the newest without all others.
    """

    rows: Callable[[PartnerClient], QuerySet[Any]]
    resources: Made
    row_of: Callable[[str], Q]
    patient: str
    parameters: Mapping[str, tuple[str, Reader]] = field(default_factory=dict)
    at_least: int = 1
    ways: Callable[[PartnerClient], Sequence[QuerySet[Any]]] | None = None

    def newest(self, client: PartnerClient, condition: Q, before: int | None, count: int) -> list[int]:
        """The highest keys of the rows that meet the condition, from `before` on downwards."""
        found = set()
        for part in self.ways(client) if self.ways else (self.rows(client),):
            rows = part.filter(condition) if before is None else part.filter(condition, pk__lte=before)
            found |= set(rows.order_by("-pk").values_list("pk", flat=True)[:count])
        return sorted(found, reverse=True)[:count]

    def readers(self) -> Mapping[str, Reader]:
        return {"_id": self.row_of} | {name: reader for name, (_, reader) in self.parameters.items()}

    def patient_of(self, row: models.Model) -> int | None:
        if not self.patient:
            return None
        value: Any = row
        for name in self.patient.split("."):
            value = getattr(value, name)
        return None if value is None else int(value)


@dataclass(frozen=True)
class Kind:
    """One resource type. `letters`: the interactions offered, as scopes name them.

    Every source has the same parameters. `needs`: a search has one of these, once, or is refused. `includes`: what
    `_include` may follow, as the path to the element that refers and the type that it leads to. `exact`: parameters
    for which a condition on rows finds too much, so that the element of that name must be one of what is asked for.
    `keeps_versions`: earlier ones can be read too.
    `documentation`: what the CapabilityStatement says of it in words.
    """

    name: str
    letters: str
    sources: tuple[Source, ...]
    needs: tuple[str, ...] = ()
    includes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    exact: tuple[str, ...] = ()
    keeps_versions: bool = False
    documentation: str = ""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The type of each search parameter."""
        return {name: what for name, (what, _) in self.sources[0].parameters.items()}

    @property
    def scope(self) -> str:
        """All that a scope may allow."""
        return f"system/{self.name}.{self.letters}"


def each(made: Callable[[Any], Element]) -> Made:
    """One resource a row, of which everything was loaded with it."""
    return lambda rows, _now: [[made(row)] for row in rows]
