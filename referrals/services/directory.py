"""Storing what a directory tells of hospitals: whole or not at all, and nothing that a person told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from referrals.domain.capabilities import Capability
from referrals.importers.listing import Listing
from referrals.importers.reader import Directory, Reading
from referrals.models import (
    Hospital,
    HospitalCapability,
    HospitalImport,
    HospitalSpecialty,
    OpeningHours,
)

CHUNK = 500
COLUMNS = (
    "name",
    "country",
    "active",
    "address",
    "phone",
    "emergency_phone",
    "website",
    "type_code",
    "care_level",
    "emergency_beds",
    "emergency_beds_at",
)
# What only a directory tells, also of a hospital that a person confirmed.
COLUMNS_CONFIRMED = ("type_code", "care_level", "emergency_beds", "emergency_beds_at")
FROM_DEPARTMENTS = (Capability.EYE_CLINIC, Capability.INTERNAL_MEDICINE)
Progress = Callable[[int], object]


@dataclass(frozen=True)
class ImportCounts:
    """Hospitals of a reading by what became of them; `closed` were open until now."""

    added: int
    changed: int
    unchanged: int
    closed: int


@transaction.atomic
def hospitals_import(
    *,
    directory: Directory,
    reading: Reading,
    by: str,
    now: datetime,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> ImportCounts:
    """Enter or renew every hospital of a reading. The same reading again changes nothing.

    Places per week, equipment, languages, insurances and access are never touched. Of a hospital that a person
    confirmed only its beds, type and level are renewed: a directory may close it, but neither opens it again nor
    renames or moves it. Hospitals that the file leaves out stay.

    Parameters
    ----------
    by : who imports, as people call them; hospitals belong to no organization.
    dry_run : count only.
    """
    counts = _import(directory, reading, progress)
    if dry_run:
        transaction.set_rollback(True)
        return counts
    HospitalImport.objects.create(
        source=directory,
        file=reading.file[:200],
        sha256=reading.sha256,
        rows_read=reading.rows,
        rows_refused=reading.refused,
        added=counts.added,
        changed=counts.changed,
        closed=counts.closed,
        imported_at=now,
        imported_by=by[:100],
    )
    return counts


def _import(directory: Directory, reading: Reading, progress: Progress) -> ImportCounts:
    added = changed = 0
    for start in range(0, len(reading.listings), CHUNK):
        chunk = reading.listings[start : start + CHUNK]
        new, renewed = _chunk(directory, chunk)
        added, changed = added + new, changed + renewed
        progress(len(chunk))
    closing = Hospital.objects.filter(source=directory, source_id__in=reading.closed, active=True)
    closed = closing.update(active=False, listing_digest="")
    return ImportCounts(added, changed, len(reading.listings) - added - changed, closed)


def _chunk(directory: Directory, chunk: Sequence[Listing]) -> tuple[int, int]:
    """How many of these hospitals are new, and how many are told differently than before."""
    # In one order, so that two imports wait for each other, and without keeping referrals to them waiting.
    rows = (
        Hospital.objects.select_for_update(no_key=True)
        .filter(source=directory, source_id__in=[one.source_id for one in chunk])
        .order_by("pk")
    )
    known = {row.source_id: row for row in rows}
    new = [
        _told(Hospital(source=directory, source_id=one.source_id), one)
        for one in chunk
        if one.source_id not in known
    ]
    renewed = [
        _told(known[one.source_id], one)
        for one in chunk
        if one.source_id in known and known[one.source_id].listing_digest != one.digest
    ]
    Hospital.objects.bulk_create(new)
    Hospital.objects.bulk_update(renewed, [*COLUMNS, "latitude", "longitude", "listing_digest"])
    by_id = {one.source_id: one for one in chunk}
    open_to_change = [(row, by_id[row.source_id]) for row in (*new, *renewed) if row.confirmed_at is None]
    _specialties(open_to_change)
    _capabilities(open_to_change)
    _hours(open_to_change)
    return len(new), len(renewed)


def _told(row: Hospital, listing: Listing) -> Hospital:
    """The row with what the directory tells; the rest of it stays."""
    confirmed = row.confirmed_at is not None
    for column in COLUMNS_CONFIRMED if confirmed else COLUMNS:
        value = getattr(listing, column)
        if value is not None:
            setattr(row, column, value)
    if not confirmed:
        row.latitude, row.longitude = listing.place.latitude, listing.place.longitude
    row.listing_digest = listing.digest
    return row


Pairs = Sequence[tuple[Hospital, Listing]]


def _specialties(pairs: Pairs) -> None:
    told = [(row, one.specialties) for row, one in pairs if one.specialties is not None]
    HospitalSpecialty.objects.filter(hospital__in=[row for row, _ in told]).delete()
    HospitalSpecialty.objects.bulk_create(
        HospitalSpecialty(hospital=row, code=code) for row, codes in told for code in sorted(codes)
    )


def _capabilities(pairs: Pairs) -> None:
    told = [(row, one.capabilities) for row, one in pairs if one.capabilities is not None]
    HospitalCapability.objects.filter(
        hospital__in=[row for row, _ in told], code__in=FROM_DEPARTMENTS
    ).delete()
    HospitalCapability.objects.bulk_create(
        HospitalCapability(hospital=row, code=code) for row, codes in told for code in sorted(codes)
    )


def _hours(pairs: Pairs) -> None:
    told = [(row, one.hours) for row, one in pairs if one.hours is not None]
    OpeningHours.objects.filter(hospital__in=[row for row, _ in told]).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(hospital=row, day=span.day, opens=span.opens, closes=span.closes)
        for row, spans in told
        for span in sorted(spans)
    )
