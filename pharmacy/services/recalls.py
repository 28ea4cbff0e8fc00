"""What a recall does to the packs in a clinic's machine."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pharmacy import drug_data_selectors, selectors
from pharmacy.domain.alerts import Tier
from pharmacy.domain.drug_data import PD_RECALLED
from pharmacy.models import Lot, Prescription, PrescriptionAlert, PrescriptionStatus
from pharmacy.services.releases import prescription_audit
from pharmacy.services.stock import packs_give_back
from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record


@transaction.atomic
def lots_quarantine_recalled(*, by: Actor, now: datetime) -> list[Lot]:
    """Put every lot of the actor's organization that a recall names into quarantine (PD-06); the lots that were new.

    Packs set aside for a proposal go back into the lot, and the proposal waits for the pharmacist with that reason.
    A lot in quarantine stays there; asking again changes nothing.
    """
    selectors.lots_locked(by.organization_id)
    named = drug_data_selectors.lots_recalled(by.organization_id).filter(quarantined_at=None)
    lots = list(named.select_related("medicine"))
    for lot in lots:
        recall = drug_data_selectors.recall_of(lot)
        lot.quarantined_at, lot.quarantine_reason = now, f"recall {recall}"[:200]
        lot.save(update_fields=["quarantined_at", "quarantine_reason"])
        audit_record(
            by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=lot.quarantine_reason[:100]
        )
        for proposal in _proposals(lot):
            _to_pharmacist(proposal, lot, by=by, now=now)
    return lots


def recipients_of_lots(lots: list[Lot], *, by: Actor, now: datetime) -> list[Prescription]:
    """Who may have received packs of these lots of the actor's organization, each read audited."""
    ours = [lot for lot in lots if lot.organization_id == by.organization_id]
    supplied = list(drug_data_selectors.supplies_of(ours))
    for one in supplied:
        patient = one.encounter.patient_id
        audit_record(by=by, now=now, action=AuditAction.READ, entity=one, patient_id=patient, detail="recall")
    return supplied


def _proposals(lot: Lot) -> list[Prescription]:
    rows = Prescription.objects.select_for_update(of=("self",)).filter(
        lot=lot, status=PrescriptionStatus.PROPOSED
    )
    return list(rows.select_related("encounter").order_by("pk"))


def _to_pharmacist(proposal: Prescription, lot: Lot, *, by: Actor, now: datetime) -> None:
    packs_give_back(proposal, by=by, now=now)
    proposal.status, proposal.lot, proposal.packs = PrescriptionStatus.NEEDS_PHARMACIST, None, 0
    # Nothing of the machine is left to be answered for: what is given instead is another proposal.
    proposal.medicine, proposal.supply_days = None, 0
    proposal.save(update_fields=["status", "lot", "packs", "medicine", "supply_days"])
    last = proposal.alerts.aggregate(last=Max("position"))["last"]
    PrescriptionAlert.objects.create(
        prescription=proposal,
        position=0 if last is None else last + 1,
        rule_id=PD_RECALLED,
        tier=Tier.HARD,
        medicine_code=lot.medicine.code,
        subject=lot.number,
    )
    prescription_audit(proposal, AuditAction.UPDATE, by=by, now=now, reason="recall")
