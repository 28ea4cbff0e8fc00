"""One page of a work-list, ready for its template."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from config.blinding import visits_blinded
from config.case_list import CaseRow, case_rows
from config.live import digest_of
from config.paging import page_of
from config.work_list_address import Address
from config.work_list_search import MOST_PATIENTS, patients_found
from config.work_lists import WorkList, counts, visits_of, within_days
from records import access
from records.actor import Actor
from screening.models import Encounter

PAGE_SIZE = 20


@dataclass(frozen=True)
class WorkListPage:
    """`previous`, `next`: addresses, None where nothing follows. `too_many`: the search found more than it shows.
    `lost`: the row that the address names is not here any more.
    """

    rows: list[CaseRow]
    counts: Mapping[WorkList, int]
    previous: Address | None
    next: Address | None
    too_many: bool
    lost: bool

    @property
    def digest(self) -> str:
        """Changes whenever anything that the page shows does."""
        shown = [[getattr(row, name) for name in _SHOWN] + _failures(row) for row in self.rows]
        visits = [(row.encounter.public_id, row.encounter.patient.name) for row in self.rows]
        parts = (shown, visits, sorted(self.counts.items()), bool(self.previous), bool(self.next))
        return digest_of(parts)


_SHOWN = tuple(field.name for field in fields(CaseRow) if field.name not in ("encounter", "failures"))


def _failures(row: CaseRow) -> list[object]:
    return [(item.pk, item.failed_at, item.reason) for item in row.failures]


def work_list_page(
    address: Address, words: str, *, today: date, zone: ZoneInfo, by: Actor, size: int = PAGE_SIZE
) -> WorkListPage:
    """The page at an address; `words` are those of its search."""
    patients = patients_found(words, by=by) if words else None
    visits = _filtered(address, patients, today=today, zone=zone, by=by)
    after, before = _anchor(address.after, by), _anchor(address.before, by)
    loaded = visits.select_related("patient")
    page = page_of(loaded, field="started_at", descending=True, size=size, after=after, before=before)
    ends = [row.public_id for row in (page.rows[:1] + page.rows[-1:])]
    return WorkListPage(
        rows=case_rows(page.rows, blinded=visits_blinded((row.pk for row in page.rows), by=by)),
        counts=counts(today=today, zone=zone, by=by),
        previous=address.with_(before=ends[0]) if page.has_previous and ends else None,
        next=address.with_(after=ends[1]) if page.has_next and ends else None,
        too_many=patients is not None and len(patients) >= MOST_PATIENTS,
        lost=bool(address.after or address.before) and not (after or before),
    )


def _filtered(address: Address, patients: list[int] | None, **whose: Any) -> QuerySet[Encounter]:
    listed = visits_of(address.list, urgency=address.urgency, **whose)
    visits = within_days(listed, address.since, address.until, whose["zone"])
    return visits if patients is None else visits.filter(patient__in=patients)


def _anchor(public_id: UUID | None, by: Actor) -> Encounter | None:
    if public_id is None:
        return None
    return access.within(Encounter.objects.all(), by=by).filter(public_id=public_id).first()
