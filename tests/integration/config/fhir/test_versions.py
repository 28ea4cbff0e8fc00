"""Earlier versions of a referral, what a search leads on to, and a follow-up that nobody overwrites."""

from typing import Any

import pytest
from django.utils import timezone

from config.fhir.kinds import KINDS
from records.models import AuditEvent, Role
from referrals.models import Referral
from referrals.services import referral_follow_up
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir.test_task import OUTCOME, moved, put
from tests.integration.config.fhir_case import Caller, checked


def _versions(hospital: Caller, address: str) -> list[dict[str, Any]]:
    bundle = hospital.get(f"{address}/_history")
    assert (bundle["type"], bundle["total"]) == ("history", len(bundle["entry"]))
    return [entry["resource"] for entry in bundle["entry"]]


def test_every_step_since_it_was_sent_is_a_version(hospital: Caller, referral: Referral) -> None:
    for status in ("received", "accepted"):
        moved(hospital, referral, status)
    moved(hospital, referral, "on-hold", statusReason={"text": "no theatre this week"})
    for status in ("in-progress",):
        moved(hospital, referral, status)
    moved(hospital, referral, "completed", output=OUTCOME)
    task = f"Task/{referral.pk}"
    versions = _versions(hospital, task)
    assert [one["status"] for one in versions] == [
        "completed",
        "in-progress",
        "on-hold",
        "accepted",
        "received",
        "requested",
    ]
    assert versions[0] == hospital.get(task)
    assert ["output" in one for one in versions] == [True, *[False] * 5]
    assert versions[2]["statusReason"] == {"text": "no theatre this week"}
    assert [one["status"] for one in _versions(hospital, f"ServiceRequest/{referral.pk}")] == [
        "completed",
        "active",
        "on-hold",
        "active",
        "active",
        "active",
    ]
    for one in versions:
        assert hospital.get(f"{task}/_history/{one['meta']['versionId']}") == one


def test_before_it_was_sent_there_is_no_version(hospital: Caller, referral: Referral) -> None:
    first = _versions(hospital, f"Task/{referral.pk}")[-1]["meta"]["versionId"]
    assert int(first) > 1, "the clinic's own steps came first"
    hospital.get(f"Task/{referral.pk}/_history/{int(first) - 1}", status=404)
    hospital.get(f"Task/{referral.pk}/_history/x", status=404)


@pytest.mark.parametrize("kind", [kind for kind in fhir_case.SEARCHED if not KINDS[kind].keeps_versions])
def test_of_other_kinds_the_version_in_force_is_the_history(
    hospital: Caller, referral: Referral, kind: str
) -> None:
    fhir_case.supplied(referral)
    (newest, *_) = hospital.all(kind)
    address = f"{kind}/{newest['id']}"
    assert _versions(hospital, address) == [newest]
    assert hospital.get(f"{address}/_history/{newest['meta']['versionId']}") == newest
    hospital.get(f"{address}/_history/0", status=404)


def test_versions_are_the_hospital_s_own(hospital: Caller, referral: Referral) -> None:
    stranger = fhir_case.caller(people.clinic())
    visit = referral.encounter.public_id
    reports = (f"DiagnosticReport/{visit}", f"Observation/{visit}-R-G", f"RiskAssessment/{visit}-G")
    for address in (f"Task/{referral.pk}", *reports, f"Provenance/{visit}-software"):
        newest = hospital.get(address)["meta"]["versionId"]
        stranger.get(f"{address}/_history", status=404)
        stranger.get(f"{address}/_history/{newest}", status=404)
    fhir_case.speaks_for(
        searching := fhir_case.caller(referral.organization, scopes="system/Task.s"), referral.hospital
    )
    searching.get(f"Task/{referral.pk}/_history", status=403)


def test_a_history_that_was_read_is_audited_and_one_that_is_not_there_is_not(
    hospital: Caller, referral: Referral
) -> None:
    visit = referral.encounter
    hospital.get(f"DiagnosticReport/{visit.public_id}/_history")
    hospital.get(f"Observation/{visit.public_id}-R-X/_history", status=404)
    row = AuditEvent.objects.filter(actor=f"partner:{hospital.backend.client.pk}").latest("pk")
    assert (row.detail, row.patient_id) == ("FHIR DiagnosticReport", visit.patient_id)


def test_a_follow_up_is_a_version_of_its_own(hospital: Caller, referral: Referral) -> None:
    said_no = moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    by = people.actor(referral.organization, Role.COORDINATOR)
    referral_follow_up(referral_id=referral.pk, by=by, now=timezone.now(), words="called another clinic")
    checked(put(hospital, said_no | {"status": "received"}), 412)
    task = hospital.get(f"Task/{referral.pk}")
    assert int(task["meta"]["versionId"]) == int(said_no["meta"]["versionId"]) + 1
    assert task["meta"]["lastUpdated"] > said_no["meta"]["lastUpdated"]
    checked(put(hospital, task | {"status": "received"}), 409)
    assert b"another clinic" not in hospital.reply(f"Task/{referral.pk}/_history").content
    newest, before, *_ = _versions(hospital, f"Task/{referral.pk}")
    assert (newest, before) == (task, said_no)


@pytest.mark.parametrize(
    ("search", "led_to"),
    [
        ("Task?_include=Task:focus", {"ServiceRequest": 1}),
        ("Task?_include=Task:focus&_include=Task:patient", {"ServiceRequest": 1, "Patient": 1}),
        ("ServiceRequest?_include=ServiceRequest:subject", {"Patient": 1}),
        ("DiagnosticReport?_include=DiagnosticReport:result", {"Observation": 16}),
        ("DiagnosticReport?_include=DiagnosticReport:media", {"Media": 2}),
        ("Provenance?_include=Provenance:target", {"DiagnosticReport": 1}),
    ],
)
def test_a_search_brings_what_it_leads_to(hospital: Caller, search: str, led_to: dict[str, int]) -> None:
    entries = hospital.get(search)["entry"]
    assert [entry["search"]["mode"] for entry in entries].count("match") == 1
    found: dict[str, int] = {}
    for entry in entries[1:]:
        kind = entry["resource"]["resourceType"]
        assert entry["fullUrl"].endswith(f"/fhir/{kind}/{entry['resource']['id']}")
        found[kind] = found.get(kind, 0) + 1
    assert found == led_to


def test_what_is_not_to_be_read_is_not_included_either(hospital: Caller, referral: Referral) -> None:
    hospital.get("Task?_include=Task:wild", status=400)
    hospital.get("Media?_include=Media:subject", status=400)
    narrow = fhir_case.caller(referral.organization, scopes="system/Task.rs")
    fhir_case.speaks_for(narrow, referral.hospital)
    narrow.get("Task?_include=Task:patient", status=403)
    moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    assert [entry["search"]["mode"] for entry in hospital.get("Task?_include=Task:patient")["entry"]] == [
        "match"
    ]


def test_what_is_no_search_takes_no_parameter_of_one(hospital: Caller, referral: Referral) -> None:
    for address in (f"Task/{referral.pk}", f"Task/{referral.pk}/_history", f"Task/{referral.pk}/_history/3"):
        hospital.get(f"{address}?_count=1", status=400)
        hospital.get(f"{address}?_include=Task:focus", status=400)
    hospital.get(f"Task/{referral.pk}?_format=json")
