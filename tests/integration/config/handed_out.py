"""A medicine that a pharmacist released, for tests of what the patient is told of it."""

from io import BytesIO
from itertools import count
from typing import Any

from django.utils import timezone
from pypdf import PdfReader

from pharmacy.models import Prescription
from pharmacy.services import (
    lot_receive,
    order_enter,
    order_fill,
    order_supply_propose,
    prescription_authorise,
)
from records.actor import Actor
from records.models import Organization, Role
from screening.models import Encounter
from tests.factories import records as people
from tests.integration.config import cast, ordered
from tests.integration.pharmacy.dispensing import fresh_drug_data

_seed = count(600, 10)
DRY, ITCHY = {"dry_or_gritty": True}, {"itchy": True}


def proposed(clinic: Organization, by: Actor, **more: Any) -> Prescription:
    """A proposal for dry eyes, unless other symptoms are given."""
    cast.stock(clinic, by)
    encounter = cast.screened(by, **({"symptoms": DRY} | more))
    return Prescription.objects.get(encounter=encounter)


def released(clinic: Organization, by: Actor, **more: Any) -> Prescription:
    return release(clinic, proposed(clinic, by, **more))


def release(clinic: Organization, one: Prescription) -> Prescription:
    fresh_drug_data(timezone.localdate())
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    return prescription_authorise(
        prescription_id=one.pk, by=pharmacist, now=timezone.now(), warning_signs_asked=True
    )


def supply_of_filled_order(visit: Encounter, pharmacist: Actor, **typed: Any) -> Prescription:
    """What is proposed on a new order for latanoprost that a pharmacy filled."""
    now = timezone.now()
    order = order_enter(patient=visit.patient, typed=ordered.typed(**typed), by=pharmacist, now=now)
    order_fill(order_id=order.pk, pharmacy=visit.organization.name, by=pharmacist, now=now)
    return order_supply_propose(order_id=order.pk, encounter=visit, by=pharmacist, now=now)


def on_order(clinic: Organization, by: Actor, dose_text: str = "1 × 22:00") -> Prescription:
    """Latanoprost of a filled order, released a moment ago."""
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    fresh_drug_data(timezone.localdate())
    lot_receive(
        organization=clinic,
        medicine_code="latanoprost-0.005",
        gtin="08806411000040",
        number="L77",
        expiry="2031-01",
        packs=1,
        by=by,
        now=timezone.now(),
    )
    visit = cast.screened(by, name="홍길동", seed=next(_seed), safety={"conditions": []})
    supply = supply_of_filled_order(visit, pharmacist, dose_text=dose_text, prescriber="이수진")
    return prescription_authorise(
        prescription_id=supply.pk, by=pharmacist, now=timezone.now(), warning_signs_asked=True
    )


def read_pdf(data: bytes) -> tuple[PdfReader, str]:
    """The paper, and all its words with single spaces."""
    paper = PdfReader(BytesIO(data))
    return paper, " ".join(" ".join(page.extract_text() for page in paper.pages).split())
