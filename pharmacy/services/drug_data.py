"""Storing what was read of a source: one transaction, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pharmacy.domain.drug_data import DrugDataSource, ImportFacts, why_not_import
from pharmacy.drug_data_selectors import import_in_force
from pharmacy.errors import DrugDataRefused
from pharmacy.importers.reading import Reading
from pharmacy.models import DrugDataImport, DrugDataIssue, Lot, UnjoinedIngredient
from pharmacy.services.drug_data_rows import values_delete, values_write
from pharmacy.services.import_lock import import_lock
from pharmacy.services.recalls import lots_recall_notified
from records.actor import software

Progress = Callable[[int], object]


@dataclass(frozen=True)
class ImportOutcome:
    """`changed`: false where the same data were in force already. `quarantined`: lots that a recall newly names."""

    data_import: DrugDataImport
    changed: bool
    quarantined: tuple[Lot, ...] = ()


def drug_data_check(
    source: DrugDataSource, reading: Reading, *, incomplete: bool = False, fewer: bool = False
) -> None:
    """Raises DrugDataRefused when a reading must not replace what is in force; stores nothing."""
    in_force = import_in_force(source)
    before = in_force and ImportFacts(in_force.rows_read, in_force.rows_refused, in_force.complete)
    new = ImportFacts(reading.rows, reading.refused, reading.complete)
    if why := why_not_import(new, before, incomplete=incomplete, fewer=fewer):
        raise DrugDataRefused(f"{reading.file}: {why}; nothing was changed")


@transaction.atomic
def drug_data_import(
    *,
    source: DrugDataSource,
    reading: Reading,
    by: str,
    now: datetime,
    incomplete: bool = False,
    fewer: bool = False,
    progress: Progress = lambda _: None,
) -> ImportOutcome:
    """Put a reading in force in place of the source's last one. The same data again change nothing.

    With recalls, the lots that they name go into quarantine in the same transaction (PD-06).

    Parameters
    ----------
    by : who imports, as people call them; drug data belong to no organization.
    incomplete, fewer : as in `domain.drug_data.why_not_import`.
    progress : called with the number of values after each batch.

    Raises
    ------
    DrugDataRefused
        Nothing was changed.
    """
    import_lock(source)
    drug_data_check(source, reading, incomplete=incomplete, fewer=fewer)
    in_force = import_in_force(source)
    if in_force and _same(in_force, reading):
        return ImportOutcome(
            _seen_again(in_force, reading, now), changed=False, quarantined=_quarantine(source, now)
        )
    if in_force:
        in_force.superseded_at = now
        in_force.save(update_fields=["superseded_at"])
        values_delete(in_force)
    made = _create(source, reading, by, now)
    values_write(made, reading.values, progress)
    return ImportOutcome(made, changed=True, quarantined=_quarantine(source, now))


def _quarantine(source: DrugDataSource, now: datetime) -> tuple[Lot, ...]:
    """What recalls name in any machine; permits say which packs a recall without barcodes is about."""
    if source not in (DrugDataSource.RECALLS, DrugDataSource.PERMITS):
        return ()
    clinics = Lot.objects.order_by("organization_id").values_list("organization_id", flat=True).distinct()
    actors = [software("pharmacy.recalls", clinic) for clinic in clinics]
    return tuple(lot for by in actors for lot in lots_recall_notified(by=by, now=now))


def _same(in_force: DrugDataImport, reading: Reading) -> bool:
    stored = (in_force.sha256, in_force.reader, in_force.complete)
    return stored == (reading.sha256, reading.reader, reading.complete)


def _seen_again(in_force: DrugDataImport, reading: Reading, now: datetime) -> DrugDataImport:
    """The same data of a later day are as new as that day; never older than they were."""
    in_force.checked_at = now
    in_force.as_of = max((day for day in (in_force.as_of, reading.as_of) if day), default=None)
    in_force.save(update_fields=["checked_at", "as_of"])
    return in_force


def _create(source: DrugDataSource, reading: Reading, by: str, now: datetime) -> DrugDataImport:
    made = DrugDataImport.objects.create(
        source=source,
        file=reading.file[:200],
        sha256=reading.sha256,
        as_of=reading.as_of,
        complete=reading.complete,
        rows_read=reading.rows,
        rows_refused=reading.refused,
        values_stored=len(reading.values),
        imported_at=now,
        imported_by=by[:100],
        checked_at=now,
        reader=reading.reader,
    )
    DrugDataIssue.objects.bulk_create(
        (
            DrugDataIssue(
                data_import=made,
                row=issue.row,
                column=issue.column[:64],
                value=issue.value,
                advice=issue.advice[:200],
                refused=issue.refused,
            )
            for issue in reading.issues
        ),
        batch_size=5_000,
    )
    UnjoinedIngredient.objects.bulk_create(
        (
            UnjoinedIngredient(data_import=made, name=name, rows=rows)
            for name, (_, rows) in reading.unjoined.items()
        ),
        batch_size=5_000,
    )
    return made
