"""What people signed after a report had been final: it is told as amended, found as such, and nobody misses it."""

from typing import Any

import pytest

from config.api.status import status_of_visit
from records.models import Organization, Topic
from referrals.models import Referral
from risk.models import RiskAssessment
from screening.models import Encounter
from tests.factories import endpoints
from tests.integration.config import fhir_case
from tests.integration.config.fhir.visit_acts import happened, settled
from tests.integration.config.fhir_case import Caller
from tests.integration.config.test_webhook_telling import facts

SNOMED = "http://snomed.info/sct"


def _report(hospital: Caller, referral: Referral) -> dict[str, Any]:
    return hospital.get(f"DiagnosticReport/{referral.encounter.public_id}")


def _codes(report: dict[str, Any]) -> list[str]:
    codings = [coding for one in report.get("conclusionCode", []) for coding in one["coding"]]
    return [coding["code"] for coding in codings if coding["system"] == SNOMED]


def _amended(referral: Referral, which: int) -> None:
    happened(referral.encounter, "amended", which)
    happened(referral.encounter, "work")


def test_a_report_is_final_then_amended_and_only_the_eye_that_changed_is(
    hospital: Caller, referral: Referral
) -> None:
    visit = referral.encounter
    settled(referral.organization, visit)
    assert _report(hospital, referral)["status"] == "final"
    assert hospital.get(f"Observation/{visit.public_id}-R-G")["status"] == "final"
    _amended(referral, 2)
    assert _report(hospital, referral)["status"] == "amended"
    assert hospital.get(f"Observation/{visit.public_id}-R-G")["status"] == "amended"
    assert hospital.get(f"Observation/{visit.public_id}-L-G")["status"] == "final"
    statuses = [
        entry["resource"]["status"]
        for entry in hospital.get(f"DiagnosticReport/{visit.public_id}/_history")["entry"]
    ]
    assert statuses[0] == "amended" and statuses[-1] == "preliminary" and "final" in statuses


def test_a_read_that_is_amended_back_is_an_amendment_all_the_same(
    hospital: Caller, referral: Referral
) -> None:
    settled(referral.organization, referral.encounter)
    _amended(referral, 2)
    _amended(referral, 1)
    assert _report(hospital, referral)["status"] == "amended"


def test_a_read_amended_before_the_report_was_final_amends_nothing(
    hospital: Caller, referral: Referral
) -> None:
    for act, which in (("listed", 0), ("signed", 1), ("amended", 2), ("work", 0)):
        happened(referral.encounter, act, which)
    assert _report(hospital, referral)["status"] == "final"
    assert hospital.all("DiagnosticReport?status=amended") == []


def test_new_photographs_read_by_people_amend_what_was_final(hospital: Caller, referral: Referral) -> None:
    visit = referral.encounter
    settled(referral.organization, visit, which=0)
    happened(visit, "taken_again", 2)
    happened(visit, "work")
    assert _report(hospital, referral)["status"] == "preliminary"
    settled(referral.organization, visit)
    assert _report(hospital, referral)["status"] == "amended"
    assert hospital.all("DiagnosticReport?status=amended") == [_report(hospital, referral)]


def test_what_people_settled_stays_final_when_another_release_looks_at_the_same_photographs(
    hospital: Caller, referral: Referral
) -> None:
    visit = referral.encounter
    settled(referral.organization, visit)
    assert status_in_rest(visit) == "final"
    happened(visit, "scored_again", 1)
    happened(visit, "weighed")
    assert _report(hospital, referral)["status"] == "final"
    assert status_in_rest(visit) == "final"


def status_in_rest(visit: Encounter) -> str:
    rows = RiskAssessment.objects.filter(encounter=visit).annotate(told=status_of_visit())
    return str(rows.order_by("-pk")[0].told)


def test_a_search_finds_each_by_its_own_status(hospital: Caller, referral: Referral) -> None:
    settled(referral.organization, referral.encounter)
    assert len(hospital.all("DiagnosticReport?status=final")) == 1
    assert hospital.all("DiagnosticReport?status=amended") == []
    _amended(referral, 2)
    assert hospital.all("DiagnosticReport?status=final") == []
    for asked in ("amended", "final,amended", "amended,cancelled"):
        assert hospital.all(f"DiagnosticReport?status={asked}") == [_report(hospital, referral)]


def test_who_waits_for_final_reports_is_told_of_a_correction(clinic: Organization) -> None:
    referral = fhir_case.sent(clinic)
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    final = endpoints.active(
        clinic, endpoints.PUBLIC_URL + "/final", client=hospital.backend.client, topics=[Topic.FINAL_REPORT]
    )
    settled(clinic, referral.encounter)
    told = ("report.final", "DiagnosticReport", str(referral.encounter.public_id))
    before = facts(final)
    assert before[-1] == told
    _amended(referral, 2)
    assert _report(hospital, referral)["status"] == "amended"
    assert facts(final) == [*before, told]


def test_a_report_names_the_clinic_and_once_final_who_signed(hospital: Caller, referral: Referral) -> None:
    clinic = referral.organization
    (performer,) = _report(hospital, referral)["performer"]
    assert performer == {"reference": f"Organization/clinic-{clinic.pk}", "display": clinic.name}
    assert hospital.get(performer["reference"])["name"] == clinic.name
    settled(clinic, referral.encounter)
    read = referral.encounter.grading_tasks.get().reads.get()
    assert _report(hospital, referral)["performer"] == [
        performer,
        {"type": "Practitioner", "display": read.grader.name},
    ]


@pytest.mark.parametrize(("which", "codes"), [(0, ["164734008"]), (2, ["23986001", "193570009"]), (3, [])])
def test_a_conclusion_has_codes_of_what_people_read_and_none_before(
    hospital: Caller, referral: Referral, which: int, codes: list[str]
) -> None:
    assert "conclusionCode" not in _report(hospital, referral), "the software found glaucoma, nobody signed"
    settled(referral.organization, referral.encounter, which)
    assert _codes(_report(hospital, referral)) == codes


def test_a_normal_finding_of_an_eye_that_nobody_can_judge_is_gone_and_its_versions_stay(
    hospital: Caller, referral: Referral
) -> None:
    visit = referral.encounter
    address = f"Observation/{visit.public_id}-L-N"
    settled(referral.organization, visit)
    was = hospital.get(address)
    _amended(referral, 3)
    hospital.get(address, status=404)
    newest, *versions = hospital.get(f"{address}/_history")["entry"]
    assert newest["request"]["method"] == "DELETE" and "resource" not in newest
    assert versions[0]["resource"] == was
    assert hospital.get(f"{address}/_history/{was['meta']['versionId']}") == was
