"""Writing down who was called about a silent referral, and what came of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role
from records.services import audit_record
from referrals import alarm_selectors
from referrals.domain.contact import ContactOutcome, Party, next_attempt, turn_of
from referrals.domain.silence import Rung, Step
from referrals.errors import AlarmClosed, ContactInvalid
from referrals.models import ReferralAlarm, ReferralContact
from referrals.services.step_facts import REASON_LONGEST
from risk.domain.urgency import Urgency
from risk.models import ContactChannel

CALLING_ROLES = (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR)


@transaction.atomic
def contact_record(
    *,
    alarm_id: int,
    party: Party,
    channel: ContactChannel,
    outcome: ContactOutcome,
    submission: UUID,
    by: Actor,
    now: datetime,
    note: str = "",
) -> ReferralContact:
    """Record one attempt, and by when the next is due (REFR-51). The same `submission` again is the same attempt.

    An attempt does not end the silence: a step does, such as the hospital's answer or a new appointment.

    Raises
    ------
    RoleRefused, RecordNotFound
    AlarmClosed
        The step went on meanwhile.
    ContactInvalid
        A hospital neither comes nor stays away.
    """
    access.role_required(by, *CALLING_ROLES)
    rows = access.within(ReferralAlarm.objects.select_for_update(of=("self",)), by=by)
    alarm = rows.select_related("referral__encounter", "organization").filter(pk=alarm_id).first()
    if alarm is None:
        raise RecordNotFound("no such entry here; look at the list again")
    known = alarm.contacts.filter(submission=submission).first()
    if known is not None:
        return known
    if alarm.closed_at is not None:
        raise AlarmClosed("the referral went on meanwhile; nobody has to be called for it any more")
    if party is Party.CLINIC or (party is Party.HOSPITAL and outcome is ContactOutcome.WILL_COME):
        raise ContactInvalid("outcome", "a hospital does not come; choose what it said")
    return _store(alarm, party, channel, outcome, submission, by, now, note.strip()[:REASON_LONGEST])


def _store(
    alarm: ReferralAlarm,
    party: Party,
    channel: ContactChannel,
    outcome: ContactOutcome,
    submission: UUID,
    by: Actor,
    now: datetime,
    note: str,
) -> ReferralContact:
    calendar = alarm_selectors.calendar_of(alarm.organization, now.year)
    due = next_attempt(outcome, Urgency(alarm.referral.urgency), now=now, calendar=calendar)
    contact = ReferralContact.objects.create(
        alarm=alarm,
        party=party,
        channel=channel,
        outcome=outcome,
        attempted_at=now,
        attempted_by_id=by.practitioner_id,
        next_due_at=due,
        note=note,
        submission=submission,
    )
    alarm.due_at = due
    if outcome is ContactOutcome.REFUSED and party is not Party.HOSPITAL:
        alarm.turn = turn_of(Step(alarm.step), Rung(alarm.rung), refused=True)
    alarm.save(update_fields=["due_at", "turn"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=alarm,
        patient_id=alarm.referral.encounter.patient_id,
        detail=f"contact {party} {channel} {outcome}",
    )
    return contact
