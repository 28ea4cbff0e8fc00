"""Releasing an authorised medicine to the machine, and beginning with it."""

from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors, events, selectors
from pharmacy.domain.dispensing import RELEASE_VALID
from pharmacy.drug_data_selectors import drug_data_stale
from pharmacy.errors import BayUnavailable, DispenseClosed
from pharmacy.gateways.dispenser import Order
from pharmacy.models import Bay, Dispense, DispenseStatus, PrescriptionStatus
from pharmacy.models.dispense import OPEN
from pharmacy.services.dispense_rows import dispense_audit, dispense_end, dispense_held, dispense_unknown
from pharmacy.services.release_checks import lot_blocked, packs_to_give
from pharmacy.services.releases import prescription_locked, releaser_required
from pharmacy.services.second_check import stops_now
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction
from records.selectors import local_date


@transaction.atomic
def dispense_release(*, prescription_id: int, bay_id: int, by: Actor, now: datetime) -> Dispense:
    """Let the machine drop what is still reserved for an authorised prescription (PH-19, DM-01, DM-02).

    Raises
    ------
    RoleRefused, RecordNotFound
    PrescriptionClosed
        It is not authorised, or nothing of it is reserved any more.
    ReleaseTaken, BayUnavailable, LotBlocked
    DrugDataStale
        Drug data are missing or too old (PD-01, PD-02).
    SafetyStops
        Checked again on what is known now, a stop stands that no override answers (PH-86).
    """
    prescription = prescription_locked(prescription_id, by)
    releaser_required(prescription, by)
    packs = packs_to_give(prescription, now=now)
    bay = _free_bay(bay_id, by)
    released = Dispense.objects.create(
        organization_id=prescription.organization_id,
        prescription=prescription,
        bay=bay,
        lot=prescription.lot,
        packs=packs,
        status=DispenseStatus.RELEASED,
        order_hash=dispense_selectors.order_facts(prescription, bay.pk, packs).digest,
        released_at=now,
        released_by_id=by.practitioner_id,
        expires_at=now + RELEASE_VALID,
    )
    dispense_audit(released, by=by, now=now, action=AuditAction.CREATE)
    events.dispense_released.send(sender=None, key=released.pk)
    return released


@transaction.atomic
def dispense_begin(*, dispense_id: int, by: Actor, now: datetime) -> Order | None:
    """What to ask the machine for, noted as asked before it is; None when there is nothing to ask.

    A dispense that was begun before is not asked for again: whoever began it is gone, and perhaps the machine
    has the order. It is unknown (DM-03).
    """
    dispense = dispense_held(dispense_id, by)
    if dispense.status == DispenseStatus.DISPENSING:
        dispense_unknown(dispense, "worker-lost", by=by, now=now)
        return None
    if dispense.status != DispenseStatus.RELEASED:
        return None
    if reason := _why_not_now(dispense, now):
        late = reason == "release-expired"
        dispense_end(
            dispense, DispenseStatus.EXPIRED if late else DispenseStatus.CANCELLED, reason, by=by, now=now
        )
        return None
    dispense.status, dispense.sent_at = DispenseStatus.DISPENSING, now
    dispense.save(update_fields=["status", "sent_at"])
    dispense_audit(dispense, by=by, now=now)
    lot = dispense.lot
    return Order(lot.gtin, lot.number, lot.expiry, dispense.packs, dispense.bay.destination)


@transaction.atomic
def dispense_cancel(*, dispense_id: int, by: Actor, now: datetime, reason: str) -> Dispense:
    """Take a release back before the machine began. The packs stay reserved for the prescription.

    Raises
    ------
    RoleRefused, RecordNotFound
    DispenseClosed
        The machine has it already, or it ended.
    """
    dispense = dispense_held(dispense_id, by)
    releaser_required(dispense.prescription, by)
    if dispense.status != DispenseStatus.RELEASED:
        raise DispenseClosed("the machine has the order already; wait for what it says")
    return dispense_end(dispense, DispenseStatus.CANCELLED, reason, by=by, now=now)


@transaction.atomic
def releases_expire(*, by: Actor, now: datetime) -> int:
    """End the releases of an organization whose time is over (DM-02). How many."""
    selectors.lots_locked(by.organization_id)
    rows = access.within(Dispense.objects.select_for_update(of=("self",)), by=by)
    over = rows.filter(status=DispenseStatus.RELEASED, expires_at__lte=now)
    ended = list(over.select_related("prescription__encounter").order_by("pk"))
    for dispense in ended:
        dispense_end(dispense, DispenseStatus.EXPIRED, "release-expired", by=by, now=now)
    return len(ended)


def _free_bay(bay_id: int, by: Actor) -> Bay:
    rows = access.within(Bay.objects.select_for_update(of=("self",)), by=by, path="machine__organization_id")
    bay = rows.filter(pk=bay_id).first()
    if bay is None:
        raise RecordNotFound("no such bay here; choose one of this clinic's")
    if bay.locked_since is not None:
        raise BayUnavailable("the bay is locked until somebody counts; count it first", locked=True)
    if Dispense.objects.filter(bay=bay, status__in=OPEN).exists():
        raise BayUnavailable("another order is released into this bay; wait until it is handed over")
    return bay


def _why_not_now(dispense: Dispense, now: datetime) -> str:
    prescription = dispense.prescription
    if now >= dispense.expires_at:
        return "release-expired"
    if dispense.bay.locked_since is not None:
        return "bay-locked"
    # The rows must still say what was released.
    facts = dispense_selectors.order_facts(prescription, dispense.bay_id, dispense.packs)
    left = selectors.packs_reserved_for(prescription)
    same = (facts.digest, dispense.lot_id) == (dispense.order_hash, prescription.lot_id)
    if not same or left < dispense.packs or prescription.status != PrescriptionStatus.AUTHORISED:
        return "order-changed"
    if blocked := lot_blocked(prescription, now):
        return f"lot-{blocked}"
    if drug_data_stale(local_date(now, prescription.organization)):
        return "drug-data-stale"
    return "safety-stop" if stops_now(prescription, now=now) else ""
