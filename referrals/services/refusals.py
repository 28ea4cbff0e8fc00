"""A physician's no to a referral, and what was done after it."""

from datetime import datetime

from django.db import transaction

from records import access
from records.actor import Actor
from records.models import AuditAction, Role
from records.services import audit_record
from referrals.domain.decisions import REFUSAL_CODES, DecisionCode, follow_up_role
from referrals.domain.status import UNSENT, ReferralStatus
from referrals.errors import IllegalTransition, ReasonMissing
from referrals.models import Referral
from referrals.services.holding import referral_locked
from referrals.services.step_facts import REASON_LONGEST, reason_required
from referrals.services.step_rows import status_set


@transaction.atomic
def referral_refuse(
    *, referral_id: int, by: Actor, now: datetime, code: DecisionCode, reason: str = "", seen: str = ""
) -> Referral:
    """Refuse a referral that was not sent; its place is free again, and somebody follows it up (REFR-26).

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    IllegalTransition
        It was sent or closed already.
    ReferralChanged
        It is not in the state `seen`.
    """
    access.role_required(by, Role.PHYSICIAN)
    referral = referral_locked(referral_id, by, seen)
    if referral.status not in UNSENT:
        raise IllegalTransition(referral.status, ReferralStatus.CANCELLED, ())
    if code not in REFUSAL_CODES:
        raise ReasonMissing("choose why it is refused")
    reason_required(code, reason)
    referral.refused_at, referral.refusal_code = now, code
    words = reason.strip()[:REASON_LONGEST]
    return status_set(referral, ReferralStatus.CANCELLED, by=by, now=now, code=code, reason=words)


@transaction.atomic
def referral_follow_up(*, referral_id: int, by: Actor, now: datetime, words: str, seen: str = "") -> Referral:
    """Note what was done with a case whose referral was refused, sent back, or cancelled after it was sent (REFR-26).

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    IllegalTransition
        It was none of these, or somebody followed it up already.
    ReferralChanged
        It is not in the state `seen`.
    """
    referral = referral_locked(referral_id, by, seen)
    role = follow_up_role(referral.status, referral.end_code)
    if role is None or referral.followed_up_at:
        raise IllegalTransition(referral.status, "followed up", ())
    access.role_required(by, Role.PHYSICIAN, role)
    if not words.strip():
        raise ReasonMissing("say what was done; it is kept with the case")
    referral.follow_up = words.strip()[:REASON_LONGEST]
    referral.followed_up_at, referral.followed_up_by_id = now, by.practitioner_id
    referral.save(update_fields=["follow_up", "followed_up_at", "followed_up_by"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=referral,
        patient_id=referral.encounter.patient_id,
        detail="followed up",
        reason=referral.follow_up,
    )
    return referral
