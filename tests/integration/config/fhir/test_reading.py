"""The FHIR door as a hospital's program meets it: what it finds, what it never finds, and how it is told."""

import base64
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from records.models import AuditEvent, BackendService, Consent, ConsentScope, Organization, Role
from records.services import backend_service_register, consent_withdraw
from referrals.models import Hospital, HospitalClient, Referral
from referrals.services import referral_move
from screening.domain.findings import Label
from screening.services import encounter_cancel, grading_claim, read_sign
from tests.factories import backends, grading, partners, screening
from tests.factories import records as people
from tests.integration.config import cast, fhir_case
from tests.integration.config.fhir.test_task import moved
from tests.integration.config.fhir_case import Caller, checked


def test_the_statement_names_what_is_offered_and_every_interaction_of_it_answers(
    hospital: Caller, settings: LazySettings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1_000
    statement = checked(Client().get("/fhir/metadata"))
    assert statement["fhirVersion"] == "4.0.1"
    (rest,) = statement["rest"]
    assert rest["interaction"] == [{"code": "transaction"}]
    assert rest["security"]["extension"][0]["extension"][0]["valueUri"].endswith("/oauth/token")
    for resource in rest["resource"]:
        interactions = {one["code"] for one in resource["interaction"]}
        need = "?_id=x" if resource["type"] == "Patient" else ""
        searched = hospital.reply(resource["type"] + need).status_code
        assert searched == (200 if "search-type" in interactions else 405), resource["type"]
        assert hospital.reply(f"{resource['type']}/none").status_code == 404
        versions = {
            hospital.reply(f"{resource['type']}/none/_history{end}").status_code for end in ("", "/1")
        }
        kept = {"vread", "history-instance"} <= interactions
        assert versions <= ({404} if kept else {404, 405}), resource["type"]
        made = hospital.backend.browser.post(
            f"/fhir/{resource['type']}", headers={"authorization": f"Bearer {hospital.token}"}
        )
        assert made.status_code == (403 if "create" in interactions else 405), (
            "its scope is not this client's"
        )
        for include in resource.get("searchInclude", []):
            hospital.get(f"{resource['type']}?_include={include}")
        for parameter in resource.get("searchParam", []):
            refused = hospital.reply(f"{resource['type']}?{parameter['name']}=nonsense")
            assert refused.status_code in (200, 400), parameter
            assert b"not known here" not in refused.content


def test_a_hospital_reads_its_referral_and_all_that_it_leads_to(hospital: Caller, referral: Referral) -> None:
    (task,) = hospital.all("Task?owner=Organization/me&status=requested")
    assert (task["id"], task["status"], task["owner"]) == (
        str(referral.pk),
        "requested",
        {"reference": f"Organization/hospital-{referral.hospital_id}", "display": "Hill Hospital"},
    )
    request = hospital.get(task["focus"]["reference"])
    assert (request["status"], request["priority"]) == ("active", referral.urgency)
    patient = hospital.get(request["subject"]["reference"])
    assert (patient["name"], patient["birthDate"]) == ([{"text": "Hong Gil-dong"}], "1960-05-01")
    report = hospital.get(request["reasonReference"][0]["reference"])
    assert len(report["result"]) == 16
    for result in report["result"]:
        hospital.get(result["reference"])
    media = hospital.get(report["media"][0]["link"]["reference"])
    photograph = hospital.reply(media["content"]["url"])
    assert photograph.headers["Content-Type"] == "image/jpeg"
    assert photograph.headers["Content-Disposition"] == "attachment"
    assert photograph.content[:2] == b"\xff\xd8"
    as_fhir = hospital.get(media["content"]["url"], accept="application/fhir+json")
    assert base64.b64decode(as_fhir["data"]) == photograph.content


def test_what_the_software_found_is_preliminary_and_names_the_release(
    hospital: Caller, referral: Referral
) -> None:
    visit = referral.encounter.public_id
    assert hospital.get(f"DiagnosticReport/{visit}")["status"] == "preliminary"
    found = hospital.get(f"Observation/{visit}-R-G")
    assert found["status"] == "preliminary"
    assert found["valueCodeableConcept"]["coding"][0]["code"] == "present"
    (device,) = found["contained"]
    assert (device["manufacturer"], device["deviceName"][0]["name"]) == ("Nungil", "test-1")
    risks = hospital.all("RiskAssessment")
    assert {risk["status"] for risk in risks} == {"preliminary"}
    assert all(0 <= risk["prediction"][0]["probabilityDecimal"] <= 1 for risk in risks)


def test_an_eye_that_could_not_be_judged_has_a_reason_and_no_value(clinic: Organization) -> None:
    referral = fhir_case.sent(clinic, screening.eye("R", G=0.9), screening.ungradable("L"))
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    left = [one for one in hospital.all("Observation") if "-L-" in one["id"]]
    assert len(left) == 7
    for one in left:
        assert "valueCodeableConcept" not in one
        assert one["dataAbsentReason"]["text"] == "ungradable, blurred"


def test_before_it_is_sent_a_hospital_finds_nothing_of_it(clinic: Organization) -> None:
    proposal = fhir_case.referred(clinic)
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), Hospital.objects.get())
    _finds_nothing(hospital, proposal)


