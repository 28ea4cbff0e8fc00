"""What a client may read: the screenings that it sent itself, and how far each of them is."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from config.api.status import ScreeningStatus, with_status
from records import access
from records.models import AuditAction, PartnerClient
from records.services import audit_record
from screening.models import PartnerScreening


@dataclass(frozen=True)
class Filters:
    """`before`: the key behind which the page starts."""

    limit: int
    before: int | None = None
    status: ScreeningStatus | None = None
    since: datetime | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Page:
    """Newest first; `more`: there are further ones behind the last."""

    screenings: list[PartnerScreening]
    more: bool


def screening_by_public_id(public_id: UUID, *, client: PartnerClient, now: datetime) -> PartnerScreening:
    """One screening of this client with its `status`, the read audited. Raises RecordNotFound."""
    return access.fetch(
        with_status().select_related("encounter__patient"),
        by=client.actor(),
        now=now,
        path="encounter__organization_id",
        patient="encounter.patient_id",
        client=client,
        encounter__public_id=public_id,
    )


def screenings_of_client(filters: Filters, *, client: PartnerClient, now: datetime) -> Page:
    """A page of this client's screenings with their `status`; the read is one audit row."""
    own = access.within(with_status(), by=client.actor(), path="encounter__organization_id")
    chosen = own.filter(_wanted(filters), client=client).select_related("encounter").order_by("-pk")
    found = list(chosen[: filters.limit + 1])
    page = Page(found[: filters.limit], more=len(found) > filters.limit)
    patients = (one.encounter.patient_id for one in page.screenings)
    list_read("screenings", patients, client=client, now=now)
    return page


def _wanted(filters: Filters) -> Q:
    asked = {
        "pk__lt": filters.before,
        "status": filters.status,
        "received_at__gte": filters.since,
        "external_id": filters.external_id,
    }
    return Q(**{name: value for name, value in asked.items() if value is not None})


def list_read(what: str, patients: Iterable[int], *, client: PartnerClient, now: datetime) -> None:
    """One audit row for a list, with the digest of the patients it showed; none for an empty one."""
    keys = sorted(set(patients))
    if not keys:
        return
    digest = hashlib.sha256(repr((client.organization_id, keys)).encode()).hexdigest()[:16]
    audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=client,
        detail=f"{what}: {len(keys)} patients {digest}",
    )
