"""The pages of orders: what was typed comes back with what to correct, and the whole way to the release."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pharmacy.models import MedicationOrder, Prescription
from pharmacy.services import lot_receive
from records.actor import Actor
from records.models import Organization, Role
from screening.models import Encounter
from tests.factories import records as people
from tests.integration.config import cast, ordered
from tests.integration.config.conftest import signed_in

TODAY = f"{timezone.localdate():%Y%m%d}"
PAPER = {
    "medicine": "latanoprost-0.005",
    "dose_text": "1 drop at bedtime",
    "units_per_day": "1",
    "unit": "drop",
    "supply_days": "28",
    "refills": "0",
    "written_on": TODAY,
    "valid_until": TODAY,
    "prescriber": "Lee Su-jin",
    "licence": "12345",
}


@pytest.fixture
def here(screener: Actor) -> Encounter:
    return cast.screened(screener, safety={"conditions": []})


def reader(clinic: Organization, role: str) -> Client:
    client = signed_in(people.member(clinic, role))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def enter(client: Client, here: Encounter, **otherwise: str) -> Any:
    return client.post(reverse("order-enter", args=[here.public_id]), PAPER | otherwise)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("units_per_day", "one or two", "Write how many a day, from 1 to 24."),
        ("unit", "spoon", "This unit is not known."),
        ("valid_until", "20200101", "It would end before it was written."),
        ("medicine", "snake-oil", "The formulary has no such medicine"),
        ("written_on", "yesterday", "This is no date."),
        ("licence", "", "Copy the physician&#x27;s licence number."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_the_rest_is_given_back(
    clinic: Organization, here: Encounter, field: str, typed: str, said: str
) -> None:
    answer = enter(reader(clinic, "pharmacist"), here, **{field: typed})
    page = answer.content.decode()
    assert (answer.status_code, said in page, "1 drop at bedtime" in page) == (422, True, True)
    assert not MedicationOrder.objects.exists()


def test_a_physician_says_whose_order_it_is(clinic: Organization, here: Encounter) -> None:
    physician = reader(clinic, "physician")
    assert b"Choose whose order it is." in enter(physician, here).content
    assert enter(physician, here, source="signed", prescriber="", licence="").status_code == 302
    assert MedicationOrder.objects.get().source == "signed"


def stocked(clinic: Organization, by: Actor) -> None:
    lot_receive(
        organization=clinic,
        medicine_code="latanoprost-0.005",
        gtin="08806411000040",
        number="L1",
        expiry="2031-01",
        packs=1,
        by=by,
        now=timezone.now(),
    )


def test_a_pharmacist_goes_from_the_paper_to_the_release(
    clinic: Organization, screener: Actor, here: Encounter
) -> None:
    stocked(clinic, screener)
    client = reader(clinic, "pharmacist")
    assert enter(client, here).status_code == 302
    order = MedicationOrder.objects.get()
    at = [here.public_id, order.pk]
    refused = client.post(reverse("order-supply", args=at))
    assert (refused.status_code, b"PH-61" in refused.content) == (422, True)
    client.post(reverse("order-fill", args=at), {"fill-pharmacy": "Hill Pharmacy"})
    made = client.post(reverse("order-supply", args=at))
    supply = Prescription.objects.get(order=order)
    assert made["Location"] == reverse("authorise-medicine", args=[supply.pk])
    assert b"1 drop at bedtime" in client.get(made["Location"]).content
    client.post(
        reverse("authorise-medicine-release", args=[supply.pk]), {"release-warning_signs_asked": "on"}
    )
    order.refresh_from_db()
    assert order.status == "completed"
    assert b"Every supply was released" in client.get(reverse("order", args=at)).content


def test_a_supply_without_a_pack_waits_and_one_button_reserves_it_when_stock_came(
    clinic: Organization, screener: Actor, here: Encounter
) -> None:
    client = reader(clinic, "pharmacist")
    enter(client, here)
    at = [here.public_id, MedicationOrder.objects.get().pk]
    client.post(reverse("order-fill", args=at), {"fill-pharmacy": "Hill Pharmacy"})
    made = client.post(reverse("order-supply", args=at))
    supply = Prescription.objects.get(order=at[1])
    page, again = made["Location"], reverse("authorise-medicine-reserve", args=[supply.pk])
    assert b"The supply waits for stock." in client.get(page).content
    for shown in (client.get(page).content, client.get(reverse("authorise")).content):
        assert b"Waits for stock: latanoprost" in shown
    assert b"A supply waits for stock in this visit." in client.get(reverse("order", args=at)).content
    assert b"No usable pack is in the machine." in client.post(again).content
    stocked(clinic, screener)
    assert client.post(again)["Location"] == page
    shown = client.get(page).content
    assert b"A pack is reserved." in shown and b"out of stock" not in shown
    supply.refresh_from_db()
    assert (supply.status, supply.lot.reserved) == ("proposed", 1)


def test_others_see_that_it_waits_for_stock_and_have_no_button(
    clinic: Organization, screener: Actor, here: Encounter
) -> None:
    client = reader(clinic, "pharmacist")
    enter(client, here)
    at = [here.public_id, MedicationOrder.objects.get().pk]
    client.post(reverse("order-fill", args=at), {"fill-pharmacy": "Hill Pharmacy"})
    page = client.post(reverse("order-supply", args=at))["Location"]
    shown = reader(clinic, "screener").get(page).content
    assert b"Only a usable pack is missing." in shown
    assert page.encode() + b"reserve/" not in shown


def test_an_order_is_cancelled_with_a_reason_that_is_shown(clinic: Organization, here: Encounter) -> None:
    client = reader(clinic, "pharmacist")
    enter(client, here)
    at = [here.public_id, MedicationOrder.objects.get().pk]
    assert client.post(reverse("order-move", args=at), {"to": "cancelled"}).status_code == 422
    assert client.post(reverse("order-move", args=at), {"to": "nonsense"}).status_code == 422
    client.post(reverse("order-move", args=at), {"to": "cancelled", "cancelled-reason": "typed wrong"})
    page = client.get(reverse("order", args=at)).content
    assert b"Cancelled" in page
    assert b"typed wrong" in page


def test_the_supplement_is_proposed_from_the_diagnosis_and_not_after_it_was_taken_back(
    clinic: Organization, screener: Actor, here: Encounter
) -> None:
    client = reader(clinic, "physician")
    record = reverse("diagnosis-record", args=[here.public_id])
    typed = {"source": "examined", "right": "A:intermediate", "confirmed_on": TODAY}
    assert client.post(record, typed | {"right": ""}).status_code == 422
    assert client.post(record, typed).status_code == 302
    case = reverse("case", args=[here.public_id])
    assert b"Propose the supplement" in client.get(case).content
    retract = reverse("diagnosis-retract", args=[here.public_id, here.patient.diagnoses.get().pk])
    assert client.post(retract, {"reason": ""}).status_code == 422
    client.post(retract, {"reason": "the other eye"})
    assert b"Propose the supplement" not in client.get(case).content
    client.post(reverse("supplement-propose", args=[here.public_id]))
    assert b"PH-63" in client.get(case).content
    assert not Prescription.objects.filter(basis="diagnosis").exists()


@pytest.mark.parametrize("role", [Role.SCREENER, Role.AUDITOR])
def test_others_read_the_orders_and_change_nothing(clinic: Organization, here: Encounter, role: str) -> None:
    pharmacist, physician = (people.actor(clinic, who) for who in ("pharmacist", "physician"))
    orders = ordered.orders(here, pharmacist, physician)
    client = reader(clinic, role)
    page = client.get(reverse("case", args=[here.public_id])).content.decode()
    assert all(reverse("order", args=[here.public_id, one.pk]) in page for one in orders)
    assert reverse("order-enter", args=[here.public_id]) not in page
    assert (
        b'<form method="post" action="/cases/'
        not in client.get(reverse("order", args=[here.public_id, orders[0].pk])).content
    )
