"""Many rows of a model in one statement, made by the database itself."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

UNIQUE = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'u' AND conrelid::regclass::text = ANY (%s)
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname JOIN pg_index ON indexrelid = oid
WHERE tablename = ANY (%s) AND NOT indisprimary
"""


def fill(model: type[models.Model], source: str, where: str = "", **columns: str) -> None:
    """Insert one row for each row of `source`; `columns` are SQL expressions over it.

    A column that is not named is NULL, its default, empty or false, as the model has it.
    """
    fields = [
        field for field in model._meta.concrete_fields if field.column in columns or not field.primary_key
    ]
    unknown = set(columns) - {field.column for field in fields}
    assert not unknown, f"{model.__name__} has no {unknown}"
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(columns.get(field.column) or _default(field) for field in fields)
    condition = f"WHERE {where}" if where else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values} FROM {source} {condition}'
        )


def _default(field: "models.Field[Any, Any]") -> str:
    if field.null:
        return "NULL"
    if field.default is uuid.uuid4:
        return "gen_random_uuid()"
    if field.has_default():
        return f"'{field.get_prep_value(field.default)}'"
    assert field.empty_strings_allowed, f"{field} needs a value"
    return "''"


@contextmanager
def indexed_afterwards(*tables: type[models.Model]) -> Iterator[None]:
    """Without indexes and unique constraints, save the primary keys, until all rows are there: sorting is quick."""
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(UNIQUE, [names])
        constraints = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES, [names])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')


def sequences_follow(*tables: type[models.Model]) -> None:
    """The next row gets a key of its own."""
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table
            highest = f'(SELECT coalesce(max(id), 1) FROM "{table}")'
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {highest})")
