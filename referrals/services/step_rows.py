"""What a step leaves behind: the referral's own row, its line of history and its audit row."""

from datetime import datetime

from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record
from referrals import events
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import CLOSED, GIVES_PLACE_BACK, ReferralStatus
from referrals.models import AppointmentStatus, Referral, ReferralEvent
from referrals.services.hospitals import place_give_back
from referrals.services.silence_following import silence_follow
from referrals.services.step_facts import REASON_LONGEST


def place_let_go(referral: Referral) -> None:
    """Give back the place that it holds, in the caller's transaction; the row is not saved."""
    if referral.capacity is not None:
        place_give_back(referral.capacity)
        referral.capacity = None


def status_set(
    referral: Referral,
    status: ReferralStatus,
    *,
    by: Actor,
    now: datetime,
    code: DecisionCode | str = "",
    reason: str = "",
    note: str = "",
) -> Referral:
    """Store a step that was checked, its line of history and its audit row, in the caller's transaction."""
    before, referral.status = referral.status, status
    if status is not ReferralStatus.ON_HOLD:
        referral.held_until = None
    if status in CLOSED:
        referral.alarm_at = None
    if status in GIVES_PLACE_BACK:
        place_let_go(referral)
    if status is ReferralStatus.NEEDS_COORDINATOR:
        referral.hospital = None
    referral.save(
        update_fields=[
            "status",
            "hospital",
            "capacity",
            "authorised_at",
            "authorised_by",
            "refused_at",
            "refusal_code",
            "cancel_code",
            "held_until",
            "alarm_at",
        ]
    )
    history_add(referral, before, by=by, now=now, code=code, reason=reason, note=note)
    _appointment_follow(referral, now)
    silence_follow(referral, now=now)
    if status is ReferralStatus.REJECTED or code == DecisionCode.NO_ANSWER:
        events.referral_sent_back.send(sender=None, key=referral.pk)
    return referral


def _appointment_follow(referral: Referral, now: datetime) -> None:
    """Whoever is treated came; of what is closed otherwise nobody expects the patient."""
    booked = referral.appointments.filter(status=AppointmentStatus.BOOKED)
    if referral.status in (ReferralStatus.IN_PROGRESS, ReferralStatus.COMPLETED):
        booked.update(status=AppointmentStatus.FULFILLED, ended_at=now)
    elif referral.status in CLOSED:
        booked.update(status=AppointmentStatus.CANCELLED, ended_at=now)


def history_add(
    referral: Referral,
    before: str,
    *,
    by: Actor,
    now: datetime,
    code: DecisionCode | str = "",
    reason: str = "",
    note: str = "",
) -> None:
    """One line of history with its audit row, which has the reason alone."""
    ReferralEvent.objects.create(
        referral=referral,
        from_status=before,
        to_status=referral.status,
        recorded_at=now,
        actor=by.label,
        role=by.role,
        hospital=referral.hospital,
        code=code,
        reason=reason,
        note=note.strip()[:REASON_LONGEST],
    )
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE if before else AuditAction.CREATE,
        entity=referral,
        patient_id=referral.encounter.patient_id,
        detail=referral.status,
        reason=": ".join(part for part in (str(code), reason) if part),
    )
    events.referral_stepped.send(sender=None, key=referral.pk)
