from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from pharmacy.errors import DrugDataUnreadable
from pharmacy.importers.sql_values import SqlValue, read_inserts

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
numbers = st.integers(-(10**18), 10**18) | st.decimals(allow_nan=False, allow_infinity=False, places=4)
values = st.none() | st.booleans() | numbers | texts


def written(value: SqlValue) -> str:
    return sql.Literal(value).as_string(None)


@given(st.lists(values, min_size=1, max_size=6))
def test_any_value_written_as_a_postgresql_literal_comes_back(row: list[SqlValue]) -> None:
    columns = ", ".join(f"c{number}" for number in range(len(row)))
    statement = f"INSERT INTO own.table_a ({columns}) VALUES ({', '.join(map(written, row))});"
    (read,) = read_inserts(statement)
    assert list(read.values.values()) == row
    assert list(map(type, read.values.values())) == list(map(type, row))


@given(st.lists(texts, min_size=1, max_size=5))
def test_any_text_in_doubled_quotes_comes_back(row: list[str]) -> None:
    quoted = ",".join("'" + text.replace("'", "''") + "'" for text in row)
    (read,) = read_inserts(f"INSERT INTO t ({','.join(f'c{n}' for n in range(len(row)))}) VALUES ({quoted});")
    assert list(read.values.values()) == row


def test_rows_of_several_statements_come_in_order_with_their_lines() -> None:
    read = list(
        read_inserts(
            "INSERT INTO own.t (a,b) VALUES\n\t ('x',1),\n\t ('y\nz',2);\n-- said\nINSERT INTO t (a) VALUES (NULL);\n"
        )
    )
    assert [(row.line, row.table, row.values) for row in read] == [
        (2, "t", {"a": "x", "b": 1}),
        (3, "t", {"a": "y\nz", "b": 2}),
        (6, "t", {"a": None}),
    ]


def test_what_looks_like_a_statement_inside_a_text_stays_text() -> None:
    (row,) = read_inserts("INSERT INTO t (a) VALUES ('); DROP TABLE pharmacy_lot; --');")
    assert row.values == {"a": "); DROP TABLE pharmacy_lot; --"}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE pharmacy_lot;", "line 1: only INSERT"),
        ("INSERT INTO t (a) VALUES (1); DELETE FROM t;", "only INSERT"),
        ("INSERT INTO t (a) VALUES (now());", "expressions are not run"),
        ("INSERT INTO t (a) VALUES ((SELECT 1));", "expressions are not run"),
        ("INSERT INTO t (a) VALUES ('x' || 'y');", "expressions are not run"),
        ("INSERT INTO t (a) SELECT 1;", "only INSERT"),
        ("INSERT INTO t (a, b) VALUES ('x');", "1 values stand under 2 columns"),
        ("INSERT INTO t (a) VALUES\n('x'),\n('y;", "line 3: a text in quotes"),
        ("INSERT INTO t (a) VALUES ('x')", "is the file whole"),
        ("INSERT INTO t (a) VALUES ('x') ON CONFLICT DO NOTHING;", "is the file whole"),
        ("INSERT INTO t (a) VALUES ($$x$$);", "a text in quotes"),
        ("<html>moved</html>", "only INSERT"),
    ],
)
def test_whatever_is_no_list_of_values_is_refused_with_its_line(statement: str, said: str) -> None:
    with pytest.raises(DrugDataUnreadable, match=said):
        list(read_inserts(statement))


def test_a_number_that_is_not_whole_keeps_its_places() -> None:
    (row,) = read_inserts("INSERT INTO t (a, b) VALUES (0.10, '2026-02-10'::date);")
    assert row.values == {"a": Decimal("0.10"), "b": "2026-02-10"}
