"""What a physician ordered and confirmed for one patient, in each state that a page shows."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from pharmacy.domain.order_reading import OrderSource, OrderTyped
from pharmacy.models import MedicationOrder
from pharmacy.services import order_enter, order_fill, order_move
from records.actor import Actor
from records.models import Patient, Practitioner
from screening.domain.diagnosis import Diagnosis, DiagnosisSource
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import Encounter
from screening.services import diagnosis_record


def typed(**otherwise: Any) -> OrderTyped:
    today = timezone.localdate()
    said: dict[str, Any] = {
        "medicine": "latanoprost-0.005",
        "dose_text": "1 × 22:00",
        "units_per_day": "1",
        "unit": "drop",
        "supply_days": "28",
        "refills": "2",
        "written_on": today - timedelta(days=20),
        "valid_until": today + timedelta(days=160),
        "source": OrderSource.PAPER,
        "prescriber": "x",
        "licence": "12345",
    }
    return OrderTyped(**said | otherwise)


def orders(visit: Encounter, pharmacist: Actor, physician: Actor) -> list[MedicationOrder]:
    """One in force and filled, one on hold, one that lapsed, one that was cancelled; and both eyes diagnosed."""
    now, today = timezone.now(), timezone.localdate()
    # What people write is in one language: names that stand in the register, and figures.
    patient, clinic = visit.patient, visit.organization.name
    prescriber = Practitioner.objects.get(pk=physician.practitioner_id).name

    def entered(**otherwise: Any) -> MedicationOrder:
        return order_enter(
            patient=patient, typed=typed(prescriber=prescriber, **otherwise), by=pharmacist, now=now
        )

    in_force = entered()
    order_fill(order_id=in_force.pk, pharmacy=clinic, by=pharmacist, now=now)
    held = entered(medicine="timolol-0.5", units_per_day="2")
    order_move(order_id=held.pk, to="on-hold", by=physician, now=now, reason="50")
    ended: dict[str, date] = {
        "written_on": today - timedelta(days=200),
        "valid_until": today - timedelta(days=10),
    }
    lapsed = entered(medicine="dorzolamide-2", units_per_day="3", **ended)
    cancelled = entered(medicine="brimonidine-0.15", units_per_day="2")
    order_move(order_id=cancelled.pk, to="cancelled", by=physician, now=now, reason="12 mmHg")
    _confirmed(patient, physician, today)
    return [in_force, held, lapsed, cancelled]


def _confirmed(patient: Patient, physician: Actor, today: date) -> None:
    diagnosis_record(
        patient=patient,
        diagnoses=[
            Diagnosis(Laterality.RIGHT, Label.AMD, "intermediate"),
            Diagnosis(Laterality.LEFT, Label.AMD, "early"),
        ],
        source=DiagnosisSource.EXAMINED,
        confirmed_on=today - timedelta(days=3),
        by=physician,
        now=timezone.now(),
    )
