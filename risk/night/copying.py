"""Rows between PostgreSQL and numpy by binary COPY. Every column has a fixed width, so that nothing is parsed.

The format: a header of 19 bytes; each row as its number of fields (int16), then for each field its length (int32)
and its bytes, all big-endian; -1 at the end. NULL has no bytes: queries send NaN or -1 in its place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
# PostgreSQL's type, and numpy's for the same bytes.
TYPES: dict[str, str] = {"float8": ">f8", "int8": ">i8", "int4": ">i4", "bool": ">u1"}

Columns = Mapping[str, str]
Rows = NDArray[np.void]


def row_type(columns: Columns) -> np.dtype[np.void]:
    """The numpy type of one row of these columns, given as {name: PostgreSQL's type}."""
    fields: list[tuple[str, str]] = [("fields_", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name}_length_", ">i4"), (name, TYPES[kind])]
    return np.dtype(fields)


def read_rows(query: str, columns: Columns, parameters: Mapping[str, Any] | None = None) -> Rows:
    """The rows of a query whose columns have these types in this order and are never NULL."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", parameters) as copy,
    ):
        content = b"".join(copy)
    body = content[len(HEADER) : -len(TRAILER)]
    return np.frombuffer(body, dtype=row_type(columns))


def write_rows(table: str, columns: Columns, values: Mapping[str, Sequence[Any] | NDArray[Any]]) -> None:
    """Append rows to a table; `values` holds one array a column."""
    rows = np.empty(len(next(iter(values.values()))), dtype=row_type(columns))
    rows["fields_"] = len(columns)
    for name, kind in columns.items():
        rows[f"{name}_length_"] = np.dtype(TYPES[kind]).itemsize
        rows[name] = values[name]
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT BINARY)') as copy,
    ):
        copy.write(HEADER + rows.tobytes() + TRAILER)
