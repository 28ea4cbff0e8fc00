"""Reads of every open referral of a clinic, by deadline."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from records import access
from records.actor import Actor
from referrals.domain.board import LATE_IN
from referrals.domain.status import CLOSED, ReferralStatus
from referrals.models import AppointmentStatus, Referral, ReferralAlarm, ReferralAppointment


def referrals_open(*, by: Actor) -> QuerySet[Referral]:
    """Those of the actor's organization that no step has closed."""
    return access.within(Referral.objects.exclude(status__in=CLOSED), by=by)


def referrals_overdue(rows: QuerySet[Referral], *, today: date) -> QuerySet[Referral]:
    """Of these, the ones whose day is over and whose treatment has not begun."""
    return rows.filter(due_by__lt=today, status__in=LATE_IN)


def referrals_asking(
    rows: QuerySet[Referral], role: str, *, statuses: Iterable[ReferralStatus]
) -> QuerySet[Referral]:
    """Of these, the ones in a state that is this role's to move on, or of which an alarm calls it."""
    calls = ReferralAlarm.objects.filter(referral=OuterRef("pk"), closed_at=None, turn=role)
    return rows.filter(Q(status__in=list(statuses)) | Exists(calls))


def with_course(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Each with its patient and hospital, its `open_alarms` and its `booked` appointments (of both at most one)."""
    booked = ReferralAppointment.objects.filter(status=AppointmentStatus.BOOKED)
    return rows.select_related("hospital", "encounter__patient").prefetch_related(
        Prefetch("alarms", ReferralAlarm.objects.filter(closed_at=None), to_attr="open_alarms"),
        Prefetch("appointments", booked, to_attr="booked"),
    )