def test_another_hospital_and_another_clinic_s_client_find_nothing(
    hospital: Caller, referral: Referral
) -> None:
    by = people.actor(referral.organization)
    cast.hospital(by, "Valley Hospital")
    other = Hospital.objects.get(name="Valley Hospital")
    _finds_nothing(fhir_case.speaks_for(fhir_case.caller(referral.organization), other), referral)
    elsewhere = people.clinic()
    _finds_nothing(fhir_case.speaks_for(fhir_case.caller(elsewhere), referral.hospital), referral)
    _finds_nothing(fhir_case.caller(referral.organization), referral)


def _finds_nothing(calling: Caller, referral: Referral) -> None:
    visit = referral.encounter
    image = visit.exams.get().images.first()
    for address in (
        f"Task/{referral.pk}",
        f"ServiceRequest/{referral.pk}",
        f"Patient/{visit.patient.public_id}",
        f"DiagnosticReport/{visit.public_id}",
        f"Observation/{visit.public_id}-R-G",
        f"RiskAssessment/{visit.public_id}-G",
        f"Media/{image.pk}",
        f"Binary/{image.pk}",
    ):
        calling.get(address, status=404)
    for kind in set(fhir_case.SEARCHED) - {"AuditEvent"}:
        assert calling.all(kind) == []
        assert calling.all(f"{kind}?patient={visit.patient.public_id}") == []
    assert calling.all(f"Patient?_id={visit.patient.public_id}") == []


def test_a_hospital_that_said_no_keeps_the_answer_and_loses_the_person(
    hospital: Caller, referral: Referral
) -> None:
    moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    task = hospital.get(f"Task/{referral.pk}")
    assert (task["status"], task["statusReason"]["text"]) == ("rejected", "no retina service")
    hospital.get(f"Patient/{referral.encounter.patient.public_id}", status=404)


def test_what_the_clinic_wrote_for_itself_is_not_told(hospital: Caller, referral: Referral) -> None:
    physician = people.actor(referral.organization, Role.PHYSICIAN)
    referral_move(
        referral_id=referral.pk,
        status="rejected",
        by=physician,
        now=timezone.now(),
        reason="the son called us",
    )
    task = hospital.get(f"Task/{referral.pk}")
    assert (task["status"], "statusReason" in task) == ("rejected", False)
    assert b"the son" not in hospital.reply("Task").content


def test_consent_that_is_withdrawn_closes_the_record(hospital: Caller, referral: Referral) -> None:
    consent = Consent.objects.get(patient=referral.encounter.patient, scope=ConsentScope.REFERRAL)
    consent_withdraw(
        patient=consent.patient,
        scope=ConsentScope.REFERRAL,
        reason="changed their mind",
        by=people.actor(referral.organization),
        now=timezone.now(),
    )
    hospital.get(f"Patient/{referral.encounter.patient.public_id}", status=404)
    hospital.get(f"DiagnosticReport/{referral.encounter.public_id}", status=404)


def test_every_read_leaves_an_audit_row(hospital: Caller, referral: Referral) -> None:
    before = AuditEvent.objects.count()
    hospital.get(f"Patient/{referral.encounter.patient.public_id}")
    hospital.get("Observation")
    rows = list(AuditEvent.objects.order_by("pk")[before:])
    assert [row.detail.split(":")[0] for row in rows] == ["FHIR Patient", "FHIR Observation"]
    assert rows[0].patient_id == referral.encounter.patient_id
    assert {row.actor for row in rows} == {f"partner:{hospital.backend.client.pk}"}


def test_pages_hold_every_resource_once_whatever_their_length(hospital: Caller) -> None:
    whole = [one["id"] for one in hospital.all("Observation")]
    assert len(whole) == len(set(whole)) == 16
    for count in (1, 5, 16, 100):
        assert [one["id"] for one in hospital.all(f"Observation?_count={count}")] == whole


