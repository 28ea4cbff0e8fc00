"""Lots that may not be given any more, by an imported recall or by a person's word."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pharmacy import drug_data_selectors, selectors
from pharmacy.domain.alerts import Tier
from pharmacy.domain.drug_data import PD_RECALLED
from pharmacy.domain.labels import read_gtin
from pharmacy.domain.storage import PS_EXCURSION
from pharmacy.errors import ReasonMissing
from pharmacy.models import (
    Dispense,
    DispenseStatus,
    Lot,
    Machine,
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
from records import access
from records.actor import Actor
from records.models import AuditAction, Role
from records.services import audit_record

# How the releases that it ends say why.
_ENDED = {PD_RECALLED: "recalled", PS_EXCURSION: "temperature"}
RECALL_ROLES = (Role.PHARMACIST, Role.ADMINISTRATOR)


@transaction.atomic
def lots_recall(*, gtin: str, number: str = "", reason: str, by: Actor, now: datetime) -> list[Lot]:
    """Block every lot of a product, or one lot, by a person's word; what `lots_recall_notified` does of each.

    Raises
    ------
    RoleRefused, ReasonMissing
    LotInvalid
        `gtin` is mistyped.
    """
    access.role_required(by, *RECALL_ROLES)
    if not reason.strip():
        raise ReasonMissing("say why the lot is recalled, or by which notice; it is kept with it")
    wanted = read_gtin(gtin)
    ours = selectors.lots_locked(by.organization_id)
    named = [lot for lot in ours if lot.gtin == wanted and number in ("", lot.number)]
    return _recall(named, lambda _: reason.strip(), by=by, now=now)


@transaction.atomic
def lots_recall_notified(*, by: Actor, now: datetime) -> list[Lot]:
    """Block every lot of the actor's organization that an imported recall names (PD-06); the lots that were new.

    Releases that the machine has not begun are taken back, packs that were set aside go back into the lot, and
    the medicine waits for the pharmacist with that reason. What the machine moves now, or what lies in a bay,
    is stopped at the hand-over. A recalled lot stays recalled; asking again changes nothing.
    """
    selectors.lots_locked(by.organization_id)
    named = drug_data_selectors.lots_recalled(by.organization_id).select_related("medicine")
    return _recall(named, lambda lot: f"recall {drug_data_selectors.recall_of(lot)}", by=by, now=now)


def recipients_of_lots(lots: list[Lot], *, by: Actor, now: datetime) -> list[Prescription]:
    """Who may have received packs of these lots of the actor's organization, each read audited."""
    ours = [lot for lot in lots if lot.organization_id == by.organization_id]
    supplied = list(drug_data_selectors.supplies_of(ours))
    for one in supplied:
        patient = one.encounter.patient_id
        audit_record(by=by, now=now, action=AuditAction.READ, entity=one, patient_id=patient, detail="recall")
    return supplied


def _recall(lots: Iterable[Lot], reason_of: Callable[[Lot], str], *, by: Actor, now: datetime) -> list[Lot]:
    new = [lot for lot in lots if lot.recalled_at is None]
    for lot in new:
        lot.recalled_at, lot.recall_reason = now, reason_of(lot)[:200]
        lot.save(update_fields=["recalled_at", "recall_reason"])
        said = lot.recall_reason
        audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail="recalled", reason=said)
        lot_take_back(lot, rule_id=PD_RECALLED, reason="recall", by=by, now=now)
    return new


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
    # Where no machine hands out, a released medicine may be in the patient's hand.
    machine = Machine.objects.filter(organization_id=lot.organization_id).exists()
    statuses = SUPPLYING_STATUSES if machine else (PrescriptionStatus.PROPOSED,)
    rows = Prescription.objects.select_for_update(of=("self",)).filter(lot=lot, status__in=statuses)
    moved = Dispense.objects.filter(status__in=UNDER_WAY) | Dispense.objects.filter(packs_handed_over__gt=0)
    untouched = rows.exclude(pk__in=moved.filter(lot=lot).values("prescription_id"))
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
