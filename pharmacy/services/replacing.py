"""Other packs for those of an order that reached nobody."""

from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors, selectors
from pharmacy.errors import DispenseClosed, PrescriptionClosed
from pharmacy.models import Dispense, DispenseStatus, LedgerKind, PrescriptionStatus
from pharmacy.services.dispense_rows import dispense_audit, dispense_held
from pharmacy.services.ledger import book
from pharmacy.services.releases import releaser_required
from records.actor import Actor

REPLACEABLE = (DispenseStatus.FAILED, DispenseStatus.RECONCILED)


@transaction.atomic
def packs_replace(*, dispense_id: int, by: Actor, now: datetime) -> Dispense:
    """Reserve other packs of the same lot for those that were set aside or lost, so that they can be released.

    Raises
    ------
    RoleRefused, RecordNotFound
    DispenseClosed
        It did not end without its packs reaching the patient, or its packs were replaced already.
    PrescriptionClosed
        The medicine is not authorised any more, released anew, or nothing of it is owed.
    StockChanged
        The lot has no free packs; refuse the medicine, and another lot can be proposed.
    """
    dispense = dispense_held(dispense_id, by)
    prescription = dispense.prescription
    releaser_required(prescription, by)
    replaced = dispense.entries.filter(kind=LedgerKind.RESERVE).exists()
    if dispense.status not in REPLACEABLE or replaced:
        raise DispenseClosed("nothing of it is to be replaced; look at its present status")
    owed = prescription.packs - dispense_selectors.packs_handed_over(prescription)
    owed -= selectors.packs_reserved_for(prescription)
    ended = selectors.supply_ended(prescription)
    open_one = dispense_selectors.dispense_open_of(prescription)
    if prescription.status != PrescriptionStatus.AUTHORISED or ended or open_one or owed < 1:
        raise PrescriptionClosed("nothing of the medicine is owed; look at its present status")
    book(
        dispense.lot_id,
        LedgerKind.RESERVE,
        reserved=owed,
        prescription=prescription,
        dispense=dispense,
        by=by,
        now=now,
    )
    dispense_audit(dispense, by=by, now=now, reason=f"replaced {owed}")
    return dispense
