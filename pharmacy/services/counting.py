"""A person's count makes the books true again and puts a locked bay back to work (DM-03)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors, selectors
from pharmacy.domain.counts import CountBooks, Counted, books_after_count
from pharmacy.domain.dispensing import COUNT_ROLES
from pharmacy.errors import CountImpossible, CountInvalid, LotPromised, StockChanged
from pharmacy.models import Bay, BayCount, Dispense, DispenseStatus, LedgerKind, Lot, LotCount
from pharmacy.services.dispense_rows import dispense_end, dispense_held, machine_event
from pharmacy.services.excursions import lot_arrived
from pharmacy.services.ledger import book
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction
from records.services import audit_record


@transaction.atomic
def bay_count(*, bay_id: int, counted: Sequence[Counted], by: Actor, now: datetime) -> BayCount:
    """Enter what a person found after opening a locked bay, and unlock it.

    What lies loose in the bay is set aside; what the patient took away counts as handed over; the rest that the
    books have and nobody found is missing. The prescription keeps what is left of its reservation.

    Parameters
    ----------
    counted : one for the lot of the order, and one for every other lot of which packs were found in the bay.

    Raises
    ------
    RoleRefused, RecordNotFound
    CountImpossible
        The bay is not locked, or another order moves packs of a counted lot.
    CountInvalid
        `lot`: the order's lot was not counted, or one twice; `with_patient`: more than were released.
    LotPromised
    """
    access.role_required(by, *COUNT_ROLES)
    dispense = _locked_order(bay_id, by)
    _refuse_count(dispense, counted)
    made = BayCount.objects.create(
        bay=dispense.bay,
        dispense=dispense,
        locked_since=dispense.bay.locked_since,
        lock_reason=dispense.bay.lock_reason,
        counted_at=now,
        counted_by_id=by.practitioner_id,
    )
    lots = {lot.pk: lot for lot in selectors.lots_locked(by.organization_id)}
    for one in counted:
        if one.lot not in lots:
            raise RecordNotFound("no such lot here; choose one of this clinic's")
        _count_lot(lots[one.lot], one, dispense, made, by=by, now=now)
    Bay.objects.filter(pk=dispense.bay_id).update(locked_since=None, lock_reason="")
    ours = next(one for one in counted if one.lot == dispense.lot_id)
    dispense.packs_dropped, dispense.packs_handed_over = ours.in_bay + ours.with_patient, ours.with_patient
    if ours.with_patient:
        dispense.handed_over_at, dispense.handed_over_by = now, by.label
    machine_event(dispense, "counted", now=now)
    dispense_end(dispense, DispenseStatus.RECONCILED, dispense.reason, by=by, now=now)
    return made


@transaction.atomic
def lot_count(*, lot_id: int, in_machine: int, by: Actor, now: datetime) -> LotCount:
    """Enter a count of one lot outside any trouble (cycle count); the books then say what was found.

    Raises RoleRefused, RecordNotFound, CountInvalid, CountImpossible, LotPromised.
    """
    access.role_required(by, *COUNT_ROLES)
    lot = next((one for one in selectors.lots_locked(by.organization_id) if one.pk == lot_id), None)
    if lot is None:
        raise RecordNotFound("no such lot here; choose one of this clinic's")
    if dispense_selectors.packs_on_the_move(by=by):
        raise CountImpossible("packs are on the move or a bay is locked; count the bay first, then the lot")
    counted = Counted(lot_id, in_machine)
    return _count_lot(lot, counted, None, None, by=by, now=now)


def _locked_order(bay_id: int, by: Actor) -> Dispense:
    rows = access.within(Bay.objects.all(), by=by, path="machine__organization_id")
    bay = rows.filter(pk=bay_id).first()
    if bay is None:
        raise RecordNotFound("no such bay here; choose one of this clinic's")
    unknown = dispense_selectors.dispense_to_count(bay)
    held = dispense_held(unknown.pk, by) if unknown else None
    if held is None or held.status != DispenseStatus.UNKNOWN:
        raise CountImpossible("the bay is not locked; nothing waits to be counted")
    return held


def _refuse_count(dispense: Dispense, counted: Sequence[Counted]) -> None:
    lots = [one.lot for one in counted]
    if dispense.lot_id not in lots or len(set(lots)) != len(lots):
        raise CountInvalid("lot", "count the lot of the order, and each lot once")
    for one in counted:
        if one.with_patient > (dispense.packs if one.lot == dispense.lot_id else 0):
            raise CountInvalid("with_patient", "more than were released; return what is too much to the bay")
    if dispense_selectors.machine_at_work_with(lots):
        raise CountImpossible("another order moves packs of this lot; count when it is done")


def _count_lot(
    lot: Lot, counted: Counted, order: Dispense | None, made: BayCount | None, *, by: Actor, now: datetime
) -> LotCount:
    ours = order is not None and order.lot_id == lot.pk
    left = selectors.packs_reserved_for(order.prescription) if order and ours else 0
    books = books_after_count(counted, on_hand=lot.on_hand, reserved_for_order=left)
    try:
        _book(lot, counted, books, order, by=by, now=now)
    except StockChanged:
        raise LotPromised(
            "fewer packs are there than are promised; refuse what waits for this lot first"
        ) from None
    audit_record(
        by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=f"counted {counted.in_machine}"
    )
    return LotCount.objects.create(
        bay_count=made,
        lot=lot,
        booked=lot.on_hand,
        in_machine=counted.in_machine,
        in_bay=counted.in_bay,
        with_patient=counted.with_patient,
        counted_at=now,
        counted_by_id=by.practitioner_id,
    )


def _book(
    lot: Lot, counted: Counted, books: CountBooks, order: Dispense | None, *, by: Actor, now: datetime
) -> None:
    about = {
        "dispense": order,
        "prescription": order.prescription if order and order.lot_id == lot.pk else None,
        "by": by,
        "now": now,
    }
    if books.surplus:
        book(lot.pk, LedgerKind.COUNT, on_hand=books.surplus, **about)
        lot_arrived(lot, by=by, now=now)
    if books.dropped:
        taken = {"on_hand": -books.dropped, "reserved": -books.reserved_dropped, "in_bay": books.dropped}
        book(lot.pk, LedgerKind.DROP, **taken, **about)
    if counted.with_patient:
        book(lot.pk, LedgerKind.HAND_OVER, in_bay=-counted.with_patient, **about)
    if counted.in_bay:
        book(lot.pk, LedgerKind.QUARANTINE, in_bay=-counted.in_bay, quarantined=counted.in_bay, **about)
    if books.missing:
        missing = {"on_hand": -books.missing, "reserved": -books.reserved_missing}
        book(lot.pk, LedgerKind.COUNT, **missing, **about)
