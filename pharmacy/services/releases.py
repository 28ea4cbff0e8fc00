"""What a licensed person makes of a prescription."""

from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors, selectors
from pharmacy.domain.rules import FOLLOW_UP_ROLES
from pharmacy.errors import PrescriptionChanged, PrescriptionClosed, ReasonMissing, WarningSignsOpen
from pharmacy.models import Prescription, PrescriptionStatus, RefusalCode
from pharmacy.models.prescription import OPEN_STATUSES, SUPPLYING_STATUSES
from pharmacy.services.order_counting import order_lock_of, supply_count, supply_give_back
from pharmacy.services.second_check import check_again
from pharmacy.services.stock import packs_give_back
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role
from records.services import audit_record

REASON_LONGEST = 200


@transaction.atomic
def prescription_authorise(
    *, prescription_id: int, by: Actor, now: datetime, warning_signs_asked: bool = False, seen: str = ""
) -> Prescription:
    """Put a licensed name under a proposal, after a second check. Nothing is handed out without it (PH-19).

    Parameters
    ----------
    warning_signs_asked : who releases it asked the warning signs that the questionnaire left open (RM-03),
        and there was none.
    seen : the state (`selectors.state_of`) that the decision is about; empty where it is not told.

    Raises
    ------
    RoleRefused, RecordNotFound, PrescriptionClosed, PrescriptionChanged
    WarningSignsOpen
        Some were left open and nobody asked.
    SafetyStops
        Checked again on what is known now, a stop stands that no override answers (PH-86).
    """
    prescription = prescription_locked(prescription_id, by, seen)
    releaser_required(prescription, by)
    if prescription.status != PrescriptionStatus.PROPOSED:
        raise PrescriptionClosed("only a proposal can be authorised; look at its present status")
    to_ask = selectors.warning_signs_to_ask(prescription)
    if to_ask and not warning_signs_asked:
        raise WarningSignsOpen("ask the patient about the warning signs first, and say that you did")
    check_again(prescription, now=now)
    supply_count(prescription, by=by, now=now)
    prescription.status = PrescriptionStatus.AUTHORISED
    prescription.authorised_at, prescription.authorised_by_id = now, by.practitioner_id
    prescription.warning_signs_asked = True if to_ask else None
    prescription.save(update_fields=["status", "authorised_at", "authorised_by", "warning_signs_asked"])
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now)
    return prescription


@transaction.atomic
def prescription_refuse(
    *,
    prescription_id: int,
    by: Actor,
    now: datetime,
    code: RefusalCode,
    reason: str = "",
    seen: str = "",
) -> Prescription:
    """Refuse a medicine that was not handed out; its reservation goes back to the shelf.

    The case does not end there: it waits for a physician to follow it up (PH-25).

    Raises
    ------
    RoleRefused, RecordNotFound
    PrescriptionClosed
        It is closed already.
    PrescriptionChanged
        It is not in the state `seen`.
    ReasonMissing
        The code is OTHER and no words say what it was.
    """
    access.role_required(by, Role.PHARMACIST, Role.PHYSICIAN)
    prescription = prescription_locked(prescription_id, by, seen)
    _still_refusable(prescription)
    if code == RefusalCode.OTHER and not reason.strip():
        raise ReasonMissing("say why in words; the reason is kept with it")
    prescription.refusal_code = RefusalCode(code)
    return prescription_close(
        prescription, PrescriptionStatus.REFUSED, reason=reason.strip()[:REASON_LONGEST], by=by, now=now
    )


@transaction.atomic
def prescription_follow_up(
    *, prescription_id: int, by: Actor, now: datetime, words: str, seen: str = ""
) -> Prescription:
    """Note what a physician did with a case whose medicine was refused (PH-25).

    Raises
    ------
    RoleRefused, RecordNotFound
    PrescriptionClosed
        Nothing waits to be followed up: it was not refused, or somebody did it already.
    PrescriptionChanged
        It is not in the state `seen`.
    ReasonMissing
    """
    access.role_required(by, *FOLLOW_UP_ROLES)
    prescription = prescription_locked(prescription_id, by, seen)
    if prescription.status != PrescriptionStatus.REFUSED or prescription.followed_up_at:
        raise PrescriptionClosed("nothing waits to be followed up here; look at its present status")
    if not words.strip():
        raise ReasonMissing("say what was done; it is kept with the case")
    prescription.follow_up = words.strip()[:REASON_LONGEST]
    prescription.followed_up_at, prescription.followed_up_by_id = now, by.practitioner_id
    prescription.save(update_fields=["follow_up", "followed_up_at", "followed_up_by"])
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason=prescription.follow_up)
    return prescription


