"""What the tests of orders stand on: a typed order, a visit that wishes for nothing, and a released supply."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pharmacy.domain.order_reading import OrderSource, OrderTyped
from pharmacy.models import MedicationOrder, Prescription
from pharmacy.services import order_enter, order_fill, order_supply_propose, prescription_authorise
from records.actor import Actor
from records.models import Patient
from records.permission import INTAKE_ROLES
from screening.models import Encounter
from tests.factories import assessments
from tests.factories import records as people
from tests.integration.pharmacy.cast import LATANOPROST, NOW, visit

TODAY = assessments.TODAY
TYPED = OrderTyped(
    medicine=LATANOPROST,
    dose_text="1 drop in each eye at bedtime",
    units_per_day="1",
    unit="drop",
    supply_days="28",
    refills="2",
    written_on=TODAY,
    valid_until=TODAY + timedelta(days=180),
    source=OrderSource.PAPER,
    prescriber="Lee Su-jin",
    licence="12345",
)


def entered(patient: Patient, by: Actor, now: datetime = NOW, **otherwise: Any) -> MedicationOrder:
    return order_enter(patient=patient, typed=replace(TYPED, **otherwise), by=by, now=now)


def assessed_visit(by: Actor, patient: Patient | None = None, **more: Any) -> Encounter:
    """A visit whose answers are clear and whose assessment wishes for nothing."""
    assert by.role in INTAKE_ROLES
    found = visit(by, patient=patient or people.patient(by), **more)
    assessments.assessment(found)
    return found


def proposed(order: MedicationOrder, found: Encounter, by: Actor, now: datetime = NOW) -> Prescription:
    return order_supply_propose(order_id=order.pk, encounter=found, by=by, now=now)


def filled(order: MedicationOrder, by: Actor, now: datetime = NOW) -> MedicationOrder:
    order_fill(order_id=order.pk, pharmacy="Hill Pharmacy", by=by, now=now)
    return order


def released(order: MedicationOrder, found: Encounter, by: Actor, now: datetime = NOW) -> Prescription:
    supply = proposed(filled(order, by, now), found, by, now)
    return prescription_authorise(prescription_id=supply.pk, by=by, now=now)
