"""Whom a program's rows name, it can look up; whom they do not, it cannot."""

from typing import Any

import pytest

from records.models import Organization, Role
from referrals.models import Hospital, Referral
from tests.factories import records as people
from tests.integration.config import cast, fhir_case
from tests.integration.config.fhir.test_task import moved
from tests.integration.config.fhir_case import Caller


def test_a_task_and_its_order_lead_to_clinic_hospital_and_physician(
    hospital: Caller, referral: Referral
) -> None:
    Hospital.objects.update(phone="02-1", address="1 Hill Road", type_code="11")
    task, order = hospital.get(f"Task/{referral.pk}"), hospital.get(f"ServiceRequest/{referral.pk}")
    owner, clinic = _looked_up(hospital, task["owner"]), _looked_up(hospital, task["requester"])
    assert order["performer"] == [task["owner"]]
    assert (owner["name"], owner["identifier"]) == (
        "Hill Hospital",
        [{"system": "urn:nungil:directory:test", "value": "Hill Hospital"}],
    )
    assert [one["coding"][0]["code"] for one in owner["type"]] == ["prov", "11"]
    assert owner["telecom"][0]["value"] == "02-1"
    assert owner["address"] == [{"text": "1 Hill Road", "country": "KR"}]
    assert clinic["name"] == referral.organization.name
    assert _looked_up(hospital, order["requester"])["name"] == [{"text": referral.authorised_by.name}]


def _looked_up(calling: Caller, named: dict[str, str]) -> dict[str, Any]:
    found = calling.get(named["reference"])
    shown = found["name"] if isinstance(found["name"], str) else found["name"][0]["text"]
    assert shown == named["display"]
    return found


def test_who_authorised_a_medicine_and_who_released_it_are_looked_up(
    hospital: Caller, referral: Referral
) -> None:
    handed = fhir_case.supplied(referral)
    dispense = hospital.get(f"MedicationDispense/{handed.pk}")
    _looked_up(hospital, dispense["performer"][0]["actor"])
    _looked_up(hospital, hospital.get(f"MedicationRequest/{handed.prescription_id}")["recorder"])


def test_a_search_has_those_alone_whom_its_rows_name(hospital: Caller, referral: Referral) -> None:
    cast.hospital(people.actor(referral.organization), "Valley Hospital")
    people.member(referral.organization, Role.PHYSICIAN)
    found = {one["id"] for one in hospital.all("Organization?_count=1")}
    assert found == {f"clinic-{referral.organization_id}", f"hospital-{referral.hospital_id}"}
    one = hospital.all(f"Organization?_id=hospital-{referral.hospital_id}")
    assert [each["name"] for each in one] == ["Hill Hospital"]
    assert [each["id"] for each in hospital.all("Practitioner")] == [str(referral.authorised_by_id)]


def test_nobody_else_is_there(hospital: Caller, referral: Referral) -> None:
    cast.hospital(people.actor(referral.organization), "Valley Hospital")
    valley, elsewhere = Hospital.objects.get(name="Valley Hospital"), people.clinic()
    stranger = people.member(referral.organization, Role.PHYSICIAN).practitioner
    for address in (
        f"Organization/hospital-{valley.pk}",
        f"Organization/clinic-{elsewhere.pk}",
        f"Organization/{referral.hospital_id}",
        "Organization/me",
        f"Practitioner/{stranger.pk}",
    ):
        hospital.get(address, status=404)
    for other in (fhir_case.caller(referral.organization), fhir_case.caller(elsewhere)):
        other.get(f"Organization/hospital-{referral.hospital_id}", status=404)
        other.get(f"Practitioner/{referral.authorised_by_id}", status=404)
        assert [one["id"] for one in other.all("Organization")] == [
            f"clinic-{other.backend.client.organization_id}"
        ]


def test_a_hospital_that_said_no_still_knows_who_asked(hospital: Caller, referral: Referral) -> None:
    moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    _looked_up(hospital, hospital.get(f"ServiceRequest/{referral.pk}")["requester"])


@pytest.mark.parametrize("name", ["", "Valley"])
def test_a_task_is_found_by_its_owner_as_it_refers_to_it(
    hospital: Caller, referral: Referral, name: str
) -> None:
    number = referral.hospital_id
    if name:
        cast.hospital(people.actor(referral.organization), name)
        number = Hospital.objects.get(name=name).pk
    assert len(hospital.all(f"Task?owner=Organization/hospital-{number}")) == (0 if name else 1)


def test_the_version_follows_what_is_told(clinic: Organization) -> None:
    calling = fhir_case.caller(clinic)
    address = f"Organization/clinic-{clinic.pk}"
    before = calling.reply(address)
    assert "Last-Modified" not in before.headers
    Organization.objects.filter(pk=clinic.pk).update(telephone="02-123")
    after = calling.reply(address)
    assert before.headers["ETag"] != after.headers["ETag"]
    assert calling.reply(f"{address}/_history/{after.headers['ETag'][3:-1]}").status_code == 200
