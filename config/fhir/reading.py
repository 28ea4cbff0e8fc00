"""Reads of resources, each with its audit row."""

import hashlib
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse

from config.fhir.kinds import Kind
from config.fhir.mapping.elements import Element
from config.fhir.search import Page, cursor_of
from records.errors import RecordNotFound
from records.models import AuditAction, PartnerClient
from records.services import audit_record

ROWS_AT_ONCE = 25


@dataclass(frozen=True)
class Hits:
    """A page of resources; `cursor` leads to the next one, empty on the last."""

    resources: list[Element]
    cursor: str = ""


def resource_by_id(kind: Kind, key: str, *, client: PartnerClient, now: datetime) -> Element:
    """One resource, the read audited. Raises RecordNotFound, also for what is another's."""
    row = kind.rows(client).filter(kind.row_of(key)).first()
    found = [one for one in kind.resources(row) if one["id"] == key] if row is not None else []
    if row is None or not found:
        raise RecordNotFound("no such resource here")
    audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=row,
        patient_id=kind.patient_of(row),
        detail=f"FHIR {kind.name}",
    )
    return found[0]


def search(
    kind: Kind, condition: Q, page: Page, *, wanted: str | None, client: PartnerClient, now: datetime
) -> Hits:
    """A page, newest rows first, by key: what arrives meanwhile neither repeats nor hides a resource.

    A row may make several resources, and a page may end between two of them. `wanted`: the id asked for.
    """
    rows = kind.rows(client).filter(condition).order_by("-pk")
    found: list[tuple[int, int, Element]] = []
    patients: set[int] = set()
    before, skip = page.before, page.skip
    while len(found) <= page.count:
        part = list((rows if before is None else rows.filter(pk__lte=before))[:ROWS_AT_ONCE])
        for row in part:
            made = kind.resources(row)
            start = skip if row.pk == page.before else 0
            found += [
                (row.pk, at, one)
                for at, one in enumerate(made)
                if at >= start and wanted in (None, one["id"])
            ]
            patients.add(kind.patient_of(row))
            if len(found) > page.count:
                break
        if len(part) < ROWS_AT_ONCE:
            break
        before = part[-1].pk - 1
    _audited(kind, patients, client=client, now=now)
    beyond = found[page.count :]
    return Hits([one for *_, one in found[: page.count]], cursor_of(*beyond[0][:2]) if beyond else "")


def _audited(kind: Kind, patients: set[int], *, client: PartnerClient, now: datetime) -> None:
    if not patients:
        return
    digest = hashlib.sha256(repr((client.organization_id, sorted(patients))).encode()).hexdigest()[:16]
    detail = f"FHIR {kind.name}: {len(patients)} patients {digest}"
    audit_record(by=client.actor(), now=now, action=AuditAction.READ, entity=client, detail=detail)


def photograph_bytes(resource: Element) -> HttpResponse:
    """The bytes of a Binary as a file that no browser shows."""
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(b64decode(resource["data"]), content_type=resource["contentType"], headers=headers)
