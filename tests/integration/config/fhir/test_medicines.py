"""What a hospital learns of the medicines of a visit: only what a person authorised, and how far it is."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from pharmacy.models import Dispense, LedgerKind, MedicationOrder, Prescription
from pharmacy.services import lots_recall
from pharmacy.services.ledger import book
from records.models import Role
from referrals.models import Referral
from tests.factories import records as people
from tests.factories.records import NOW
from tests.integration.config import fhir_case
from tests.integration.config.fhir_case import Caller


@pytest.fixture
def dispense(referral: Referral) -> Dispense:
    return fhir_case.supplied(referral)


def test_a_supply_its_order_and_its_hand_over_lead_to_one_another(
    hospital: Caller, dispense: Dispense
) -> None:
    handed = hospital.get(f"MedicationDispense/{dispense.pk}")
    assert (handed["status"], handed["quantity"]["value"]) == ("preparation", 1)
    supply = hospital.get(handed["authorizingPrescription"][0]["reference"])
    assert (supply["status"], supply["intent"]) == ("active", "order")
    order = hospital.get(supply["basedOn"][0]["reference"])
    assert (order["status"], order["requester"]) == ("active", {"display": "Lee Su-jin"})
    assert supply["requester"] == order["requester"], "who may prescribe, not who authorised the supply"
    assert supply["recorder"]["display"] == Prescription.objects.get().authorised_by.name
    assert order["dispenseRequest"]["numberOfRepeatsAllowed"] == 2
    own, atc = supply["medicationCodeableConcept"]["coding"]
    assert (atc["system"], atc["code"]) == ("http://www.whocc.no/atc", dispense.lot.medicine.atc)
    assert own["display"].startswith(dispense.lot.medicine.ingredient)


def test_what_a_day_comes_to_is_told_and_how_it_is_divided_only_where_it_is_known(
    hospital: Caller, dispense: Dispense
) -> None:
    order = MedicationOrder.objects.get()
    drop = {"unit": "drop in each eye", "system": "http://unitsofmeasure.org", "code": "[drp]"}
    dosage = hospital.get(f"MedicationRequest/order-{order.pk}")["dosageInstruction"][0]
    assert dosage["text"] == "1 drop in each eye at bedtime"
    assert dosage["timing"]["repeat"] == {"frequency": 1, "period": 1, "periodUnit": "d"}
    assert dosage["doseAndRate"] == [{"doseQuantity": {"value": 1} | drop}]
    MedicationOrder.objects.update(units_per_day=3)
    dosage = hospital.get(f"MedicationRequest/{dispense.prescription_id}")["dosageInstruction"][0]
    assert dosage["timing"]["repeat"]["frequencyMax"] == 3
    assert dosage["doseAndRate"] == [{"doseRange": {"low": {"value": 1} | drop, "high": {"value": 3} | drop}}]
    assert dosage["maxDosePerPeriod"]["numerator"] == {"value": 3} | drop


def test_a_supply_without_a_physician_s_order_has_no_requester(hospital: Caller, dispense: Dispense) -> None:
    Prescription.objects.update(basis="assessment", order=None)
    supply = hospital.get(f"MedicationRequest/{dispense.prescription_id}")
    assert "requester" not in supply
    assert supply["recorder"]["display"] == Prescription.objects.get().authorised_by.name


def test_a_change_is_another_version(hospital: Caller, dispense: Dispense) -> None:
    before = hospital.get(f"MedicationDispense/{dispense.pk}")["meta"]["versionId"]
    assert hospital.get(f"MedicationDispense/{dispense.pk}")["meta"]["versionId"] == before
    Dispense.objects.filter(pk=dispense.pk).update(status="cancelled", ended_at=NOW)
    after = hospital.get(f"MedicationDispense/{dispense.pk}")
    assert (after["status"], after["meta"]["versionId"] == before) == ("cancelled", False)


def test_what_a_recall_took_back_is_told_without_its_medicine_and_as_changed(
    hospital: Caller, dispense: Dispense
) -> None:
    supply = dispense.prescription
    by, later = people.actor(supply.organization, Role.PHARMACIST), timezone.now() + timedelta(hours=1)
    book(dispense.lot_id, LedgerKind.RESERVE, reserved=1, prescription=supply, by=by, now=NOW)
    lots_recall(gtin=dispense.lot.gtin, reason="notice 1", by=by, now=later)
    told = hospital.get(f"MedicationRequest/{supply.pk}")
    assert told["status"] == "draft"
    assert told["medicationCodeableConcept"]["coding"][0]["code"] == supply.indication
    new = hospital.all(f"MedicationRequest?_lastUpdated=ge{later.isoformat().replace('+', '%2B')}")
    assert str(supply.pk) in [one["id"] for one in new]
    handed = hospital.get(f"MedicationDispense/{dispense.pk}")
    atc = {one["system"]: one["code"] for one in handed["medicationCodeableConcept"]["coding"]}
    assert (handed["status"], atc["http://www.whocc.no/atc"]) == ("cancelled", dispense.lot.medicine.atc)


def test_an_order_that_ran_out_is_stopped(hospital: Caller, dispense: Dispense) -> None:
    yesterday = timezone.localdate() - timedelta(days=2)
    order = MedicationOrder.objects.get()
    MedicationOrder.objects.filter(pk=order.pk).update(written_on=yesterday, valid_until=yesterday)
    assert hospital.get(f"MedicationRequest/order-{order.pk}")["status"] == "stopped"
    found = hospital.all("MedicationRequest?status=stopped")
    assert [one["id"] for one in found] == [f"order-{order.pk}"]
    assert [one["id"] for one in hospital.all("MedicationRequest?status=active")] == [
        str(dispense.prescription_id)
    ]


def test_an_order_changed_when_its_last_day_ended(hospital: Caller, dispense: Dispense) -> None:
    clinic, order = dispense.prescription.organization, MedicationOrder.objects.get()
    last = timezone.localdate() - timedelta(days=2)
    lately = f"MedicationRequest?_lastUpdated=ge{last + timedelta(days=1)}T00:00:00"
    assert clinic.time_zone == "Asia/Seoul"
    assert hospital.all(f"{lately}%2B09:00") == []
    MedicationOrder.objects.filter(pk=order.pk).update(written_on=last, valid_until=last)
    (found,) = hospital.all(f"{lately}%2B09:00")
    midnight = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(clinic.time_zone))
    assert (found["id"], found["status"]) == (f"order-{order.pk}", "stopped")
    assert datetime.fromisoformat(found["meta"]["lastUpdated"]) == midnight
    assert hospital.all(f"MedicationRequest?_lastUpdated=gt{midnight.isoformat().replace('+', '%2B')}") == []


def test_a_search_finds_supplies_and_orders_over_pages(hospital: Caller, dispense: Dispense) -> None:
    both = {str(dispense.prescription_id), f"order-{MedicationOrder.objects.get().pk}"}
    for query in ("", "?_count=1", "?intent=order", "?status=active", "?status=active,cancelled"):
        assert {one["id"] for one in hospital.all(f"MedicationRequest{query}")} == both, query
    assert hospital.all("MedicationRequest?intent=plan") == []
    assert hospital.all("MedicationRequest?status=cancelled") == []
    patient = dispense.prescription.encounter.patient.public_id
    assert len(hospital.all(f"MedicationRequest?patient={patient}")) == 2
    of_supply = f"MedicationDispense?prescription=MedicationRequest/{dispense.prescription_id}"
    assert [one["id"] for one in hospital.all(of_supply)] == [str(dispense.pk)]
    assert hospital.all("MedicationDispense?prescription=MedicationRequest/0") == []
    included = hospital.get(f"{of_supply}&_include=MedicationDispense:prescription")["entry"]
    assert [(one["resource"]["resourceType"], one["search"]["mode"]) for one in included] == [
        ("MedicationDispense", "match"),
        ("MedicationRequest", "include"),
    ]


@pytest.mark.parametrize(
    ("status", "packs", "code"),
    [("dispensing", 0, "in-progress"), ("failed", 0, "stopped"), ("unknown", 0, "unknown")],
)
def test_a_dispense_is_found_by_the_status_that_it_shows(
    hospital: Caller, dispense: Dispense, status: str, packs: int, code: str
) -> None:
    ended = NOW if status == "failed" else None
    Dispense.objects.filter(pk=dispense.pk).update(status=status, sent_at=NOW, ended_at=ended)
    assert [one["status"] for one in hospital.all(f"MedicationDispense?status={code}")] == [code]
    assert hospital.all("MedicationDispense?status=completed,preparation") == []


def test_a_counted_dispense_is_completed_only_if_packs_reached_the_patient(
    hospital: Caller, dispense: Dispense
) -> None:
    rows = Dispense.objects.filter(pk=dispense.pk)
    rows.update(status="reconciled", sent_at=NOW, ended_at=NOW)
    assert [one["status"] for one in hospital.all("MedicationDispense?status=stopped")] == ["stopped"]
    assert hospital.all("MedicationDispense?status=completed") == []
    rows.update(packs_dropped=1, packs_handed_over=1, handed_over_at=NOW)
    assert [one["status"] for one in hospital.all("MedicationDispense?status=completed")] == ["completed"]
    assert hospital.all("MedicationDispense?status=stopped") == []


def test_what_nobody_authorised_and_what_is_another_s_is_not_there(
    hospital: Caller, dispense: Dispense
) -> None:
    order = MedicationOrder.objects.get()
    addresses = (
        f"MedicationRequest/{dispense.prescription_id}",
        f"MedicationRequest/order-{order.pk}",
        f"MedicationDispense/{dispense.pk}",
    )
    strangers = (fhir_case.caller(people.clinic()), fhir_case.caller(dispense.organization))
    for stranger in strangers:
        for address in addresses:
            stranger.get(address, status=404)
        assert stranger.all("MedicationRequest") == stranger.all("MedicationDispense") == []
    Prescription.objects.filter(pk=dispense.prescription_id).update(
        status="proposed", authorised_at=None, authorised_by=None
    )
    for address in addresses:
        hospital.get(address, status=404)
