"""The rows behind an import, written by COPY."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter

from django.db import connection, models

from pharmacy.domain import drug_rules as domain
from pharmacy.importers.products import Leaflet, Permit
from pharmacy.importers.recalls import Recall
from pharmacy.models import (
    DrugDataImport,
    DrugLeaflet,
    DrugPermit,
    DrugRecall,
    DrugRule,
    PermittedPack,
    RecalledLot,
    UnjoinedIngredient,
)

BATCH = 10_000
_RULE = tuple(domain.DrugRule.__dataclass_fields__)
_LEAFLET = tuple(Leaflet.__dataclass_fields__)
_PERMIT = tuple(name for name in Permit.__dataclass_fields__ if name != "gtins")
_RECALL = tuple(name for name in Recall.__dataclass_fields__ if name != "blocked")


def values_write(made: DrugDataImport, values: Sequence[object], progress: Callable[[int], object]) -> None:
    """Store the values of an import, all of one kind, in the caller's transaction."""
    kind = type(values[0]) if values else None
    if kind is domain.DrugRule:
        _plain(DrugRule, _RULE, made, values, progress)
        with connection.cursor() as cursor:
            # So many new rows are planned with at once, not after the next autovacuum.
            cursor.execute(f'ANALYZE "{DrugRule._meta.db_table}"')
    elif kind is Leaflet:
        _plain(DrugLeaflet, _LEAFLET, made, values, progress)
    elif kind is Permit:
        keys = _keyed(DrugPermit, _PERMIT, made, values, progress)
        packs = ((key, gtin) for key, one in zip(keys, values, strict=True) for gtin in one.gtins)
        _copy(PermittedPack, ("permit_id", "gtin"), packs)
    elif kind is Recall:
        keys = _keyed(DrugRecall, _RECALL, made, values, progress)
        blocked = ((key, *pair) for key, one in zip(keys, values, strict=True) for pair in one.blocked)
        _copy(RecalledLot, ("recall_id", "gtin", "number"), blocked)


def values_delete(superseded: DrugDataImport) -> None:
    """Remove what an import had in force; its row and its issues stay as history."""
    with connection.cursor() as cursor:
        for child, parent, link in (
            (PermittedPack, DrugPermit, "permit_id"),
            (RecalledLot, DrugRecall, "recall_id"),
        ):
            cursor.execute(
                f'DELETE FROM "{child._meta.db_table}" WHERE {link} IN '  # noqa: S608 - names of our own tables
                f'(SELECT id FROM "{parent._meta.db_table}" WHERE data_import_id = %s)',
                [superseded.pk],
            )
        for model in (DrugRule, DrugLeaflet, DrugPermit, DrugRecall, UnjoinedIngredient):
            cursor.execute(
                f'DELETE FROM "{model._meta.db_table}" WHERE data_import_id = %s',  # noqa: S608 - as above
                [superseded.pk],
            )


def _plain(
    model: type[models.Model],
    names: Sequence[str],
    made: DrugDataImport,
    values: Iterable[object],
    progress: Callable[[int], object],
) -> None:
    cells = attrgetter(*names)
    _copy(model, ("data_import_id", *names), ((made.pk, *cells(value)) for value in values), progress)


def _keyed(
    model: type[models.Model],
    names: Sequence[str],
    made: DrugDataImport,
    values: Sequence[object],
    progress: Callable[[int], object],
) -> list[int]:
    """Write values under keys that are known beforehand, for what hangs on them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, len(values)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    cells = attrgetter(*names)
    rows = ((key, made.pk, *cells(value)) for key, value in zip(keys, values, strict=True))
    _copy(model, ("id", "data_import_id", *names), rows, progress)
    return keys


def _copy(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[tuple[object, ...]],
    progress: Callable[[int], object] = lambda _: None,
) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN') as copy,
    ):
        for batch in _batches(rows):
            for row in batch:
                copy.write_row(row)
            progress(len(batch))


def _batches(rows: Iterable[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
