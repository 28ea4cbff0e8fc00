"""What the pages show of orders and confirmed diagnoses: rows with their state and what the reader may do."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from config.orders.diagnosis_form import stage_name
from config.orders.words import UNITS
from pharmacy.domain.confirmed import indications_of
from pharmacy.domain.formulary import AMD_INTERMEDIATE
from pharmacy.domain.order_status import STEPS
from pharmacy.domain.order_status import OrderStatus as Status
from pharmacy.domain.overrides import OVERRIDING_ROLES
from pharmacy.models import MedicationOrder, OrderStatus, Prescription, SupplyBasis
from pharmacy.models.prescription import OPEN_STATUSES
from pharmacy.order_selectors import orders_of, supplies_of
from pharmacy.selectors import kept_back_by_stock
from pharmacy.services.orders import FILLING_ROLES, ORDERING_ROLES
from records.actor import Actor
from records.models import Role
from screening.diagnosis_selectors import diagnoses_in_force, diagnosis_rows_in_force
from screening.models import ConfirmedDiagnosis, Encounter
from screening.services.diagnoses import RECORDING_ROLES

SHOWN_FIRST = (Status.ACTIVE, Status.ON_HOLD, Status.EXPIRED, Status.COMPLETED, Status.CANCELLED)
# How a status looks; the words beside it say the same.
LOOKS = {OrderStatus.ACTIVE: "", OrderStatus.ON_HOLD: "warn", OrderStatus.EXPIRED: "warn"}


@dataclass(frozen=True)
class OrderRow:
    """`next_filled`: a pharmacy filled the next supply. `open`: the one that waits in this visit, if any."""

    order: MedicationOrder
    status: OrderStatus
    look: str
    unit: Any
    next_filled: bool
    open: Prescription | None

    @property
    def in_force(self) -> bool:
        return self.status == OrderStatus.ACTIVE

    @property
    def next_number(self) -> int:
        return self.order.supplies_released + 1


def orders_panel(encounter: Encounter, *, by: Actor, today: date) -> dict[str, Any]:
    """For the case page: every order of the patient, what is confirmed, and what may be done about it."""
    return {
        "orders": sorted(
            (order_row(one, encounter, today=today) for one in orders_of(encounter.patient, by=by)),
            key=lambda row: SHOWN_FIRST.index(row.status),
        ),
        "diagnoses": [_diagnosis(row) for row in diagnosis_rows_in_force(encounter.patient_id)],
        "may_order": by.role in ORDERING_ROLES and not encounter.cancelled_at,
        "may_confirm": by.role in RECORDING_ROLES and not encounter.cancelled_at,
    } | _supplement(encounter, by)


def _supplement(encounter: Encounter, by: Actor) -> dict[str, Any]:
    confirmed = AMD_INTERMEDIATE in indications_of(diagnoses_in_force(encounter.patient_id))
    made = encounter.prescriptions.filter(basis=SupplyBasis.DIAGNOSIS).order_by("-pk").first()
    may = confirmed and by.role in OVERRIDING_ROLES and not encounter.cancelled_at
    return {"supplement": made, "may_supplement": may and (made is None or made.status not in OPEN_STATUSES)}


def order_row(order: MedicationOrder, encounter: Encounter, *, today: date) -> OrderRow:
    status = order.status_on(today)
    waiting = (
        one
        for one in order.supplies.all()
        if one.encounter_id == encounter.pk and one.status in OPEN_STATUSES
    )
    return OrderRow(
        order=order,
        status=status,
        look=LOOKS.get(status, "ended"),
        unit=UNITS[order.unit],
        next_filled=any(one.number > order.supplies_released for one in order.fillings.all()),
        open=next(waiting, None),
    )


def order_page(order: MedicationOrder, encounter: Encounter, *, by: Actor, today: date) -> dict[str, Any]:
    """The view model of one order."""
    row = order_row(order, encounter, today=today)
    steps = STEPS[Status(row.status)] if by.role in ORDERING_ROLES else ()
    return {
        "row": row,
        "order": order,
        "encounter": encounter,
        "patient": encounter.patient,
        "for_stock": row.open is not None and kept_back_by_stock(row.open),
        "supplies": supplies_of(order),
        "fillings": sorted(order.fillings.all(), key=lambda one: -one.number),
        "steps": [str(step) for step in steps],
        "may_fill": row.in_force and not row.next_filled and by.role in FILLING_ROLES,
        "may_supply": row.in_force and row.open is None and _may_propose(by, encounter),
    }


def _may_propose(by: Actor, encounter: Encounter) -> bool:
    return by.role in OVERRIDING_ROLES and not encounter.cancelled_at


def _diagnosis(row: ConfirmedDiagnosis) -> dict[str, Any]:
    return {"row": row, "stage": stage_name(row.label, row.severity)}


SIGNING_ROLES = (Role.PHYSICIAN,)
