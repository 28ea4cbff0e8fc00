"""A hospital answers a referral through its program: step by step, on the version it saw, and with what it found."""

import json
from typing import Any

import pytest

from records.models import AuditEvent
from referrals.models import Referral, ReferralOutcome
from screening.models import ConfirmedDiagnosis
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir_case import Caller, checked

OUTCOME = [
    {
        "type": {"coding": [{"system": "urn:nungil:codesystem:referral-outcome", "code": code}]},
        "valueBoolean": present,
    }
    for code, present in (("right-glaucoma", True), ("left-glaucoma", False))
]


def put(calling: Caller, task: Any, *, etag: str | None = None, key: str = "", **more: Any) -> Any:
    version = f'W/"{task["meta"]["versionId"]}"' if etag is None else etag
    headers = {"authorization": f"Bearer {calling.token}"} | ({"if-match": version} if version else {})
    options = {"content_type": "application/fhir+json"} | more
    return calling.backend.browser.put(
        f"/fhir/Task/{key or task['id']}", json.dumps(task), headers=headers, **options
    )


def moved(calling: Caller, referral: Referral, status: str, **changes: Any) -> dict[str, Any]:
    task = calling.get(f"Task/{referral.pk}") | {"status": status} | changes
    task.pop("statusReason", None) if "statusReason" not in changes else None
    return checked(put(calling, task))


def test_a_hospital_takes_a_patient_in_and_says_what_it_found(hospital: Caller, referral: Referral) -> None:
    for status in ("received", "accepted", "in-progress"):
        assert moved(hospital, referral, status)["status"] == status
    done = moved(hospital, referral, "completed", output=OUTCOME)
    assert [(one["type"]["coding"][0]["code"], one["valueBoolean"]) for one in done["output"]] == [
        ("right-glaucoma", True),
        ("left-glaucoma", False),
    ]
    told = ConfirmedDiagnosis.objects.filter(referral_outcome__referral=referral, superseded_at=None)
    assert set(told.values_list("laterality", "label", "severity", "source", "confirmed_by")) == {
        ("R", "G", "present", "hospital", referral.hospital.name),
        ("L", "G", "none", "hospital", referral.hospital.name),
    }
    assert hospital.get(f"ServiceRequest/{referral.pk}")["status"] == "completed"
    referral.refresh_from_db()
    assert referral.status == "completed"
    last = referral.history.latest("pk")
    assert last.actor == f"partner:{hospital.backend.client.pk}"
    assert AuditEvent.objects.filter(entity=f"referrals.referral:{referral.pk}", detail="completed").exists()


def test_a_hospital_says_no_with_a_reason(hospital: Caller, referral: Referral) -> None:
    task = hospital.get(f"Task/{referral.pk}") | {"status": "rejected"}
    checked(put(hospital, task), 422)
    done = moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    assert (done["status"], done["statusReason"]["text"]) == ("rejected", "no retina service")


def test_the_reason_of_a_step_before_does_not_serve_again(hospital: Caller, referral: Referral) -> None:
    for status in ("received", "accepted"):
        moved(hospital, referral, status)
    held = moved(hospital, referral, "on-hold", statusReason={"text": "no theatre this week"})
    checked(put(hospital, held | {"status": "failed"}), 422)
    assert moved(hospital, referral, "failed", statusReason={"text": "moved away"})["status"] == "failed"


def test_every_answer_makes_a_version(hospital: Caller, referral: Referral) -> None:
    before = hospital.get(f"Task/{referral.pk}")["meta"]["versionId"]
    assert int(moved(hospital, referral, "received")["meta"]["versionId"]) == int(before) + 1


def test_an_answer_to_an_older_version_is_refused(hospital: Caller, referral: Referral) -> None:
    old = hospital.get(f"Task/{referral.pk}")
    moved(hospital, referral, "received")
    checked(put(hospital, old | {"status": "rejected", "statusReason": {"text": "full"}}), 412)
    checked(put(hospital, old | {"status": "received"}, etag='W/"x"'), 412)
    checked(put(hospital, old | {"status": "received"}, etag=""), 428)
    referral.refresh_from_db()
    assert referral.status == "received"


