"""A physician's order from the paper or the account to its end."""

from datetime import datetime

from django.db import transaction

from pharmacy import events, selectors
from pharmacy.domain.order_reading import NAME_MAX, Fault, OrderRead, OrderSource, OrderTyped, read_order
from pharmacy.domain.order_status import OrderStatus, check_step
from pharmacy.errors import OrderChanged, OrderFilledAlready, OrderInvalid, ReasonMissing
from pharmacy.models import MedicationOrder, OrderFilling
from pharmacy.order_selectors import order_state_of, order_value
from pharmacy.services.stock import medicine_row
from records import access
from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditAction, Patient, Practitioner, Role
from records.permission import own
from records.selectors import local_date
from records.services import audit_record

REASON_LONGEST = 200
ORDERING_ROLES = (Role.PHYSICIAN, Role.PHARMACIST)
FILLING_ROLES = (Role.PHARMACIST,)


@transaction.atomic
def order_enter(*, patient: Patient, typed: OrderTyped, by: Actor, now: datetime) -> MedicationOrder:
    """Record an order: copied from a signed paper prescription, or by a physician as their own.

    Raises
    ------
    RoleRefused
        Neither physician nor pharmacist, or a pharmacist who would sign for a physician.
    RecordNotFound
    OrderInvalid
        Naming each field to correct.
    """
    own(patient.organization_id, by=by)
    access.role_required(by, *ORDERING_ROLES)
    if typed.source is OrderSource.SIGNED and by.role != Role.PHYSICIAN:
        raise RoleRefused("only a physician orders in their own name; copy the paper prescription instead")
    policy = selectors.policy_of(patient.organization)
    if policy is None:
        raise OrderInvalid({"medicine": Fault.UNKNOWN_ITEM})
    read = read_order(typed, policy=policy, today=local_date(now, patient.organization))
    _not_known(patient, read)
    order = MedicationOrder.objects.create(
        organization_id=patient.organization_id,
        patient=patient,
        **_ordered(read, by),
        entered_by_id=by.practitioner_id,
        entered_at=now,
    )
    _noted(order, AuditAction.CREATE, by=by, now=now, detail=f"{order.source} {read.medicine}")
    return order


def _not_known(patient: Patient, read: OrderRead) -> None:
    # The patient's row serialises two who copy one prescription at once.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    same = MedicationOrder.objects.filter(
        patient=patient, medicine__code=read.medicine, written_on=read.written_on
    )
    if same.exclude(status=OrderStatus.CANCELLED).exists():
        raise OrderInvalid({"medicine": Fault.KNOWN_ALREADY})


def _ordered(read: OrderRead, by: Actor) -> dict[str, object]:
    medicine = medicine_row(read.medicine)
    signed = read.source is OrderSource.SIGNED
    return {
        "medicine": medicine,
        "strength": medicine.strength,
        "dose_text": read.dose_text,
        "units_per_day": read.units_per_day,
        "unit": read.unit,
        "supply_days": read.supply_days,
        "refills_allowed": read.refills,
        "written_on": read.written_on,
        "valid_until": read.valid_until,
        "source": read.source,
        "prescriber": Practitioner.objects.get(pk=by.practitioner_id).name if signed else read.prescriber,
        "licence": "" if signed else read.licence,
    }


@transaction.atomic
def order_move(
    *, order_id: int, to: OrderStatus, by: Actor, now: datetime, reason: str, seen: str = ""
) -> MedicationOrder:
    """Cancel an order, put it on hold or in force again. What was proposed on it stays, and is not released then.

    Raises
    ------
    RoleRefused, RecordNotFound
    OrderStepImpossible
        It is over already, or the step is none that a person makes.
    OrderChanged
        It is not in the state `seen`.
    ReasonMissing
    """
    access.role_required(by, *ORDERING_ROLES)
    order = order_locked(order_id, by, seen)
    current = order.status_on(local_date(now, order.organization))
    step = check_step(OrderStatus(current), to)
    if not reason.strip():
        raise ReasonMissing("say why; it is kept with the order")
    order.status, order.status_reason = step, reason.strip()[:REASON_LONGEST]
    order.status_changed_at, order.status_changed_by_id = now, by.practitioner_id
    order.save(update_fields=["status", "status_reason", "status_changed_at", "status_changed_by"])
    _noted(order, AuditAction.UPDATE, by=by, now=now, detail=order.status, reason=order.status_reason)
    return order


@transaction.atomic
def order_fill(*, order_id: int, pharmacy: str, by: Actor, now: datetime, seen: str = "") -> OrderFilling:
    """Record that a pharmacy filled the next supply, so that it waits for pick-up (PH-61).

    Raises
    ------
    RoleRefused, RecordNotFound, OrderChanged
    OrderFilledAlready
        The next supply is filled already, or the order allows none now.
    ReasonMissing
        The pharmacy is not named.
    """
    access.role_required(by, *FILLING_ROLES)
    order = order_locked(order_id, by, seen)
    value = order_value(order)
    if value.filled or value.why_over(local_date(now, order.organization)):
        raise OrderFilledAlready("nothing of this order is to be filled now; look at its present status")
    if not pharmacy.strip():
        raise ReasonMissing("name the pharmacy that filled it; it is kept with the order")
    filling = OrderFilling.objects.create(
        order=order,
        number=order.supplies_released + 1,
        pharmacy=pharmacy.strip()[:NAME_MAX],
        filled_at=now,
        filled_by_id=by.practitioner_id,
    )
    _noted(order, AuditAction.UPDATE, by=by, now=now, detail=f"supply {filling.number} filled")
    return filling


def order_locked(order_id: int, by: Actor, seen: str = "") -> MedicationOrder:
    """One order of the actor's clinic, held for the transaction. Raises RecordNotFound, OrderChanged."""
    rows = access.within(MedicationOrder.objects.select_for_update(of=("self",)), by=by)
    found = rows.select_related("medicine", "organization", "patient").filter(pk=order_id).first()
    if found is None:
        raise RecordNotFound("no such order here; check the number")
    if seen and seen != order_state_of(found):
        raise OrderChanged("somebody changed the order meanwhile; look at it again")
    return found


def _noted(
    order: MedicationOrder, action: AuditAction, *, by: Actor, now: datetime, detail: str, reason: str = ""
) -> None:
    audit_record(
        by=by,
        now=now,
        action=action,
        entity=order,
        patient_id=order.patient_id,
        detail=detail,
        reason=reason,
    )
    events.medication_order_changed.send(sender=None, key=order.pk)