def test_a_search_finds_by_patient_id_and_time(hospital: Caller, referral: Referral) -> None:
    patient = referral.encounter.patient.public_id
    assert len(hospital.all(f"Task?patient=Patient/{patient}")) == 1
    assert len(hospital.all(f"Task?_id={referral.pk}&_lastUpdated=ge2026-01-01")) == 1
    assert hospital.all("Task?_lastUpdated=lt2026-01-01") == []
    assert hospital.all("Task?status=accepted,completed") == []
    assert len(hospital.all(f"Observation?_id={referral.encounter.public_id}-L-D")) == 1
    number = f"urn:nungil:organization:{referral.organization_id}:mrn|{referral.encounter.patient.mrn}"
    for born, found in (("", 1), ("&birthdate=1960-05-01", 1), ("&birthdate=1960-05-02", 0)):
        people = hospital.all(f"Patient?identifier={number}{born}")
        assert [one["id"] for one in people] == [str(patient)] * found


@pytest.mark.parametrize(
    "search",
    [
        "Task?name=Hong",
        "Task?status=wild",
        "Task?_lastUpdated=yesterday",
        "Task?_lastUpdated=ge9999-12-31",
        "Task?_count=0",
        "Task?_count=x",
        "Task?_cursor=x",
        "Task?owner=Organization/7",
        "Patient",
        "Patient?identifier=7",
        "Patient?birthdate=1960-05-01",
        "Patient?_id=x&identifier=urn:x%7C7",
        "Patient?_id=x&_id=y",
        "Patient?_id=x&birthdate=1960",
        "Patient?_id=x&birthdate=1960-02-30",
        "Task/1?x=1",
    ],
)
def test_a_search_that_cannot_be_read_is_refused(hospital: Caller, search: str) -> None:
    refused = hospital.get(search, status=400)
    assert (refused["resourceType"], refused["issue"][0]["code"]) == ("OperationOutcome", "invalid")


def test_without_a_token_or_with_the_rest_token_nothing_is_told(clinic: Organization) -> None:
    _, rest = partners.token(clinic)
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Bearer {rest}"}):
        reply = Client(headers=headers).get("/fhir/Task")
        checked(reply, 401)
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_scope_opens_its_own_interactions_only(clinic: Organization) -> None:
    calling = fhir_case.caller(clinic, scopes="system/Task.s")
    calling.get("Task")
    assert "system/Task.r" in calling.get("Task/1", status=403)["issue"][0]["diagnostics"]
    calling.get("Media", status=403)


@pytest.mark.parametrize(
    ("method", "address", "more", "status"),
    [
        ("get", "/fhir/Condition", {}, 404),
        ("get", "/fhir/Task/%00", {}, 404),
        ("get", "/fhir/Task?x=%00", {}, 400),
        ("post", "/fhir/Task", {"content_type": "application/fhir+json"}, 405),
        ("delete", "/fhir/Task/1", {}, 405),
        ("get", "/fhir/Task", {"accept": "application/fhir+xml"}, 406),
        ("get", "/fhir/Task?_format=xml", {}, 406),
        ("get", "/fhir/Task/0x1", {}, 404),
        ("get", "/fhir/Task/99999999999999999999", {}, 404),
    ],
)
def test_every_error_is_an_operation_outcome(
    hospital: Caller, method: str, address: str, more: dict[str, Any], status: int
) -> None:
    headers = {"authorization": f"Bearer {hospital.token}"} | (
        {"accept": more.pop("accept")} if "accept" in more else {}
    )
    reply = getattr(hospital.backend.browser, method)(address, headers=headers, **more)
    assert checked(reply, status)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("address", ["/fhir/metadata", "/fhir/.well-known/smart-configuration"])
def test_what_is_open_to_everyone_is_json_alone_too(address: str) -> None:
    for accepted in ("application/fhir+xml", "text/html"):
        reply = Client(headers={"accept": accepted}).get(address)
        assert checked(reply, 406)["issue"][0]["code"] == "not-supported"
    assert Client().get(f"{address}?_format=xml").status_code == 406
    for accepted in ("*/*", "application/json", "application/fhir+xml, application/fhir+json;q=0.5"):
        assert Client(headers={"accept": accepted}).get(address).status_code == 200


