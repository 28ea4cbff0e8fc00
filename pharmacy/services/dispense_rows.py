"""What every step of a dispense does to its row, in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from pharmacy import selectors
from pharmacy.domain.scans import PackLabel
from pharmacy.models import Bay, Dispense, DispensedPack, DispenseStatus, MachineEvent
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction
from records.services import audit_record


def dispense_held(dispense_id: int, by: Actor) -> Dispense:
    """A dispense, its prescription and its bay, held to the end of the transaction. Raises RecordNotFound."""
    # Lots, prescription, dispense, bay: everybody locks in this order.
    selectors.lots_locked(by.organization_id)
    rows = access.within(Dispense.objects.select_for_update(of=("prescription", "self")), by=by)
    linked = rows.select_related(
        "lot",
        "prescription__organization",
        "prescription__lot",
        "prescription__medicine",
        "prescription__encounter",
    )
    found = linked.filter(pk=dispense_id).first()
    if found is None:
        raise RecordNotFound("no such dispense here; check the number")
    if found.bay_id:
        bays = Bay.objects.select_for_update(of=("self",)).select_related("machine")
        found.bay = bays.get(pk=found.bay_id)
    return found


def dispense_end(
    dispense: Dispense, status: DispenseStatus, reason: str = "", *, by: Actor, now: datetime
) -> Dispense:
    """Close a dispense with one of the statuses that are an end."""
    dispense.status, dispense.reason, dispense.ended_at = status, reason[:200], now
    dispense.save()
    dispense_audit(dispense, by=by, now=now, reason=reason)
    return dispense


def dispense_unknown(dispense: Dispense, reason: str, *, by: Actor, now: datetime) -> None:
    """Nobody knows whether packs moved: lock the bay until a person counts (DM-03)."""
    dispense.status, dispense.reason = DispenseStatus.UNKNOWN, reason[:200]
    dispense.save(update_fields=["status", "reason"])
    Bay.objects.filter(pk=dispense.bay_id).update(locked_since=now, lock_reason=reason[:60])
    machine_event(dispense, "unknown", reason, now=now)
    dispense_audit(dispense, by=by, now=now, reason=reason)


def machine_event(dispense: Dispense, kind: str, detail: str = "", *, now: datetime) -> None:
    """Note what a machine or scanner said. `detail` names no person."""
    MachineEvent.objects.create(
        machine_id=dispense.bay.machine_id if dispense.bay else None,
        dispense=dispense,
        kind=kind,
        detail=detail[:200],
        recorded_at=now,
    )


def packs_left(
    dispense: Dispense,
    packs: Iterable[tuple[PackLabel, str]],
    *,
    now: datetime,
    handed_over_at: datetime | None = None,
) -> None:
    """Keep the label of every pack that left the shelf, with its number in the machine or among the scans."""
    DispensedPack.objects.bulk_create(
        DispensedPack(
            dispense=dispense,
            organization_id=dispense.organization_id,
            machine_pack=number,
            gtin=label.gtin,
            lot_number=label.lot,
            expiry=label.expiry,
            serial=label.serial,
            dropped_at=now,
            handed_over_at=handed_over_at,
        )
        for label, number in packs
    )


def dispense_audit(
    dispense: Dispense,
    *,
    by: Actor,
    now: datetime,
    action: AuditAction = AuditAction.UPDATE,
    reason: str = "",
) -> None:
    """Note one act on a dispense, with the status it led to."""
    audit_record(
        by=by,
        now=now,
        action=action,
        entity=dispense,
        patient_id=dispense.prescription.encounter.patient_id,
        detail=dispense.status,
        reason=reason,
    )
