from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from records import audit_export
from records.actor import Actor
from records.audit import GENESIS, audit_hash
from records.models import AuditAction, AuditEvent, Organization
from records.services import audit_record
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


def _rewrite_trail(clinic: Organization) -> None:
    """A superuser changes the first row and recomputes every hash after it."""
    previous = GENESIS
    for event in AuditEvent.objects.filter(organization=clinic).order_by("sequence"):
        event.detail, event.previous_hash = "nothing to see", previous
        previous = audit_hash(event)
        _as_intruder(
            f"UPDATE records_auditevent SET detail = 'nothing to see', previous_hash = '{event.previous_hash}', "
            f"hash = '{previous}' WHERE id = {event.pk}"
        )


def test_a_trail_rewritten_as_a_whole_differs_from_the_exported_head(
    clinic: Organization, trail: None
) -> None:
    audit_export.heads_export(now=NOW)
    _rewrite_trail(clinic)
    found = audit_export.trail_check(clinic)
    assert found is not None
    assert "exported" in found.problem


def test_a_rewritten_trail_is_not_made_right_by_exporting_it_again(clinic: Organization, trail: None) -> None:
    audit_export.heads_export(now=NOW)
    _rewrite_trail(clinic)
    assert audit_export.heads_export(now=NOW) == 0
    assert audit_export.trail_check(clinic) is not None


def test_a_head_of_an_organization_that_is_gone_is_reported(trail: None, settings: Settings) -> None:
    audit_export.heads_export(now=NOW)
    (settings.AUDIT_HEAD_DIR / "999999.jsonl").write_text("")
    with pytest.raises(CommandError, match="organization 999999: gone"):
        call_command("verify_audit")


OTHER_VALUES = {"sequence": "99", "recorded_at": "now()", "patient_id": "424242", "action": "'U'"}
RECORDED = [
    field.column for field in AuditEvent._meta.fields if field.name not in ("id", "hash", "organization")
]


@pytest.mark.parametrize("column", RECORDED)
def test_no_recorded_field_can_be_changed_unseen(clinic: Organization, trail: None, column: str) -> None:
    value = OTHER_VALUES.get(column, "'another'")
    _as_intruder(f"UPDATE records_auditevent SET {column} = {value} WHERE sequence = 2")
    assert audit_export.trail_check(clinic) is not None


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain_without_gap() -> None:
    clinic = cast.clinic()
    by = cast.actor(clinic)

    def write(number: int) -> None:
        for _ in range(8):
            audit_record(by=by, now=NOW, action=AuditAction.READ, entity=clinic, detail=str(number))
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert audit_export.trail_check(clinic) is None
    assert AuditEvent.objects.filter(organization=clinic).count() == 32


def test_each_organization_has_a_chain_of_its_own(trail: None) -> None:
    other = cast.clinic()
    cast.patient(cast.actor(other))
    sequences = AuditEvent.objects.filter(organization=other).values_list("sequence", flat=True)
    assert sorted(sequences) == [1, 2]
