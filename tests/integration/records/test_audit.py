import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from records import audit_export
from records.actor import Actor
from records.models import AuditEvent, Organization
from tests.factories import records as cast
from tests.factories.records import NOW

TAMPER = {
    "changed": "UPDATE records_auditevent SET detail = 'nothing to see' WHERE sequence = 2",
    "removed": "DELETE FROM records_auditevent WHERE sequence = 2",
}


@pytest.fixture
def trail(screener: Actor) -> None:
    for _ in range(2):
        cast.patient(screener)


def _as_intruder(sql: str) -> None:
    """What a person with the database's superuser rights could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")


def test_a_whole_trail_verifies(trail: None) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "the trail is whole" in out.getvalue()


@pytest.mark.parametrize(
    "statement", ["UPDATE records_auditevent SET detail = ''", "DELETE FROM records_auditevent"]
)
def test_the_database_refuses_to_change_the_trail(trail: None, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_empty_the_trail(trail: None) -> None:
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE records_auditevent")


@pytest.mark.parametrize(
    ("kind", "problem"), [("changed", "changed after it was written"), ("removed", "missing")]
)
def test_the_first_broken_row_is_named(trail: None, kind: str, problem: str) -> None:
    _as_intruder(TAMPER[kind])
    with pytest.raises(CommandError, match=f"row 2 {problem}"):
        call_command("verify_audit")


def test_a_truncated_trail_shows_against_the_exported_head(clinic: Organization, trail: None) -> None:
    audit_export.heads_export(now=NOW)
    _as_intruder("DELETE FROM records_auditevent WHERE sequence >= 3")
    found = audit_export.trail_check(clinic)
    assert found is not None
    assert (found.sequence, "missing" in found.problem) == (3, True)


def test_a_trail_rewritten_as_a_whole_differs_from_the_exported_head(
    clinic: Organization, trail: None
) -> None:
    audit_export.heads_export(now=NOW)
    path = audit_export._head_file(clinic.pk)
    head = json.loads(path.read_text())
    path.write_text(json.dumps(head | {"hash": "0" * 64}))
    found = audit_export.trail_check(clinic)
    assert found is not None
    assert found.sequence == head["sequence"]


def test_each_organization_has_a_chain_of_its_own(trail: None) -> None:
    other = cast.clinic()
    cast.patient(cast.actor(other))
    sequences = AuditEvent.objects.filter(organization=other).values_list("sequence", flat=True)
    assert sorted(sequences) == [1, 2]
