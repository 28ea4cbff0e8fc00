"""Who made and signed what, and what a program may read of its own trail."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from records.models import AuditEvent, Role
from referrals.models import Referral
from screening.domain.findings import Label
from screening.models import Encounter
from screening.services import grading_claim, read_sign
from tests.factories import grading
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir.visit_acts import happened, settled
from tests.integration.config.fhir_case import Caller


def test_software_made_it_and_a_person_signed_it(hospital: Caller, referral: Referral) -> None:
    visit = referral.encounter.public_id
    (made,) = hospital.all(f"Provenance?target=DiagnosticReport/{visit}")
    assert made["agent"][0]["type"]["coding"][0]["code"] == "assembler"
    assert made["contained"][0]["deviceName"][0]["name"] == "test-1"
    assert len(made["entity"]) == 2
    by = people.actor(referral.organization, Role.GRADER)
    task, now = grading.task(referral.encounter), timezone.now()
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=now)
    _, signed = hospital.all(f"Provenance?target=DiagnosticReport/{visit}")
    assert signed["agent"][0]["type"]["coding"][0]["code"] == "verifier"
    assert signed["agent"][0]["who"]["display"] == task.reads.get().grader.name
    assert hospital.get(f"Provenance/{signed['id']}") == signed


def test_what_was_made_and_signed_before_is_in_the_history(hospital: Caller, referral: Referral) -> None:
    visit = referral.encounter
    settled(referral.organization, visit)
    happened(visit, "amended", 2)
    happened(visit, "work")
    made, read = hospital.all("Provenance")
    assert (_activity(made), _activity(read)) == ("UPDATE", "UPDATE")
    assert (made["meta"]["versionId"], read["meta"]["versionId"]) == (str(_newest(visit)), "2")
    software, reads = _history(hospital, made), _history(hospital, read)
    assert [_activity(one) for one in software] == ["UPDATE", "UPDATE", "CREATE"]
    assert (software[0], reads[0]) == (made, read)
    assert [one["meta"]["versionId"] for one in reads] == ["2", "1"]
    assert reads[1]["recorded"] < reads[0]["recorded"]


def _activity(provenance: dict[str, Any]) -> str:
    (coding,) = provenance["activity"]["coding"]
    assert coding["system"] == "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
    return str(coding["code"])


def _newest(visit: Encounter) -> int:
    return int(visit.assessments.get(superseded_at=None).pk)


def _history(hospital: Caller, resource: dict[str, Any]) -> list[dict[str, Any]]:
    bundle = hospital.get(f"Provenance/{resource['id']}/_history")
    return [entry["resource"] for entry in bundle["entry"]]


def test_a_read_is_not_told_while_another_is_still_to_be_made(hospital: Caller, referral: Referral) -> None:
    by = people.actor(referral.organization, Role.GRADER)
    task, now = grading.task(referral.encounter, second_wanted=True), timezone.now()
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=now)
    assert [one["id"].endswith("-software") for one in hospital.all("Provenance")] == [True]


def test_a_program_finds_what_it_did_itself(hospital: Caller, referral: Referral) -> None:
    patient = referral.encounter.patient.public_id
    hospital.get(f"Patient/{patient}")
    hospital.get("Task")
    found = hospital.all("AuditEvent?action=R")
    assert [one["subtype"][0]["code"] for one in found] == ["search-type", "read"]
    assert {one["agent"][0]["who"]["display"] for one in found} == {f"partner:{hospital.backend.client.pk}"}
    assert found[1]["entity"][1]["what"]["reference"] == f"Patient/{patient}"
    by_patient = hospital.all(f"AuditEvent?patient=Patient/{patient}&action=R")
    assert [one["subtype"][0]["code"] for one in by_patient] == ["read"]
    assert hospital.all("AuditEvent?date=lt2026-01-01") == []
    tomorrow = (timezone.now() + timedelta(days=1)).date()
    assert hospital.all(f"AuditEvent?date=lt{tomorrow}")


def test_what_others_did_is_not_told(hospital: Caller, referral: Referral) -> None:
    others = AuditEvent.objects.exclude(actor=f"partner:{hospital.backend.client.pk}").latest("pk")
    hospital.get(f"AuditEvent/{others.pk}", status=404)
    own = fhir_case.caller(referral.organization)
    assert [one["action"] for one in own.all("AuditEvent")] == ["E"], (
        "the token that it got, and nothing else"
    )