@pytest.mark.parametrize("status", ["accepted", "completed", "requested", "proposed"])
def test_a_step_that_the_table_does_not_know_is_a_conflict(
    hospital: Caller, referral: Referral, status: str
) -> None:
    output = {"output": OUTCOME} if status == "completed" else {}
    refused = checked(put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": status} | output), 409)
    assert "possible is received, rejected" in refused["issue"][0]["diagnostics"]


def test_giving_up_on_an_answer_is_the_clinic_s_own(hospital: Caller, referral: Referral) -> None:
    reason = {"statusReason": {"text": "no"}}
    checked(put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": "failed"} | reason), 409)


def test_a_hold_takes_a_reason(hospital: Caller, referral: Referral) -> None:
    for status in ("received", "accepted"):
        moved(hospital, referral, status)
    checked(put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": "on-hold"}), 422)


def test_cancelling_is_the_clinic_s_own(hospital: Caller, referral: Referral) -> None:
    checked(put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": "cancelled"}), 409)


def test_completing_takes_an_outcome_and_no_other_step_does(hospital: Caller, referral: Referral) -> None:
    checked(
        put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": "received", "output": OUTCOME}), 422
    )
    for status in ("received", "accepted", "in-progress"):
        moved(hospital, referral, status)
    checked(put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": "completed"}), 422)
    assert not ReferralOutcome.objects.exists()
    assert not ConfirmedDiagnosis.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"priority": "stat"}, 422),
        ({"for": {"reference": "Patient/1"}}, 422),
        ({"wild": 1}, 422),
        ({"id": "7"}, 400),
        ({"resourceType": "Patient"}, 400),
        ({"status": "wild"}, 400),
        ({"status": None}, 400),
        ({"status": []}, 400),
        ({"statusReason": "no"}, 400),
        ({"statusReason": {"text": "x" * 201}}, 400),
        ({"statusReason": {"text": "a\nb"}}, 400),
        ({"output": {}}, 400),
        ({"output": [7]}, 400),
        ({"output": [{"type": {"coding": [7]}}]}, 400),
        ({"output": [OUTCOME[0] | {"valueBoolean": 1}]}, 400),
        ({"output": [OUTCOME[0], OUTCOME[0]]}, 400),
    ],
    ids=str,
)
def test_what_is_no_answer_changes_nothing(
    hospital: Caller, referral: Referral, changes: dict[str, Any], status: int
) -> None:
    task = hospital.get(f"Task/{referral.pk}") | {"status": "received"} | changes
    checked(put(hospital, task, key=str(referral.pk)), status)
    referral.refresh_from_db()
    assert referral.status == "requested"


def test_another_s_task_is_not_there(hospital: Caller, referral: Referral) -> None:
    task = hospital.get(f"Task/{referral.pk}") | {"status": "received"}
    elsewhere = fhir_case.speaks_for(fhir_case.caller(people.clinic()), referral.hospital)
    checked(put(elsewhere, task), 404)
    checked(put(fhir_case.caller(referral.organization), task), 404)


def test_answering_takes_its_scope(referral: Referral) -> None:
    reader = fhir_case.caller(referral.organization, scopes="system/Task.rs")
    fhir_case.speaks_for(reader, referral.hospital)
    checked(put(reader, reader.get(f"Task/{referral.pk}") | {"status": "received"}), 403)


def test_a_body_that_cannot_be_taken_is_told(hospital: Caller, referral: Referral) -> None:
    task = hospital.get(f"Task/{referral.pk}")
    checked(put(hospital, task, content_type="application/fhir+xml"), 415)
    checked(put(hospital, task | {"text": "x" * 1_100_000}), 413)
    headers = {"authorization": f"Bearer {hospital.token}", "if-match": 'W/"1"'}
    for body in ("{", "[" * 30_000, ""):
        reply = hospital.backend.browser.put(
            f"/fhir/Task/{referral.pk}", body, content_type="application/fhir+json", headers=headers
        )
        checked(reply, 400 if body else 412)
    address = f"/fhir/ServiceRequest/{referral.pk}"
    reply = hospital.backend.browser.put(address, "{}", content_type="application/fhir+json", headers=headers)
    checked(reply, 405)
