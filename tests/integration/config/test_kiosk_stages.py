"""What the patients' screen says while the machine works, when the medicine lies there, and afterwards."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.kiosk.stage import Stage, stage_of
from pharmacy.domain.handout_rules import GIVEN_SHOWN
from pharmacy.models import Dispense, DrugDataImport, MachineEvent, Prescription
from pharmacy.services import (
    counter_hand_over,
    counter_release,
    dispense_cancel,
    dispense_hand_over,
    supply_end,
)
from records.actor import Actor
from records.models import Organization, Role
from tests.factories import records as people
from tests.integration.config import at_machine, cast
from tests.integration.config.test_kiosk import agreed, identify, said
from tests.integration.pharmacy.dispensing import fresh_drug_data, scan


@pytest.fixture
def one(clinic: Organization, by: Actor) -> Prescription:
    cast.stock(clinic, by)
    at_machine.machine(clinic, by)
    return at_machine.authorised(clinic, by)


@pytest.fixture
def kiosk(nurse: Client, tries_of_its_own: None) -> Client:
    nurse.post(reverse("kiosk-open"), {"scanner": "yes"})
    return nurse


def here(kiosk: Client) -> str:
    return said(kiosk.get(reverse("kiosk-medicine")))


def stage(one: Prescription, *, after: timedelta = timedelta()) -> Stage:
    return stage_of(Prescription.objects.get(pk=one.pk), now=timezone.now() + after)


def handed_over(one: Prescription, by: Actor) -> Dispense:
    of, code = at_machine.dropped_into_bay(one)
    return dispense_hand_over(dispense_id=of.pk, scans=[code], by=by, now=timezone.now())


def test_the_stages_follow_the_dispense(kiosk: Client, one: Prescription) -> None:
    agreed(kiosk, one)
    assert "the pharmacist lets the machine give it" in here(kiosk)
    of, code = at_machine.dropped_into_bay(one)
    Dispense.objects.filter(pk=of.pk).update(status="dispensing")
    assert "The machine fetches your medicine" in here(kiosk)
    Dispense.objects.filter(pk=of.pk).update(status="in-bay")
    assert "Hold its square code under the scanner" in here(kiosk)
    answer = kiosk.post(reverse("kiosk-scan"), {"scan": code.replace("\x1d", "<GS>")})
    assert answer.headers["Location"] == reverse("kiosk-medicine")
    assert "Thank you. You have your medicine" in here(kiosk)
    of.refresh_from_db()
    assert of.status == "completed" and of.handed_over_by.startswith("software:kiosk opened by")


def test_a_wrong_pack_at_the_screen_moves_nothing_and_is_recorded(kiosk: Client, one: Prescription) -> None:
    agreed(kiosk, one)
    of, _code = at_machine.dropped_into_bay(one)
    answer = kiosk.post(reverse("kiosk-scan"), {"scan": scan(of.lot, "OTHER")})
    assert (answer.status_code, "This is not your pack" in said(answer)) == (422, True)
    unread = kiosk.post(reverse("kiosk-scan"), {"scan": "123"})
    assert (unread.status_code, "The code was not read" in said(unread)) == (422, True)
    assert MachineEvent.objects.filter(dispense=of, kind="scan-refused").count() == 2
    of.refresh_from_db()
    assert of.status == "in-bay"


def test_a_screen_without_a_scanner_waits_for_the_staff(
    nurse: Client, one: Prescription, tries_of_its_own: None
) -> None:
    nurse.post(reverse("kiosk-open"))
    agreed(nurse, one)
    of, code = at_machine.dropped_into_bay(one)
    assert "Our staff check it and give it to you" in here(nurse)
    nurse.post(reverse("kiosk-scan"), {"scan": code})
    of.refresh_from_db()
    assert of.status == "in-bay"


def test_nothing_is_scanned_before_the_patient_agreed(kiosk: Client, one: Prescription) -> None:
    identify(kiosk, one.encounter.patient.mrn)
    of, code = at_machine.dropped_into_bay(one)
    answer = kiosk.post(reverse("kiosk-scan"), {"scan": code})
    assert answer.headers["Location"] == reverse("kiosk-consent")
    of.refresh_from_db()
    assert of.status == "in-bay"


def test_whoever_has_the_medicine_reads_the_leaflet_again_and_is_not_asked(
    kiosk: Client, one: Prescription, by: Actor
) -> None:
    handed_over(one, by)
    identify(kiosk, one.encounter.patient.mrn)
    assert "Thank you" in here(kiosk)
    assert kiosk.get(reverse("kiosk-leaflet", args=[1])).status_code == 200
    assert kiosk.get(reverse("kiosk-consent")).headers["Location"] == reverse("kiosk-medicine")


def test_a_medicine_handed_over_hours_ago_is_no_longer_offered(one: Prescription, by: Actor) -> None:
    handed_over(one, by)
    assert stage(one, after=GIVEN_SHOWN - timedelta(minutes=1)) is Stage.GIVEN
    assert stage(one, after=GIVEN_SHOWN + timedelta(minutes=1)) is Stage.NOTHING


@pytest.mark.parametrize("trouble", ["failed", "stuck"])
def test_when_the_machine_did_not_give_it_a_person_helps(
    kiosk: Client, one: Prescription, trouble: str
) -> None:
    agreed(kiosk, one)
    getattr(at_machine, trouble)(one)
    assert "A person helps you now" in here(kiosk)


def test_without_drug_data_a_person_helps(one: Prescription) -> None:
    DrugDataImport.objects.filter(source="recalls").delete()
    assert stage(one) is Stage.HELP


def test_a_supply_that_ended_is_not_offered(one: Prescription, clinic: Organization) -> None:
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    supply_end(prescription_id=one.pk, by=pharmacist, now=timezone.now(), reason="not fetched")
    assert stage(one) is Stage.NOTHING


def test_papers_open_inside_the_page_and_in_no_window_of_their_own(kiosk: Client, one: Prescription) -> None:
    agreed(kiosk, one)
    assert "_blank" not in here(kiosk)
    page = kiosk.get(reverse("kiosk-paper", args=["label"]))
    assert reverse("kiosk-label") in said(page) and "Finish" in said(page)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    paper = kiosk.get(reverse("kiosk-label"))
    assert "frame-ancestors 'self'" in paper.headers["Content-Security-Policy"]
    assert paper.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert kiosk.get(reverse("kiosk-paper", args=["other"])).status_code == 404


def test_where_no_machine_stands_the_screen_waits_for_the_pharmacist_and_then_for_the_staff(
    nurse: Client, clinic: Organization, by: Actor, tries_of_its_own: None
) -> None:
    cast.stock(clinic, by)
    fresh_drug_data(timezone.localdate())
    one = at_machine.authorised(clinic, by)
    nurse.post(reverse("kiosk-open"))
    agreed(nurse, one)
    assert "the pharmacist talks with you" in here(nurse)
    pharmacist, now = people.actor(clinic, Role.PHARMACIST), timezone.now()
    released = counter_release(prescription_id=one.pk, by=pharmacist, now=now)
    assert "Our staff give it to you now" in here(nurse)
    dispense_cancel(dispense_id=released.pk, by=pharmacist, now=now, reason="taken back")
    assert "the pharmacist talks with you" in here(nurse)
    counter_release(prescription_id=one.pk, by=pharmacist, now=now)
    counter_hand_over(prescription_id=one.pk, scans=[scan(one.lot, "A")], by=by, now=now)
    assert "Thank you. You have your medicine" in here(nurse)
