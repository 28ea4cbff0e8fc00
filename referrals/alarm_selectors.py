"""Reads of where a referral stands, and of the contact work-list."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from records import access
from records.actor import Actor
from records.models import Organization, Role
from referrals.domain.course import Course
from referrals.domain.decisions import DecisionCode
from referrals.domain.silence import Calendar
from referrals.domain.status import ReferralStatus
from referrals.models import AppointmentStatus, ContactOutcome, ContactParty, Referral, ReferralAlarm
from referrals.public_holidays import public_holidays
from referrals.selectors import held_from
from risk.domain.urgency import Urgency

_S = ReferralStatus


def calendar_of(organization: Organization, year: int) -> Calendar:
    """The clinic's zone and holidays, of that year and the next."""
    return Calendar(ZoneInfo(organization.time_zone), public_holidays(organization.country, year))


def course_of(referral: Referral) -> Course:
    """Where a referral stands, from its rows."""
    booked = referral.appointments.filter(status=AppointmentStatus.BOOKED).first()
    missed = referral.appointments.filter(status=AppointmentStatus.NO_SHOW).order_by("-ended_at").first()
    status = ReferralStatus(referral.status)
    # The hospital owes its answer since it was asked, not since its program fetched the question.
    entered = _S.REQUESTED if status is _S.RECEIVED else status
    into = referral.history.filter(to_status=entered).exclude(from_status=entered).order_by("-pk").first()
    return Course(
        status=status,
        urgency=Urgency(referral.urgency),
        due_by=referral.due_by,
        decided_at=referral.decided_at,
        entered_at=into.recorded_at if into else referral.decided_at,
        appointment_at=booked.starts_at if booked else None,
        booked_at=booked.booked_at if booked else None,
        missed_at=missed.ended_at if missed and booked is None else None,
        held_until=referral.held_until,
        kept_at=_late_kept_at(referral),
        confirmed_at=_late_kept_at(referral, role=Role.PHYSICIAN),
        was_seen=held_from(referral) is _S.IN_PROGRESS,
    )


def _late_kept_at(referral: Referral, **said_by: str) -> datetime | None:
    """When a late date of its present status was last said to stay: one on hold is another than an appointment."""
    said = referral.history.filter(code=DecisionCode.LATE_KEPT, to_status=referral.status, **said_by)
    last = said.order_by("-pk").first()
    return last.recorded_at if last else None


def appointments_missed(referral: Referral) -> int:
    """How often the person did not attend."""
    return referral.appointments.filter(status=AppointmentStatus.NO_SHOW).count()


def refused_to_go(alarm: ReferralAlarm) -> bool:
    """Whether the person, or who cares for them, said that they will not go (REFR-52)."""
    refused = alarm.contacts.filter(outcome=ContactOutcome.REFUSED)
    return refused.exclude(party=ContactParty.HOSPITAL).exists()


def alarms_open(*, by: Actor) -> QuerySet[ReferralAlarm]:
    """Open alarms of the actor's organization, whoever is to be called first first."""
    rows = access.within(ReferralAlarm.objects.filter(closed_at=None), by=by)
    return rows.order_by("due_at", "pk")
