"""A hospital's program changes a Task by a JSON Patch: as an update, with only what changes."""

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as run_with
from hypothesis import strategies as st

from records.models import AuditEvent
from referrals.models import Referral
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir.test_hospital_visits import booking, coded, soon
from tests.integration.config.fhir.test_task import OUTCOME
from tests.integration.config.fhir_case import Caller, checked

PATCH = "application/json-patch+json"


def op(act: str, path: str, *value: Any) -> dict[str, Any]:
    return {"op": act, "path": path} | ({"value": value[0]} if value else {})


def to(status: str, *more: dict[str, Any]) -> list[dict[str, Any]]:
    return [op("replace", "/status", status), *more]


def patch(
    calling: Caller,
    referral: Referral,
    body: Any,
    *,
    etag: str | None = None,
    kind: str = "Task",
    **more: Any,
) -> HttpResponse:
    """`body`: JSON, or bytes as they are."""
    seen = calling.reply(f"Task/{referral.pk}").headers.get("ETag", 'W/"1"') if etag is None else etag
    headers = {"authorization": f"Bearer {calling.token}"} | ({"if-match": seen} if seen else {})
    sent = body if isinstance(body, bytes) else json.dumps(body)
    options = {"content_type": PATCH} | more
    return calling.backend.browser.patch(f"/fhir/{kind}/{referral.pk}", sent, headers=headers, **options)


def test_a_hospital_answers_step_by_step(hospital: Caller, referral: Referral) -> None:
    for status in ("received", "accepted", "in-progress"):
        reply = patch(hospital, referral, [op("test", "/id", str(referral.pk)), *to(status)])
        task = checked(reply)
        assert (task["status"], reply.headers["ETag"]) == (status, f'W/"{task["meta"]["versionId"]}"')
    done = checked(patch(hospital, referral, to("completed", op("add", "/output", OUTCOME))))
    assert len(done["output"]) == 2
    referral.refresh_from_db()
    assert referral.status == "completed"
    assert referral.history.latest("pk").actor == f"partner:{hospital.backend.client.pk}"
    assert AuditEvent.objects.filter(entity=f"referrals.referral:{referral.pk}", detail="completed").exists()


def test_a_reason_an_appointment_and_that_it_was_not_kept_go_by_patch_too(
    hospital: Caller, referral: Referral
) -> None:
    checked(patch(hospital, referral, to("received")))
    given_ = booking(soon())
    parts = [op("add", f"/{name}", given_[name]) for name in given_]
    assert checked(patch(hospital, referral, to("accepted", *parts)))["businessStatus"] == coded(
        "appointment-booked"
    )
    missed = [op("replace", "/businessStatus", coded("did-not-attend")), op("remove", "/executionPeriod")]
    checked(patch(hospital, referral, missed), 409)
    referral.appointments.update(starts_at=timezone.now())
    assert "executionPeriod" not in checked(patch(hospital, referral, missed))
    checked(patch(hospital, referral, to("on-hold")), 422)
    held = checked(
        patch(hospital, referral, to("on-hold", op("add", "/statusReason", {"text": "no theatre"})))
    )
    assert held["statusReason"]["text"] == "no theatre"


def test_a_patch_is_about_one_version(hospital: Caller, referral: Referral) -> None:
    old = hospital.reply(f"Task/{referral.pk}").headers["ETag"]
    checked(patch(hospital, referral, to("received")))
    checked(patch(hospital, referral, to("accepted"), etag=old), 412)
    checked(patch(hospital, referral, to("accepted"), etag=""), 428)
    referral.refresh_from_db()
    assert referral.status == "received"


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ([op("test", "/status", "accepted"), *to("received")], 422, "Task.status"),
        ([op("replace", "/statusReason/text", "x")], 422, "Task.statusReason.text"),
        ([*to("received"), op("replace", "/priority", "stat")], 422, "Task.priority"),
        ([*to("received"), op("replace", "/meta/versionId", "9")], 422, "Task.meta.versionId"),
        ([op("replace", "", {"resourceType": "Task"})], 422, "Task"),
        (to("wild"), 400, "Task.status"),
        ([op("remove", "/status")], 400, "Task.status"),
        ([op("copy", "/status", "x")], 400, "Task"),
        ({"resourceType": "Task", "status": "received"}, 400, "Task"),
        ({"resourceType": "Parameters"}, 400, "Task"),
        (to("completed", op("add", "/output", OUTCOME)), 409, "Task.status"),
        ([], 409, "Task.status"),
        ([op("test", "/status", "requested")], 409, "Task.status"),
    ],
    ids=str,
)
def test_what_does_not_apply_is_told_with_its_place_and_changes_nothing(
    hospital: Caller, referral: Referral, body: Any, status: int, place: str
) -> None:
    refused = checked(patch(hospital, referral, body), status)
    assert refused["issue"][0]["expression"] == [place]
    referral.refresh_from_db()
    assert referral.status == "requested"


