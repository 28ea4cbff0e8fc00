"""Who waits for whom while a source of drug data is replaced; held to the end of the transaction."""

from django.db import connection

from pharmacy.domain.drug_data import DrugDataSource

IMPORT_LOCK = 0x44525547


def import_lock(source: DrugDataSource) -> None:
    """Waits for whoever imports or reads the source under lock."""
    _lock("pg_advisory_xact_lock", source)


def import_lock_shared(source: DrugDataSource) -> None:
    """Waits for whoever imports the source, so that what is decided by it stays true to the end."""
    _lock("pg_advisory_xact_lock_shared", source)


def _lock(function: str, source: DrugDataSource) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [IMPORT_LOCK, list(DrugDataSource).index(source)])
