"""Reads of physicians' orders."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from pharmacy.domain.order_status import OrderStatus
from pharmacy.domain.orders import PhysicianOrder
from pharmacy.models import MedicationOrder, Prescription, PrescriptionStatus
from records import access
from records.actor import Actor
from records.models import Patient


def orders_of(patient: Patient, *, by: Actor) -> list[MedicationOrder]:
    """Every order of a patient of the actor's clinic, the newest first."""
    rows = access.within(_whole(), by=by).filter(patient=patient)
    return list(rows.prefetch_related("supplies").order_by("-entered_at", "-pk"))


def order_by_id(order_id: int, *, by: Actor, now: datetime) -> MedicationOrder:
    """One order of the actor's clinic, with the read audited. Raises RecordNotFound."""
    return access.fetch(_whole().select_related("patient"), by=by, now=now, pk=order_id)


def order_value(order: MedicationOrder, *, counted: bool = False) -> PhysicianOrder:
    """An order as the safety check reads it; `refills_left` counts the supply that is asked about.

    `counted`: the order's own count has that supply already, because it was released.
    """
    own = int(counted)
    return PhysicianOrder(
        medicine=order.medicine.code,
        valid_until=order.valid_until,
        refills_left=order.supplies_left + own,
        filled=any(one.number > order.supplies_released - own for one in order.fillings.all()),
        doses_per_day=order.units_per_day,
        supply_days=order.supply_days,
        status=OrderStatus(order.status),
    )


def order_for(prescription: Prescription, code: str, *, today: date) -> PhysicianOrder | None:
    """The order on which a medicine is supplied: its own, else the patient's for this medicine that is in force."""
    if prescription.order is not None:
        counted = prescription.status == PrescriptionStatus.AUTHORISED
        return order_value(prescription.order, counted=counted)
    orders = MedicationOrder.objects.filter(
        patient_id=prescription.encounter.patient_id,
        medicine__code=code,
        status=OrderStatus.ACTIVE,
        valid_until__gte=today,
    )
    newest = orders.select_related("medicine").order_by("-entered_at", "-pk").first()
    return order_value(newest) if newest else None


def order_state_of(order: MedicationOrder) -> str:
    """Changes with everything that happens to an order, so that a form can say what its reader saw."""
    return f"{order.status} {order.supplies_released} {order.fillings.count()}"


def supplies_of(order: MedicationOrder) -> Sequence[Prescription]:
    """What was proposed and released on an order, the newest first."""
    supplies = order.supplies.select_related("encounter", "authorised_by", "lot")
    return list(supplies.order_by("-decided_at", "-pk"))


def _whole() -> QuerySet[MedicationOrder]:
    rows = MedicationOrder.objects.select_related(
        "medicine", "organization", "entered_by", "status_changed_by"
    )
    return rows.prefetch_related("fillings__filled_by")
