"""Taking back what was released or promised of a lot that may not be given."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from pharmacy.domain.alerts import Tier
from pharmacy.domain.drug_data import PD_RECALLED
from pharmacy.domain.storage import PS_EXCURSION
from pharmacy.models import (
    Dispense,
    DispenseStatus,
    LedgerEntry,
    LedgerKind,
    Lot,
    Prescription,
    PrescriptionAlert,
    PrescriptionStatus,
)
from pharmacy.models.dispense import UNDER_WAY
from pharmacy.models.prescription import SUPPLYING_STATUSES
from pharmacy.services.dispense_rows import dispense_end
from pharmacy.services.order_counting import supply_give_back
from pharmacy.services.releases import prescription_audit
from pharmacy.services.stock import packs_give_back
from records.actor import Actor
from records.models import AuditAction

# How the releases that it ends say why.
_ENDED = {PD_RECALLED: "recalled", PS_EXCURSION: "temperature"}


def lot_take_back(lot: Lot, *, rule_id: str, reason: str, by: Actor, now: datetime) -> None:
    """Take back what was released or promised of a lot and has not moved; it waits for the pharmacist.

    Parameters
    ----------
    rule_id, reason : why, as the alert that the pharmacist reads and as the audit has it.
    """
    supplies = list(_not_handed_out(lot))
    released = Dispense.objects.select_for_update(of=("self",)).filter(
        lot=lot, status=DispenseStatus.RELEASED
    )
    for dispense in released.select_related("prescription__encounter"):
        dispense_end(dispense, DispenseStatus.CANCELLED, f"lot-{_ENDED[rule_id]}", by=by, now=now)
    for prescription in supplies:
        _to_pharmacist(prescription, lot, rule_id, reason, by=by, now=now)


def _not_handed_out(lot: Lot) -> Iterable[Prescription]:
    # Of what was released before hand-overs were booked, the patient may have it.
    rows = Prescription.objects.select_for_update(of=("self",)).filter(
        lot=lot, status__in=SUPPLYING_STATUSES, perhaps_given=False
    )
    ended = LedgerEntry.objects.filter(lot=lot, kind=LedgerKind.RELEASE, dispense=None)
    moved = Dispense.objects.filter(status__in=UNDER_WAY) | Dispense.objects.filter(packs_handed_over__gt=0)
    untouched = rows.exclude(pk__in=moved.filter(lot=lot).values("prescription_id"))
    untouched = untouched.exclude(pk__in=ended.values("prescription_id"))
    return untouched.select_related("encounter").order_by("pk")


def _to_pharmacist(
    prescription: Prescription, lot: Lot, rule_id: str, reason: str, *, by: Actor, now: datetime
) -> None:
    packs_give_back(prescription, by=by, now=now)
    if prescription.status == PrescriptionStatus.AUTHORISED:
        supply_give_back(prescription, by=by, now=now)
    prescription.status, prescription.lot, prescription.packs = PrescriptionStatus.NEEDS_PHARMACIST, None, 0
    # Nothing of the machine is left to be answered for: what is given instead is another proposal.
    prescription.medicine, prescription.supply_days = None, 0
    prescription.save(update_fields=["status", "lot", "packs", "medicine", "supply_days"])
    last = prescription.alerts.aggregate(last=Max("position"))["last"]
    PrescriptionAlert.objects.create(
        prescription=prescription,
        position=0 if last is None else last + 1,
        rule_id=rule_id,
        tier=Tier.HARD,
        medicine_code=lot.medicine.code,
        subject=lot.number,
    )
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason=reason)
