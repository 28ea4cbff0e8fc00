"""A date that comes after the deadline and stays: who says so, and why (REFR-57)."""

from datetime import datetime

from django.db import transaction

from records import access
from records.actor import Actor
from records.models import Role
from referrals import alarm_selectors
from referrals.domain.course import late_since
from referrals.domain.decisions import DecisionCode
from referrals.errors import IllegalTransition, ReasonMissing
from referrals.models import Referral
from referrals.services.holding import referral_locked
from referrals.services.silence_following import silence_follow
from referrals.services.step_facts import REASON_LONGEST
from referrals.services.step_rows import history_add


@transaction.atomic
def late_date_keep(*, referral_id: int, by: Actor, now: datetime, reason: str, seen: str = "") -> Referral:
    """Keep why the appointment or hold stays although it is after the deadline.

    Before the deadline's day the alarm of it is over then; from that day on it stays open, and climbs no further
    where a physician says it.

    Raises
    ------
    RoleRefused, RecordNotFound, ReferralChanged, ReasonMissing
    IllegalTransition
        No date of it is after its deadline.
    """
    access.role_required(by, Role.PHYSICIAN, Role.COORDINATOR)
    referral = referral_locked(referral_id, by, seen)
    if not reason.strip():
        raise ReasonMissing("say why it stays; the reason is kept with the referral")
    if not late_note(referral, reason, by=by, now=now):
        raise IllegalTransition(referral.status, "kept late", ())
    return referral


def late_note(referral: Referral, reason: str, *, by: Actor, now: datetime) -> bool:
    """Keep the reason in the caller's transaction; False where none is given, or no date of it is late."""
    calendar = alarm_selectors.calendar_of(referral.organization, now.year)
    words = reason.strip()[:REASON_LONGEST]
    if not words or late_since(alarm_selectors.course_of(referral), calendar) is None:
        return False
    history_add(referral, referral.status, by=by, now=now, code=DecisionCode.LATE_KEPT, reason=words)
    silence_follow(referral, now=now)
    return True