@pytest.mark.parametrize(
    "kind", ["application/fhir+json", "application/json", "application/merge-patch+json"]
)
def test_another_kind_of_patch_is_not_taken(hospital: Caller, referral: Referral, kind: str) -> None:
    refused = checked(patch(hospital, referral, to("received"), content_type=kind), 415)
    assert PATCH in refused["issue"][0]["diagnostics"]
    task = hospital.get(f"Task/{referral.pk}") | {"status": "received"}
    headers = {"authorization": f"Bearer {hospital.token}", "if-match": 'W/"1"'}
    checked(
        hospital.backend.browser.put(
            f"/fhir/Task/{referral.pk}", json.dumps(task), content_type=PATCH, headers=headers
        ),
        415,
    )


def test_only_a_task_is_patched_and_only_by_whom_it_was_sent_to(hospital: Caller, referral: Referral) -> None:
    checked(patch(hospital, referral, to("received"), kind="ServiceRequest"), 405)
    elsewhere = fhir_case.speaks_for(fhir_case.caller(people.clinic()), referral.hospital)
    for stranger in (elsewhere, fhir_case.caller(referral.organization)):
        checked(patch(stranger, referral, to("received")), 404)
    reader = fhir_case.caller(referral.organization, scopes="system/Task.rs")
    checked(patch(fhir_case.speaks_for(reader, referral.hospital), referral, to("received")), 403)


def test_the_statement_says_that_a_task_is_patched_and_nothing_else(hospital: Caller) -> None:
    statement = hospital.get("metadata")
    assert statement["patchFormat"] == [PATCH]
    patched = {
        resource["type"]
        for resource in statement["rest"][0]["resource"]
        if {"code": "patch"} in resource["interaction"]
    }
    assert patched == {"Task"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "coding", "start", "system", "code", "type", "valueBoolean", "x"]), inner
        )
    ),
    max_leaves=8,
)
NAMES = ("status", "statusReason", "businessStatus", "executionPeriod", "output", "note", "meta", "", "x")
PATHS = st.lists(st.sampled_from([*NAMES, "0", "-", "text", "coding"]) | st.text(max_size=3), max_size=4)
OPERATION = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "replace", "remove", "test", "move", ""]) | JSON,
        "path": PATHS.map(lambda steps: "".join(f"/{step}" for step in steps)) | JSON,
    },
    optional={"value": JSON, "from": JSON},
)
STATUSES = st.sampled_from(["received", "accepted", "rejected", "requested", "draft"]).map(
    lambda status: op("replace", "/status", status)
)


@run_with(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.lists(OPERATION | STATUSES, max_size=5) | JSON)
def test_whatever_a_patch_holds_it_is_done_or_refused(
    hospital: Caller, referral: Referral, settings: LazySettings, body: Any
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 100_000
    with transaction.atomic():
        reply = patch(hospital, referral, json.dumps(body).encode(), etag=f'W/"{referral.history.count()}"')
        transaction.set_rollback(True)
    assert reply.status_code in (200, 400, 409, 422), (reply.status_code, reply.content)
    told = checked(reply, reply.status_code)
    assert told["resourceType"] == ("Task" if reply.status_code == 200 else "OperationOutcome")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 30_000,
        b"[" * 900 + b"]" * 900,
        b"null",
        b"NaN",
        b'[{"op":"add","path":"/\\ud800"}]',
    ],
    ids=lambda body: str(body[:20]),
)
def test_what_is_no_json_is_refused(hospital: Caller, referral: Referral, body: bytes) -> None:
    checked(patch(hospital, referral, body), 400)


def test_values_deep_within_one_another_are_refused(hospital: Caller, referral: Referral) -> None:
    deep = "[" * 900 + "]" * 900
    value = f'{{"op": "add", "path": "/note", "value": {deep}}}'
    test = f'{{"op": "test", "path": "/note", "value": {deep}}}'
    checked(patch(hospital, referral, f"[{value}, {test}]".encode()), 400)
