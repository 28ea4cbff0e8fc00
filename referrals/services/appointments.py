"""When the hospital expects the patient, and what became of it."""

from datetime import datetime

from django.db import transaction

from records import access
from records.actor import Actor
from records.models import Role
from referrals.domain.deadlines import too_far
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import TRANSITIONS, ReferralStatus
from referrals.errors import AppointmentInvalid, AppointmentMissing, IllegalTransition
from referrals.models import AppointmentStatus, Referral, ReferralAppointment
from referrals.services.holding import referral_locked
from referrals.services.lateness import late_note
from referrals.services.silence_following import silence_follow
from referrals.services.step_facts import REASON_LONGEST
from referrals.services.step_rows import history_add

BOOKING_ROLES = (Role.PHYSICIAN, Role.COORDINATOR)


@transaction.atomic
def appointment_book(
    *,
    referral_id: int,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    reason: str = "",
    late_reason: str = "",
    seen: str = "",
) -> Referral:
    """Note when an accepted patient is expected, in place of an appointment that is booked already.

    `late_reason`: why it may be after the deadline; without one somebody is called at once to find an earlier one
    (REFR-57).

    Raises
    ------
    RoleRefused, RecordNotFound, ReferralChanged
    IllegalTransition
        The hospital has not accepted the patient, or the referral is closed.
    AppointmentInvalid
        It lies in the past, or more than two years ahead.
    """
    access.role_required(by, *BOOKING_ROLES)
    referral = referral_locked(referral_id, by, seen)
    visit_book(referral, starts_at, by=by, now=now, reason=reason)
    late_note(referral, late_reason, by=by, now=now)
    return referral


@transaction.atomic
def appointment_missed(
    *, referral_id: int, by: Actor, now: datetime, reason: str = "", seen: str = ""
) -> Referral:
    """Note that the patient did not attend. The referral stays open: somebody calls and books again (REFR-52).

    Raises
    ------
    RoleRefused, RecordNotFound, ReferralChanged, IllegalTransition
    AppointmentMissing
        None is booked whose time has come.
    """
    access.role_required(by, *BOOKING_ROLES)
    referral = referral_locked(referral_id, by, seen)
    visit_miss(referral, by=by, now=now, reason=reason)
    return referral


def visit_book(
    referral: Referral, starts_at: datetime, *, by: Actor, now: datetime, reason: str = "", note: str = ""
) -> None:
    """Book a visit of a referral that is held, whoever tells of it. Raises IllegalTransition, AppointmentInvalid."""
    _accepted(referral, "booked")
    if starts_at <= now:
        raise AppointmentInvalid("starts_at", "lies in the past; write when the patient is expected")
    if too_far(starts_at.date(), today=now.date()):
        raise AppointmentInvalid("starts_at", "is more than two years ahead; check the year")
    appointments_end(referral, AppointmentStatus.CANCELLED, now=now)
    ReferralAppointment.objects.create(
        referral=referral, starts_at=starts_at, booked_at=now, booked_by=by.label
    )
    _note(referral, DecisionCode.BOOKED, by=by, now=now, reason=reason, note=note)


def visit_miss(referral: Referral, *, by: Actor, now: datetime, reason: str = "", note: str = "") -> None:
    """Note a missed visit of a referral that is held, as `visit_book`. Raises IllegalTransition, AppointmentMissing."""
    _accepted(referral, "told missed")
    if not appointments_end(referral, AppointmentStatus.NO_SHOW, now=now, begun=True):
        raise AppointmentMissing("note the appointment first; only one whose time has come can be missed")
    _note(referral, DecisionCode.DID_NOT_ATTEND, by=by, now=now, reason=reason, note=note)


def appointments_end(
    referral: Referral, status: AppointmentStatus, *, now: datetime, begun: bool = False
) -> bool:
    """Whether one was booked, which is over then; `begun`: only one whose time has come."""
    booked = referral.appointments.filter(status=AppointmentStatus.BOOKED)
    over = booked.filter(starts_at__lte=now) if begun else booked
    return over.update(status=status, ended_at=now) > 0


def _accepted(referral: Referral, wanted: str) -> None:
    if referral.status != ReferralStatus.ACCEPTED:
        raise IllegalTransition(referral.status, wanted, TRANSITIONS[ReferralStatus(referral.status)])


def _note(
    referral: Referral, code: DecisionCode, *, by: Actor, now: datetime, reason: str, note: str
) -> None:
    words = reason.strip()[:REASON_LONGEST]
    history_add(referral, referral.status, by=by, now=now, code=code, reason=words, note=note)
    silence_follow(referral, now=now)
