"""What a licensed person makes of a prescription."""

from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.domain.policy import policy_for
from pharmacy.errors import PrescriptionClosed
from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.models.prescription import OPEN_STATUSES, SUPPLYING_STATUSES
from pharmacy.services.stock import packs_give_back
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role
from records.services import audit_record


@transaction.atomic
def prescription_authorise(*, prescription_id: int, by: Actor, now: datetime) -> Prescription:
    """Put a licensed name under a proposal. Nothing is handed out without it (PH-19).

    Raises
    ------
    RoleRefused, RecordNotFound, PrescriptionClosed
    """
    prescription = _locked(prescription_id, by)
    policy = policy_for(prescription.organization.country)
    access.role_required(by, *([policy.release_role] if policy else []))
    if prescription.status != PrescriptionStatus.PROPOSED:
        raise PrescriptionClosed("only a proposal can be authorised; look at its present status")
    prescription.status = PrescriptionStatus.AUTHORISED
    prescription.authorised_at, prescription.authorised_by_id = now, by.practitioner_id
    prescription.save(update_fields=["status", "authorised_at", "authorised_by"])
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now)
    return prescription


@transaction.atomic
def prescription_refuse(*, prescription_id: int, by: Actor, now: datetime, reason: str) -> Prescription:
    """Refuse a medicine that was not handed out; its reservation goes back to the shelf.

    Raises
    ------
    RoleRefused, RecordNotFound
    PrescriptionClosed
        It is closed already, or no reason was given.
    """
    access.role_required(by, Role.PHARMACIST, Role.PHYSICIAN)
    prescription = _locked(prescription_id, by)
    if prescription.status not in (*OPEN_STATUSES, PrescriptionStatus.AUTHORISED):
        raise PrescriptionClosed("it is closed already; nothing is left to refuse")
    if not reason.strip():
        raise PrescriptionClosed("say why it is refused; the reason is kept with it")
    return prescription_close(
        prescription, PrescriptionStatus.REFUSED, reason=reason.strip()[:200], by=by, now=now
    )


def _locked(prescription_id: int, by: Actor) -> Prescription:
    # Lots before prescriptions, as proposals lock them.
    selectors.lots_locked(by.organization_id)
    rows = access.within(Prescription.objects.select_for_update(of=("self",)), by=by)
    found = rows.select_related("organization", "encounter").filter(pk=prescription_id).first()
    if found is None:
        raise RecordNotFound("no such prescription here; check the number")
    return found


def prescription_close(
    prescription: Prescription, status: PrescriptionStatus, *, reason: str, by: Actor, now: datetime
) -> Prescription:
    """Close a prescription and return what it had reserved, in the caller's transaction."""
    holds_packs = prescription.status in SUPPLYING_STATUSES
    prescription.status, prescription.close_reason = status, reason
    prescription.closed_at, prescription.closed_by = now, by.label
    prescription.save(update_fields=["status", "close_reason", "closed_at", "closed_by"])
    if holds_packs:
        packs_give_back(prescription, by=by, now=now)
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason=reason)
    return prescription


def prescription_audit(
    prescription: Prescription, action: AuditAction, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Note one act on a prescription, with the status it led to."""
    audit_record(
        by=by,
        now=now,
        action=action,
        entity=prescription,
        patient_id=prescription.encounter.patient_id,
        detail=prescription.status,
        reason=reason,
    )
