"""Rows between PostgreSQL and numpy in its binary form. Every column has a fixed width, so that nothing is parsed.

A query is read as one row with an array of each column: 20 bytes that describe it, then for each element its length
(int32) and its bytes. A table is written row by row: the number of fields (int16), then for each field its length and
its bytes. All is big-endian. NULL has no bytes: queries send NaN or -1 in its place.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
FIELDS = 2  # bytes that count the fields of a row
LENGTH = 4
ARRAY_HEADER = 20
# PostgreSQL's type, and numpy's for the same bytes.
TYPES: dict[str, str] = {"float8": ">f8", "int8": ">i8", "int4": ">i4", "bool": ">u1"}

Columns = Mapping[str, str]
Rows = NDArray[np.void]


def read_rows(query: str, columns: Columns, parameters: Mapping[str, Any] | None = None) -> Rows:
    """The rows of a query whose columns have these types in this order and are never NULL."""
    arrays = ", ".join(f"coalesce(array_agg({name}), '{{}}')" for name in columns)
    whole = f"COPY (SELECT {arrays} FROM ({query}) rows ({', '.join(columns)})) TO STDOUT (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(whole, parameters) as copy:
        content = memoryview(b"".join(copy))
    at, found = len(HEADER) + FIELDS, {}
    for name, kind in columns.items():
        size = int.from_bytes(content[at : at + LENGTH])
        element = np.dtype([("length", ">i4"), ("value", TYPES[kind])])
        found[name] = np.frombuffer(content[at + LENGTH + ARRAY_HEADER : at + LENGTH + size], element)[
            "value"
        ]
        at += LENGTH + size
    return _table(found)


def _table(columns: Mapping[str, NDArray[Any]]) -> Rows:
    count = len(next(iter(columns.values())))
    rows = np.empty(count, [(name, values.dtype.newbyteorder("=")) for name, values in columns.items()])
    for name, values in columns.items():
        rows[name] = values
    return rows


def write_rows(
    table: str,
    columns: Columns,
    values: Mapping[str, Sequence[Any] | NDArray[Any]],
    same: Mapping[str, str | None] = MappingProxyType({}),
) -> None:
    """Append rows to a table; `values` holds one array a column, `same` a text or NULL that all rows share."""
    kinds = {name: TYPES[kind] for name, kind in columns.items()}
    kinds |= {name: f"S{len(text or '')}" for name, text in same.items()}
    rows = np.empty(len(next(iter(values.values()))), dtype=_row_type(kinds))
    rows["fields_"] = len(kinds)
    for name, kind in kinds.items():
        told = same.get(name)
        rows[f"{name}_length_"] = -1 if name in same and told is None else np.dtype(kind).itemsize
        if name not in same or told:
            rows[name] = values.get(name, told)
    names = ", ".join(f'"{name}"' for name in kinds)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT BINARY)') as copy,
    ):
        copy.write(HEADER + rows.tobytes() + TRAILER)


def _row_type(kinds: Mapping[str, str]) -> np.dtype[np.void]:
    """The numpy type of one row of columns of these numpy types."""
    fields: list[tuple[str, str]] = [("fields_", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"{name}_length_", ">i4"), (name, kind)]
    return np.dtype(fields)


def keys_as_text(keys: NDArray[np.int64]) -> str:
    """Many keys as one parameter, to be cast to bigint[]."""
    return f"{{{','.join(map(str, keys.tolist()))}}}"
