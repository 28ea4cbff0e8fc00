"""A partner's program sends a person, or a whole screening at once: all of it or nothing, and once."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django import Settings

from config.fhir.mapping.submitted import read_transaction
from config.fhir.submitting import screening_submit
from records.models import AuditEvent, Organization, Patient
from screening.domain.laterality import Laterality
from screening.models import Encounter, FundusImage, PartnerScreening
from screening.services import exam_open, image_add
from tests.factories import bundles, photographs, screening
from tests.factories import records as people
from tests.factories.bundles import Resource, part
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir_case import Caller, checked
from tests.integration.screening.test_concurrency import together


def send(calling: Caller, bundle: Resource, status: int = 200) -> Resource:
    return checked(calling.post("/fhir", bundle), status)


def locations(answer: Resource) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in answer["entry"]:
        kind = entry["response"]["location"].partition("/")[0]
        found.setdefault(kind, []).append(entry["response"]["location"])
    return found


@pytest.mark.parametrize("by_binary", [False, True])
def test_a_transaction_is_one_screening(clinic: Organization, partner: Caller, by_binary: bool) -> None:
    answer = send(partner, bundles.transaction(clinic, by_binary=by_binary))
    assert {entry["response"]["status"] for entry in answer["entry"]} == {"201 Created"}
    found = locations(answer)
    order = partner.get(found["ServiceRequest"][0])
    assert (order["status"], order["identifier"][0]["value"]) == ("active", "EXT-1")
    assert partner.get(order["subject"]["reference"])["name"] == [{"text": "Hong Gil-dong"}]
    assert sorted(one["reference"] for one in order["supportingInfo"]) == sorted(found["Media"])
    right, left = (partner.get(address) for address in found["Media"])
    assert [one["bodySite"]["coding"][0]["code"] for one in (right, left)] == ["5597008", "58443009"]
    assert found.get("Binary", []) == ([right["content"]["url"]] if by_binary else [])
    visit = Encounter.objects.get()
    assert {image.exam.status for image in FundusImage.objects.all()} == {"submitted"}
    assert PartnerScreening.objects.get().encounter == visit
    assert AuditEvent.objects.filter(actor=f"partner:{partner.backend.client.pk}", action="C").count() >= 4


def test_the_result_of_an_order_is_found_by_it(clinic: Organization, partner: Caller) -> None:
    order = locations(send(partner, bundles.transaction(clinic)))["ServiceRequest"][0]
    assert partner.all(f"DiagnosticReport?based-on={order}") == []
    by = people.actor(clinic)
    eyes = [screening.eye(eye, G=0.9) for eye in Laterality]
    fhir_case.result(Encounter.objects.get(), *eyes, by=by)
    (report,) = partner.all(f"DiagnosticReport?based-on={order}")
    assert report["basedOn"] == [{"reference": order}]
    assert [one["id"] for one in partner.all("ServiceRequest?identifier=EXT-1")] == [order.partition("/")[2]]
    assert partner.all("ServiceRequest?identifier=EXT-2") == []


def test_the_same_bundle_again_is_the_same_screening(clinic: Organization, partner: Caller) -> None:
    bundle = bundles.transaction(clinic)
    first, again = send(partner, bundle), send(partner, bundle)
    assert locations(first) == locations(again)
    assert {entry["response"]["status"] for entry in again["entry"]} == {"200 OK"}
    assert (Encounter.objects.count(), Patient.objects.count()) == (1, 1)


def test_a_person_who_is_known_is_found(clinic: Organization, partner: Caller) -> None:
    send(partner, bundles.transaction(clinic))
    again = send(partner, bundles.transaction(clinic, seed=7, number="EXT-2"))
    assert [entry["response"]["status"] for entry in again["entry"]] == ["200 OK", *["201 Created"] * 3]
    assert (Encounter.objects.count(), Patient.objects.count()) == (2, 1)


def test_a_photograph_that_the_clinic_took_since_makes_it_no_other_screening(
    clinic: Organization, partner: Caller
) -> None:
    bundle = bundles.transaction(clinic)
    first = send(partner, bundle)
    by, visit = people.actor(clinic), Encounter.objects.get()
    screening.outcome(visit.exams.get(), screening.ungradable("R"), screening.eye("L"), by=by)
    retake = exam_open(encounter=visit, by=by, now=timezone.now())
    image_add(exam=retake, laterality=Laterality.RIGHT, data=photographs.jpeg(9), by=by, now=timezone.now())
    assert locations(send(partner, bundle)) == locations(first)


def test_an_identifier_of_another_screening_is_a_conflict(clinic: Organization, partner: Caller) -> None:
    send(partner, bundles.transaction(clinic))
    send(partner, bundles.transaction(clinic, seed=9), 409)
    other = bundles.transaction(clinic)
    part(other, "Patient")["identifier"][0]["value"] = "P-2"
    send(partner, other, 409)
    assert (Encounter.objects.count(), Patient.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_bundle_twice_at_once_is_one_screening() -> None:
    clinic = people.clinic()
    partner = fhir_case.caller(clinic, scopes=uploaded.SCOPES)
    client, now = partner.backend.client, timezone.now()
    given = read_transaction(bundles.transaction(clinic), organization_id=clinic.pk, now=now)
    sent = together(*[lambda: screening_submit(given, client=client, now=now)] * 3)
    assert not [one for one in sent if isinstance(one, Exception)]
    assert sorted(fresh for _, fresh in sent) == [False, False, True]
    assert len({made.pk for made, _ in sent}) == 1
    assert (Encounter.objects.count(), Patient.objects.count(), FundusImage.objects.count()) == (1, 1, 2)


def test_the_identifier_is_the_client_s_own(clinic: Organization, partner: Caller) -> None:
    bundle = bundles.transaction(clinic)
    theirs = locations(send(partner, bundle))
    other = fhir_case.caller(clinic, scopes=uploaded.SCOPES)
    assert locations(send(other, bundle))["ServiceRequest"] != theirs["ServiceRequest"]
    other.get(theirs["ServiceRequest"][0], status=404)


Change = Callable[[Resource], object]
# What is wrong, what it does to a good Bundle, and the answer.
WRONG: dict[str, tuple[Change, int]] = {
    "a batch": (lambda b: b.update(type="batch"), 400),
    "no entries": (lambda b: b.update(entry=[]), 422),
    "entries that are none": (lambda b: b.update(entry={}), 400),
    "an entry that is none": (lambda b: b["entry"].append(7), 400),
    "a type that is not taken": (lambda b: part(b, "Media").update(resourceType="Observation"), 422),
    "an update": (lambda b: b["entry"][0]["request"].update(method="PUT"), 422),
    "an id twice": (lambda b: b["entry"][1].update(fullUrl=b["entry"][0]["fullUrl"]), 400),
    "no urn": (lambda b: b["entry"][0].update(fullUrl="Patient/1"), 400),
    "two people": (lambda b: b["entry"].append(bundles.entry(dict(part(b, "Patient")))), 422),
    "no photograph": (lambda b: b.update(entry=[b["entry"][0], b["entry"][3]]), 422),
    "a photograph of another": (lambda b: part(b, "Media").update(subject={"reference": "Patient/1"}), 422),
    "an order for another": (
        lambda b: part(b, "ServiceRequest").update(subject={"reference": "Patient/1"}),
        422,
    ),
    "no eye": (lambda b: part(b, "Media").update(bodySite={"coding": []}), 422),
    "the same eye twice": (lambda b: part(b, "Media").update(bodySite=part(b, "Media", 1)["bodySite"]), 422),
    "a film": (lambda b: part(b, "Media")["content"].update(contentType="video/mp4"), 415),
    "no base64": (lambda b: part(b, "Media")["content"].update(data="§"), 400),
    "no data": (lambda b: part(b, "Media")["content"].update(data=""), 400),
    "a Binary that is not there": (lambda b: part(b, "Media")["content"].update(url="urn:uuid:x"), 422),
    "no photograph at all": (lambda b: part(b, "Media")["content"].update(data="aGVsbG8="), 422),
    "one photograph for both": (
        lambda b: part(b, "Media")["content"].update(data=part(b, "Media", 1)["content"]["data"]),
        422,
    ),
    "a photograph of tomorrow": (
        lambda b: part(b, "Media").update(createdDateTime="2999-01-01T00:00:00Z"),
        422,
    ),
    "a camera of many words": (lambda b: part(b, "Media").update(deviceName="x" * 101), 422),
    "another order": (lambda b: part(b, "ServiceRequest").update(code={"coding": []}), 422),
    "a plan": (lambda b: part(b, "ServiceRequest").update(intent="plan"), 422),
    "no identifier": (lambda b: part(b, "ServiceRequest").update(identifier=[]), 422),
    "an identifier with spaces": (
        lambda b: part(b, "ServiceRequest").update(identifier=[{"value": "a b"}]),
        422,
    ),
    "a forbidden order": (lambda b: part(b, "ServiceRequest").update(doNotPerform=True), 422),
    "a person out of use": (lambda b: part(b, "Patient").update(active=False), 422),
    "a person who died": (lambda b: part(b, "Patient").update(deceasedBoolean=True), 422),
    "rules of its own": (lambda b: b.update(implicitRules="urn:x"), 422),
    "a photograph in error": (lambda b: part(b, "Media").update(status="entered-in-error"), 422),
    "no consent": (lambda b: part(b, "ServiceRequest").update(extension=[]), 422),
    "another consent": (
        lambda b: part(b, "ServiceRequest")["extension"].append(
            {"url": "urn:nungil:extension:consent", "valueCode": "medicine"}
        ),
        422,
    ),
    "a number of another clinic": (
        lambda b: part(b, "Patient")["identifier"][0].update(system="urn:nungil:organization:0:mrn"),
        422,
    ),
    "no name": (lambda b: part(b, "Patient").update(name=[]), 422),
    "a name that is none": (lambda b: part(b, "Patient").update(name=[{"text": "a\u0000"}]), 400),
    "a birth date that is none": (lambda b: part(b, "Patient").update(birthDate="1960"), 422),
    "a gender that is none": (lambda b: part(b, "Patient").update(gender="x"), 422),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_in_one_part_leaves_nothing_behind(
    clinic: Organization, partner: Caller, what: str
) -> None:
    change, status = WRONG[what]
    bundle = bundles.transaction(clinic)
    change(bundle)
    refused = send(partner, bundle, status)
    assert "Hong" not in json.dumps(refused)
    assert not Patient.objects.exists()
    assert not Encounter.objects.exists()


def test_a_body_is_no_larger_than_is_taken_and_of_its_kind(
    clinic: Organization, partner: Caller, settings: Settings
) -> None:
    bundle = bundles.transaction(clinic)
    checked(partner.post("/fhir", bundle, content_type="application/xml"), 415)
    checked(partner.post("/fhir/", [], content_type="application/fhir+json"), 400)
    settings.API_BODY_MAX_MB = 0
    send(partner, bundle, 413)
    assert not Patient.objects.exists()


@pytest.mark.parametrize("without", ["Patient", "Media", "ServiceRequest", "Binary"])
def test_every_part_takes_its_scope(clinic: Organization, without: str) -> None:
    scopes = " ".join(
        f"system/{kind}.c" for kind in ("Patient", "Media", "ServiceRequest", "Binary") if kind != without
    )
    narrow = fhir_case.caller(clinic, scopes=scopes)
    refused = send(narrow, bundles.transaction(clinic, by_binary=True), 403)
    assert f"system/{without}.c" in refused["issue"][0]["diagnostics"]
    assert not Patient.objects.exists()


def test_a_person_is_registered_once_and_found_afterwards(clinic: Organization, partner: Caller) -> None:
    given = bundles.patient(clinic)
    condition = {"if-none-exist": f"identifier={bundles.mrn_system(clinic)}|P-1"}
    made = partner.post("/fhir/Patient", given)
    patient = checked(made, 201)
    assert made.headers["Location"] == f"http://testserver/fhir/Patient/{patient['id']}"
    assert made.headers["ETag"] == 'W/"1"'
    again = checked(partner.post("/fhir/Patient", given, headers=condition), 200)
    assert again == patient
    assert Patient.objects.get().name == "Hong Gil-dong"


@pytest.mark.parametrize("encoded", [False, True])
def test_a_condition_on_another_number_is_asked_before_the_person_is_made(
    clinic: Organization, partner: Caller, encoded: bool
) -> None:
    number = f"{bundles.mrn_system(clinic)}|P-9"
    condition = {"if-none-exist": f"identifier={quote(number) if encoded else number}"}
    made = checked(partner.post("/fhir/Patient", bundles.patient(clinic), headers=condition), 201)
    assert made["identifier"][0]["value"] == "P-1", "nobody had P-9"
    other = checked(partner.post("/fhir/Patient", bundles.patient(clinic, "P-9")), 201)
    found = checked(partner.post("/fhir/Patient", bundles.patient(clinic, "P-8"), headers=condition), 200)
    assert (found["id"], found["identifier"][0]["value"]) == (other["id"], "P-9")
    assert {one.mrn for one in Patient.objects.all()} == {"P-1", "P-9"}


def test_a_condition_finds_nobody_by_a_number_alone_and_nobody_of_another_clinic(
    clinic: Organization, partner: Caller
) -> None:
    people.patient(people.actor(clinic), mrn="P-9", name="Kim Yu-jin")
    elsewhere = people.clinic()
    people.patient(people.actor(elsewhere), mrn="P-7")
    for system, number, status in (
        (bundles.mrn_system(clinic), "P-9", 422),
        (bundles.mrn_system(elsewhere), "P-7", 201),
        ("urn:other", "P-9", 200),
    ):
        condition = {"if-none-exist": f"identifier={system}|{number}"}
        checked(partner.post("/fhir/Patient", bundles.patient(clinic), headers=condition), status)


def test_who_finds_a_person_learns_no_more_than_they_sent(clinic: Organization, partner: Caller) -> None:
    known = people.patient(
        people.actor(clinic), mrn="P-1", name="Hong Gil-dong", birth_date=None, sex="female"
    )
    given = bundles.patient(clinic)
    del given["gender"], given["birthDate"]
    found = checked(partner.post("/fhir/Patient", given), 200)
    assert (found["id"], "gender" in found) == (str(known.public_id), False)
    partner.get(f"Patient/{known.public_id}", status=404)
    assert AuditEvent.objects.filter(action="R", patient_id=known.pk, detail="FHIR Patient").exists()


def test_somebody_else_with_that_number_is_refused_without_saying_why(
    clinic: Organization, partner: Caller, settings: Settings
) -> None:
    settings.API_OTHER_PATIENTS_PER_HOUR = 1
    people.patient(people.actor(clinic), mrn="P-1", name="Kim Yu-jin")
    refused = checked(partner.post("/fhir/Patient", bundles.patient(clinic)), 422)
    assert "another patient" in refused["issue"][0]["diagnostics"]
    assert "Kim" not in json.dumps(refused)
    late = partner.post("/fhir/Patient", bundles.patient(clinic))
    checked(late, 429)
    assert int(late.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("changes", "headers", "status"),
    [
        ({}, {"if-none-exist": "name=Hong"}, 400),
        ({}, {"if-none-exist": "identifier=P-1"}, 400),
        ({}, {"if-none-exist": "identifier=urn:x|P-1&name=Hong"}, 400),
        ({"resourceType": "Person"}, {}, 400),
        ({"identifier": []}, {}, 422),
        ({"name": "Hong"}, {}, 400),
        ({"name": [{"given": "Hong"}]}, {}, 400),
        ({"communication": [{"language": 7}]}, {}, 400),
    ],
    ids=str,
)
def test_a_person_who_cannot_be_read_is_not_registered(
    clinic: Organization, partner: Caller, changes: Resource, headers: dict[str, str], status: int
) -> None:
    given = bundles.patient(clinic) | changes
    checked(partner.post("/fhir/Patient", given, headers=headers), status)
    assert not Patient.objects.exists()


def test_a_name_in_parts_and_a_language_are_read(clinic: Organization, partner: Caller) -> None:
    spoken = [{"language": {"coding": [{"code": "en-US"}]}}]
    name = [{"family": "Hong", "given": ["Gil-dong"]}]
    checked(partner.post("/fhir/Patient", bundles.patient(clinic, name=name, communication=spoken)), 201)
    patient = Patient.objects.get()
    assert (patient.name, patient.language) == ("Gil-dong Hong", "en")


def test_creating_a_person_takes_its_scope(clinic: Organization) -> None:
    reader = fhir_case.caller(clinic, scopes="system/Patient.rs")
    checked(reader.post("/fhir/Patient", bundles.patient(clinic)), 403)