@transaction.atomic
def supply_end(*, prescription_id: int, by: Actor, now: datetime, reason: str) -> Prescription:
    """Give back what is left of a medicine that was handed out in part, or that nobody will fetch any more.

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    PrescriptionClosed
        It is not authorised, the machine has it, or nothing of it is left.
    """
    access.role_required(by, Role.PHARMACIST, Role.PHYSICIAN)
    if not reason.strip():
        raise ReasonMissing("say why the rest is not given; it is kept with it")
    prescription = prescription_locked(prescription_id, by)
    under_way = dispense_selectors.dispense_open_of(prescription)
    if prescription.status != PrescriptionStatus.AUTHORISED or under_way:
        raise PrescriptionClosed("it is not authorised, or with the machine; look at its present status")
    if not selectors.packs_reserved_for(prescription):
        raise PrescriptionClosed("nothing of it is left to be given; look at its present status")
    packs_give_back(prescription, by=by, now=now)
    if not prescription.perhaps_given and not dispense_selectors.packs_handed_over(prescription):
        supply_give_back(prescription, by=by, now=now)
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason=reason.strip())
    return prescription


def _still_refusable(prescription: Prescription) -> None:
    if prescription.status not in (*OPEN_STATUSES, PrescriptionStatus.AUTHORISED):
        raise PrescriptionClosed("it is closed already; nothing is left to refuse")
    under_way = dispense_selectors.dispense_open_of(prescription)
    if under_way is not None:
        raise PrescriptionClosed("it is released to the machine; take the release back or wait for its end")
    if dispense_selectors.packs_handed_over(prescription):
        raise PrescriptionClosed("it was handed out; give back what is left of it instead")
    if prescription.perhaps_given:
        raise PrescriptionClosed("it may have been given before hand-overs were booked; end its supply")
    if prescription.status == PrescriptionStatus.AUTHORISED and selectors.supply_ended(prescription):
        raise PrescriptionClosed("its supply was ended; nothing is left to refuse")


def releaser_required(prescription: Prescription, by: Actor) -> None:
    """Raises RoleRefused unless the policy of the clinic's country lets this role release (PH-19)."""
    policy = selectors.policy_of(prescription.organization)
    access.role_required(by, *([policy.release_role] if policy else []))


def prescription_locked(prescription_id: int, by: Actor, seen: str = "") -> Prescription:
    """One prescription of the actor's organization, held for the transaction.

    Raises RecordNotFound, PrescriptionChanged.
    """
    # Lots before prescriptions, as proposals lock them.
    selectors.lots_locked(by.organization_id)
    order_lock_of(prescription_id, by=by)
    rows = access.within(Prescription.objects.select_for_update(of=("self",)), by=by)
    found = (
        rows.select_related("organization", "encounter__patient", "medicine", "assessment", "order")
        .filter(pk=prescription_id)
        .first()
    )
    if found is None:
        raise RecordNotFound("no such prescription here; check the number")
    if seen and seen != selectors.state_of(found):
        raise PrescriptionChanged("somebody decided on it meanwhile; look at it again")
    return found


def prescription_close(
    prescription: Prescription, status: PrescriptionStatus, *, reason: str, by: Actor, now: datetime
) -> Prescription:
    """Close a prescription and return what it had reserved, in the caller's transaction."""
    holds_packs = prescription.status in SUPPLYING_STATUSES
    if prescription.status == PrescriptionStatus.AUTHORISED:
        supply_give_back(prescription, by=by, now=now)
    prescription.status, prescription.close_reason = status, reason
    prescription.closed_at, prescription.closed_by = now, by.label
    prescription.save(update_fields=["status", "refusal_code", "close_reason", "closed_at", "closed_by"])
    if holds_packs:
        packs_give_back(prescription, by=by, now=now)
    noted = ": ".join(part for part in (prescription.refusal_code, reason) if part)
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason=noted)
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
