"""The temporary tables between a chunk and what it writes: a row a visit, and the decisions that many visits share."""

from collections.abc import Iterable, Sequence

from django.db import connection

from risk.night.queries import LOGITS

VISIT_COLUMNS = {
    "new_id": "int8",
    "old_id": "int8",
    "encounter_id": "int8",
    "causes": "int4",
    "verdict": "int4",
    "age_years": "float8",
    "release_held": "bool",
    **dict.fromkeys(LOGITS, "float8"),
    "band_changed": "bool",
    "referral_changed": "bool",
    "medicine_changed": "bool",
    "grading_changed": "bool",
    "explained": "bool",
}
VERDICT_COLUMNS = {
    "place": "int4",
    "disposition": "text",
    "urgency": "text",
    "recall_due": "date",
    "recall_cause": "text",
}
ACTION_COLUMNS = {
    "place": "int4",
    "rank": "int4",
    "kind": "text",
    "urgency": "text",
    "due_by": "date",
    "indication": "text",
    "labels": "text",
    "red_flags": "text",
}
REASON_COLUMNS = {"place": "int4", "kind": "text", "rank": "int4", "code": "text", "parameters": "text"}
TABLES = {
    "rescored": VISIT_COLUMNS,
    "rescored_digest": {"new_id": "int8", "inputs_sha256": "text"},
    "verdict": VERDICT_COLUMNS,
    "verdict_action": ACTION_COLUMNS,
    "verdict_reason": REASON_COLUMNS,
    "recall_before": {"assessment_id": "int8", "due_by": "date"},
}


def tables_make() -> None:
    """Empty tables that last until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(_made(name, columns) for name, columns in TABLES.items()))


def tables_drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(TABLES)}")


def _made(name: str, columns: dict[str, str]) -> str:
    listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    return f"CREATE TEMPORARY TABLE {name} ({listed}) ON COMMIT DROP"


def rows_send(table: str, rows: Iterable[Sequence[object]]) -> None:
    """Append rows with texts and dates; numbers in bulk go by risk.night.copying."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
