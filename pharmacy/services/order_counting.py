"""How many supplies of an order were released, kept under a lock of its row (PH-83)."""

from datetime import datetime

from pharmacy import events
from pharmacy.domain.order_status import OrderStatus
from pharmacy.models import MedicationOrder, Prescription
from records import access
from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record


def order_lock_of(prescription_id: int, *, by: Actor) -> None:
    """Hold the order of a prescription, if it has one, to the end of the transaction.

    Lots before orders before prescriptions: everybody locks in this order, so nobody waits in a circle.
    """
    own = access.within(MedicationOrder.objects.select_for_update(of=("self",)), by=by)
    own.filter(supplies=prescription_id).first()


def supply_count(prescription: Prescription, *, by: Actor, now: datetime) -> None:
    """Count a supply that is released; the last one completes the order. Its row is locked by the caller."""
    if (order := prescription.order) is None:
        return
    order.supplies_released += 1
    if not order.supplies_left:
        order.status = OrderStatus.COMPLETED
    _store(order, by=by, now=now)


def supply_give_back(prescription: Prescription, *, by: Actor, now: datetime) -> None:
    """Give back a supply that was released and then refused; a completed order is in force again."""
    if prescription.order is None:
        return
    order = MedicationOrder.objects.select_for_update(of=("self",)).get(pk=prescription.order_id)
    order.supplies_released -= 1
    if order.status == OrderStatus.COMPLETED:
        order.status = OrderStatus.ACTIVE
    _store(order, by=by, now=now)


def _store(order: MedicationOrder, *, by: Actor, now: datetime) -> None:
    order.save(update_fields=["supplies_released", "status"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=order,
        patient_id=order.patient_id,
        detail=f"{order.status}, {order.supplies_released} of {order.supplies_allowed} supplies released",
    )
    events.medication_order_changed.send(sender=None, key=order.pk)
