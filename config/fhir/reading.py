"""Reads of resources, each with its audit row."""

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Model, Q
from django.http import HttpResponse, QueryDict

from config.fhir.kinds import Kind, Source
from config.fhir.mapping.elements import Element
from config.fhir.search import Page, cursor_of
from records.errors import RecordNotFound
from records.models import AuditAction, PartnerClient
from records.services import audit_record


@dataclass(frozen=True)
class Hits:
    """A page of resources; `cursor` leads to the next one, empty on the last."""

    resources: list[Element]
    cursor: str = ""


@dataclass(frozen=True)
class Hit:
    """The `at`-th resource of a row of a source."""

    source: int
    key: int
    at: int
    patient: int | None
    resource: Element


@dataclass(frozen=True)
class Read:
    """A resource and the row that it was made of."""

    source: Source
    row: Any
    resource: Element


def resource_by_id(kind: Kind, key: str, *, client: PartnerClient, now: datetime) -> Element:
    """One resource, the read audited. Raises RecordNotFound, also for what is another's."""
    return read_by_id(kind, key, client=client, now=now).resource


def read_by_id(kind: Kind, key: str, *, client: PartnerClient, now: datetime) -> Read:
    """As `resource_by_id`, with its row."""
    for source in kind.sources:
        row = source.rows(client).filter(source.row_of(key)).first()
        found = [one for one in _of_row(source, row, now) if one["id"] == key]
        if found:
            read_audited(kind, source, row, client=client, now=now)
            return Read(source, row, found[0])
    raise RecordNotFound("no such resource here")


def _of_row(source: Source, row: Any, now: datetime) -> list[Element]:
    return [] if row is None else next(iter(source.resources([row], now)))


def read_audited(kind: Kind, source: Source, row: Model, *, client: PartnerClient, now: datetime) -> None:
    audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=row,
        patient_id=source.patient_of(row),
        detail=f"FHIR {kind.name}",
    )


def search(
    kind: Kind,
    conditions: Sequence[Q],
    page: Page,
    *,
    asked: QueryDict,
    client: PartnerClient,
    now: datetime,
) -> Hits:
    """A page, newest rows of each source first, by key: what arrives meanwhile neither repeats nor hides a resource.

    A row may make several resources, and a page may end between two of them. `conditions`: on the rows of each
    source, of what was `asked`.
    """
    walked = _walk(kind, conditions, page, client, now)
    found = list(islice((hit for hit in walked if _fits(hit.resource, kind, asked)), page.count + 1))
    audit_hits(kind, found[: page.count], client=client, now=now)
    beyond = found[page.count :]
    cursor = cursor_of(beyond[0].source, beyond[0].key, beyond[0].at) if beyond else ""
    return Hits([hit.resource for hit in found[: page.count]], cursor)


def _fits(resource: Element, kind: Kind, asked: QueryDict) -> bool:
    """A row that was found may make other resources than those asked for."""
    exactly = {"_id": "id"} | {name: name for name in kind.exact}
    return all(
        resource[element] in value.split(",")
        for name, element in exactly.items()
        for value in asked.getlist(name)
    )


def _walk(
    kind: Kind, conditions: Sequence[Q], page: Page, client: PartnerClient, now: datetime
) -> Iterator[Hit]:
    for number, source in enumerate(kind.sources):
        if number < page.source:
            continue
        start = page if number == page.source else Page(page.count)
        for row, at, resource in _of_source(source, conditions[number], start, client, now):
            yield Hit(number, row.pk, at, source.patient_of(row), resource)


def _of_source(
    source: Source, condition: Q, page: Page, client: PartnerClient, now: datetime
) -> Iterator[tuple[Any, int, Element]]:
    """As many rows at once as a page may take: its number of queries does not grow with its length.

    First their keys, then all that is told of these few: what a row tells is not worked out for those passed over.
    """
    before, at_once = page.before, page.count // source.at_least + 2
    while True:
        keys = source.newest(client, condition, before, at_once)
        part = list(source.rows(client).filter(condition, pk__in=keys).order_by("-pk")) if keys else []
        for row, made in zip(part, source.resources(part, now) if part else (), strict=True):
            start = page.skip if row.pk == page.before else 0
            yield from ((row, at, one) for at, one in enumerate(made) if at >= start)
        if len(keys) < at_once:
            return
        before = keys[-1] - 1


def audit_hits(kind: Kind, hits: Iterable[Hit], *, client: PartnerClient, now: datetime) -> None:
    patients = sorted({hit.patient for hit in hits if hit.patient is not None})
    if not patients:
        return
    digest = hashlib.sha256(repr((client.organization_id, patients)).encode()).hexdigest()[:16]
    detail = f"FHIR {kind.name}: {len(patients)} patients {digest}"
    audit_record(by=client.actor(), now=now, action=AuditAction.READ, entity=client, detail=detail)


def binary_bytes(resource: Element) -> HttpResponse:
    """The bytes of a Binary as a file that no browser shows."""
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(b64decode(resource["data"]), content_type=resource["contentType"], headers=headers)
