from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.fhir.errors import FhirRefused
from config.fhir.mapping.task_visits import (
    SYSTEM,
    Visit,
    VisitCode,
    elements,
    read_visit,
    visit_after,
)

AT = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
LATER = AT + timedelta(days=7)
BOOKED = Visit(VisitCode.APPOINTMENT_BOOKED, AT)
MISSED = Visit(VisitCode.DID_NOT_ATTEND)
SENT = ("", "requested")
ACCEPTED = ("", "accepted")
BOOKS, MISSES = ("booked", "accepted"), ("did-not-attend", "accepted")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_appointment_reads_back_as_it_was_said(moment: datetime) -> None:
    visit = Visit(VisitCode.APPOINTMENT_BOOKED, moment)
    assert read_visit(elements(visit), {}) == visit


@pytest.mark.parametrize("visit", [None, BOOKED, MISSED])
def test_a_task_as_it_was_read_changes_nothing(visit: Visit | None) -> None:
    assert read_visit(elements(visit), elements(visit)) is None
    assert read_visit({}, elements(visit)) is None


def test_the_same_moment_in_another_zone_changes_nothing() -> None:
    there = elements(BOOKED) | {"executionPeriod": {"start": "2026-12-01T09:30:00+09:00"}}
    assert read_visit(there, elements(BOOKED)) is None


def test_a_booked_appointment_is_told_missed_with_its_time_left_as_it_was() -> None:
    said = elements(BOOKED) | {"businessStatus": elements(MISSED)["businessStatus"]}
    assert read_visit(said, elements(BOOKED)) == MISSED


def test_another_time_alone_moves_the_appointment() -> None:
    moved = {"executionPeriod": {"start": LATER.isoformat()}}
    assert read_visit(moved, elements(BOOKED)) == Visit(VisitCode.APPOINTMENT_BOOKED, LATER)


CODE = elements(BOOKED)["businessStatus"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"businessStatus": CODE}, 400),
        ({"executionPeriod": {"start": AT.isoformat()}}, 400),
        ({"businessStatus": CODE, "executionPeriod": {"start": "2026-12-01"}}, 400),
        ({"businessStatus": CODE, "executionPeriod": {"start": "2026-12-01T09:30:00"}}, 400),
        ({"businessStatus": CODE, "executionPeriod": {"start": AT.isoformat(), "end": AT.isoformat()}}, 400),
        ({"businessStatus": CODE, "executionPeriod": {"start": 7}}, 400),
        ({"businessStatus": CODE, "executionPeriod": [AT.isoformat()]}, 400),
        ({"businessStatus": {"coding": [{"system": SYSTEM, "code": "arrived"}]}}, 400),
        ({"businessStatus": {"coding": [{"system": "urn:theirs", "code": "did-not-attend"}]}}, 400),
        ({"businessStatus": {"coding": [*CODE["coding"], *CODE["coding"]]}}, 400),
        ({"businessStatus": {"coding": [7]}}, 400),
        ({"businessStatus": {"coding": 7}}, 400),
        ({"businessStatus": {"coding": [{"system": SYSTEM, "code": []}]}}, 400),
        ({"businessStatus": {"text": "booked"}}, 400),
        ({"businessStatus": "booked"}, 400),
        ({"businessStatus": []}, 400),
        (elements(MISSED) | {"executionPeriod": {"start": AT.isoformat()}}, 422),
    ],
    ids=str,
)
def test_what_says_nothing_of_a_visit_is_refused(given: dict[str, Any], status: int) -> None:
    with pytest.raises(FhirRefused) as refused:
        read_visit(given, {})
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("steps", "visit"),
    [
        ([SENT, ACCEPTED], None),
        ([SENT, ACCEPTED, BOOKS], BOOKED),
        ([SENT, ACCEPTED, BOOKS, ("late-kept", "accepted")], BOOKED),
        ([SENT, ACCEPTED, BOOKS, ("", "on-hold")], BOOKED),
        ([SENT, ACCEPTED, BOOKS, MISSES], MISSED),
        ([SENT, ACCEPTED, BOOKS, BOOKS], Visit(VisitCode.APPOINTMENT_BOOKED, LATER)),
        ([SENT, ACCEPTED, BOOKS, MISSES, BOOKS], Visit(VisitCode.APPOINTMENT_BOOKED, LATER)),
        ([SENT, ACCEPTED, BOOKS, ("", "in-progress")], None),
        ([SENT, ACCEPTED, BOOKS, MISSES, ("patient-declines", "cancelled")], None),
    ],
    ids=str,
)
def test_each_version_says_what_was_known_then(steps: list[tuple[str, str]], visit: Visit | None) -> None:
    assert visit_after(steps, [AT, LATER]) == visit