def test_the_statement_says_the_scale_of_a_risk() -> None:
    (rest,) = checked(Client().get("/fhir/metadata"))["rest"]
    (risk,) = (one for one in rest["resource"] if one["type"] == "RiskAssessment")
    assert "0 to 1" in risk["documentation"]


def test_no_photograph_is_a_study_of_dicom(hospital: Caller, referral: Referral) -> None:
    patient, image = referral.encounter.patient.public_id, referral.encounter.exams.get().images.first()
    for query in ("", f"?patient={patient}", "?_lastUpdated=ge2026-01-01", f"?_id={image.pk}"):
        assert hospital.all(f"ImagingStudy{query}") == []
    hospital.get(f"ImagingStudy/{image.pk}", status=404)


def test_a_resource_says_its_version(hospital: Caller, referral: Referral) -> None:
    reply = hospital.reply(f"Task/{referral.pk}")
    assert reply.headers["ETag"] == f'W/"{checked(reply)["meta"]["versionId"]}"'
    assert reply.headers["Last-Modified"].endswith("GMT")


def test_what_a_visit_shows_has_a_new_version_when_people_read_it_and_when_it_is_cancelled(
    hospital: Caller, referral: Referral
) -> None:
    visit, by = referral.encounter, people.actor(referral.organization, Role.GRADER)
    addresses = [f"{kind}/{visit.public_id}{rest}" for kind, rest in OF_A_VISIT]
    first = [hospital.get(address)["meta"] for address in addresses]
    signed_at = timezone.now() + timedelta(hours=1)
    task = grading.task(visit)
    grading_claim(task_id=task.pk, by=by, now=signed_at)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=signed_at)
    read = [hospital.get(address)["meta"] for address in addresses]
    cancelled_at = signed_at + timedelta(hours=1)
    screener = people.actor(referral.organization)
    encounter_cancel(encounter=visit, by=screener, now=cancelled_at, reason="wrong person")
    cancelled = [hospital.get(address) for address in addresses]
    assert {one["status"] for one in cancelled} == {"cancelled"}
    for older, newer, newest in zip(first, read, (one["meta"] for one in cancelled), strict=True):
        assert int(older["versionId"]) < int(newer["versionId"]) < int(newest["versionId"])
        assert [_at(one) for one in (newer, newest)] == [_whole(signed_at), _whole(cancelled_at)]
    for kind, _ in OF_A_VISIT:
        assert hospital.all(f"{kind}?_lastUpdated=ge{_whole(cancelled_at).isoformat().replace('+', '%2B')}")
        assert (
            hospital.all(f"{kind}?_lastUpdated=lt{_whole(cancelled_at).isoformat().replace('+', '%2B')}")
            == []
        )


OF_A_VISIT = (("DiagnosticReport", ""), ("Observation", "-R-G"), ("RiskAssessment", "-G"))


def _at(meta: dict[str, str]) -> datetime:
    return _whole(datetime.fromisoformat(meta["lastUpdated"]))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def test_the_command_says_for_which_hospital_a_program_speaks(referral: Referral, tmp_path: Path) -> None:
    admin = people.member(referral.organization, Role.ADMINISTRATOR)
    client, _ = partners.token(referral.organization)
    file = tmp_path / "jwks.json"
    file.write_text(backends.jwks(backends.ec_key()))
    options = {"by": admin.practitioner.user.username, "jwks": file, "scopes": "system/Task.rs"}
    with pytest.raises(CommandError):
        call_command("register_fhir_client", partner=client.pk, hospital=0, **options)
    assert not BackendService.objects.exists(), "both or none"
    call_command("register_fhir_client", partner=client.pk, hospital=referral.hospital_id, **options)
    assert client.hospital_client.hospital == referral.hospital
    call_command("register_fhir_client", partner=client.pk, **options)
    assert not HospitalClient.objects.exists(), "without --hospital it speaks for none"
    assert AuditEvent.objects.latest("pk").detail == "hospital:none"


def test_a_scope_that_is_taken_away_is_gone_from_tokens_that_live(clinic: Organization) -> None:
    calling = fhir_case.caller(clinic, scopes="system/Task.rs system/Media.rs")
    calling.get("Task")
    backend_service_register(
        client_id=calling.backend.client.pk,
        jwks=backends.jwks(calling.backend.key),
        scopes="system/Media.s system/Patient.rs",
        by=people.actor(clinic, Role.ADMINISTRATOR),
        now=timezone.now(),
    )
    calling.get("Task", status=403)
    calling.get("Media")
    calling.get("Patient?_id=x", status=403)
