"""A medicine that waited for stock is decided anew, and reserved where a usable pack has come."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.alerts import stops_of
from pharmacy.domain.formulary import entry_by_code
from pharmacy.domain.overrides import OVERRIDING_ROLES
from pharmacy.domain.proposal import MedicineDecision, Outcome
from pharmacy.errors import OutOfStock, PrescriptionClosed, SafetyStops
from pharmacy.models import AlertStage, Prescription, PrescriptionStatus, SupplyBasis
from pharmacy.services.decisions import Decided, Wish, wish_decide
from pharmacy.services.releases import prescription_audit, prescription_locked
from pharmacy.services.second_check import alerts_store
from pharmacy.services.stock import medicine_row, packs_reserve
from records import access
from records.actor import Actor
from records.models import AuditAction
from risk import selectors as risk_selectors


@transaction.atomic
def prescription_reserve(*, prescription_id: int, by: Actor, now: datetime, seen: str = "") -> Prescription:
    """Try again what only a missing pack kept back; it then is a proposal to be released like any other (PH-26).

    The whole decision is made anew, so that nothing is reserved on what was known when the shelf was empty. An
    order is counted at the release, as ever (PH-83).

    Raises
    ------
    RoleRefused, RecordNotFound, PrescriptionChanged
    PrescriptionClosed
        It does not wait for a pharmacist, or no medicine of the machine is left to give.
    SafetyStops
        Something else stops it now.
    OutOfStock
        Still no usable lot; it goes on waiting.
    """
    access.role_required(by, *OVERRIDING_ROLES)
    prescription = prescription_locked(prescription_id, by, seen)
    if prescription.status != PrescriptionStatus.NEEDS_PHARMACIST or prescription.medicine is None:
        raise PrescriptionClosed("it does not wait for stock; look at its present status")
    decided = wish_decide(_wish_of(prescription), now=now)
    _refuse_unless_proposed(decided.decision)
    _propose(prescription, decided)
    packs_reserve(prescription, by=by, now=now)
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason="in stock again")
    return prescription


def _wish_of(prescription: Prescription) -> Wish:
    current = risk_selectors.assessment_current_for_encounter(prescription.encounter)
    basis = SupplyBasis(prescription.basis)
    own = None if basis is SupplyBasis.ASSESSMENT else entry_by_code(prescription.medicine.code)
    return Wish(
        current or prescription.assessment, prescription.indication, basis, prescription.order, entry=own
    )


def _refuse_unless_proposed(decision: MedicineDecision) -> None:
    """Raise what keeps the best medicine back: another stop before an empty shelf."""
    if decision.outcome is Outcome.PROPOSED:
        return
    stops = stops_of(decision.alerts)
    if decision.medicine:
        stops = tuple(one for one in stops if one.medicine in ("", decision.medicine))
    if others := tuple(one for one in stops if one.rule_id not in rules.PH_SHORTAGE):
        raise SafetyStops(others)
    raise OutOfStock("no usable pack is in the machine; stock it, or refuse")


def _propose(prescription: Prescription, decided: Decided) -> None:
    decision = decided.decision
    prescription.status, prescription.lot_id = PrescriptionStatus.PROPOSED, decision.lot
    prescription.medicine = medicine_row(decision.medicine)
    prescription.packs, prescription.supply_days = decision.packs, decision.supply_days
    prescription.answers = decided.answers
    prescription.save(update_fields=["status", "lot", "medicine", "packs", "supply_days", "answers"])
    # What fired before stays where it is; what is new, such as why this lot, stands behind it.
    known = selectors.alerts_of(prescription)
    last = prescription.alerts.filter(stage=AlertStage.PRESCRIBING).aggregate(last=Max("position"))["last"]
    new = [one for one in decision.alerts if one not in known]
    alerts_store(prescription, new, AlertStage.PRESCRIBING, first=0 if last is None else last + 1)
