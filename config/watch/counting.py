"""How many of how many, for each indicator of the programme (risk.domain.indicators): counted in the database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from records.models import Organization
from records.selectors import local_date
from referrals.domain.status import CLOSED, ReferralStatus
from referrals.models import Referral, ReferralEvent
from risk.domain.indicators import INDICATOR_DAYS, RESULT_WITHIN_MINUTES, Indicator
from risk.domain.recall import RecallCause
from risk.models import Recall, RecallState
from screening.domain.grading import Stage
from screening.models import Exam, ExamStatus, GradingTask, Read

SEEN = (ReferralStatus.IN_PROGRESS, ReferralStatus.COMPLETED)
Share = tuple[int, int]


@dataclass(frozen=True)
class Period:
    """The days before `today`, the clinic's date, in which something fell due."""

    organization: Organization
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now, self.organization)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.organization.time_zone)

    @property
    def due(self) -> dict[str, date]:
        return {"due_by__gte": self.today - timedelta(days=INDICATOR_DAYS), "due_by__lt": self.today}


def programme_counts(organization: Organization, *, now: datetime) -> dict[Indicator, Share]:
    """Every indicator as it stands, in one query each."""
    period = Period(organization, now)
    referrals = Referral.objects.filter(organization=organization)
    fell_due = referrals.filter(**period.due).exclude(status=ReferralStatus.CANCELLED)
    recalls = Recall.objects.filter(organization=organization)
    return {
        Indicator.RESULT_IN_TIME: _results(period),
        Indicator.UPTAKE: _uptake(recalls, period),
        # A need that went from hospital to hospital is one: sent with the first, seen with the last.
        Indicator.REFERRAL_SENT: _stepped(fell_due.filter(replaces=None), period, ReferralStatus.REQUESTED),
        Indicator.REFERRAL_SEEN: _stepped(fell_due.filter(replaced_by=None), period, *SEEN),
        Indicator.READ_IN_TIME: _reads(period),
        Indicator.RECALLS_OVERDUE: _overdue(recalls.filter(state=RecallState.OPEN), period),
        Indicator.REFERRALS_OVERDUE: _overdue(referrals.exclude(status__in=CLOSED), period),
    }


def _counted(rows: QuerySet[Any], which: Q) -> Share:
    found = rows.aggregate(count=Count("pk", filter=which), of=Count("pk"))
    return found["count"], found["of"]


def _results(period: Period) -> Share:
    """Exams whose time for a result has passed; those without one did not get it in time."""
    within = timedelta(minutes=RESULT_WITHIN_MINUTES)
    exams = Exam.objects.filter(
        encounter__organization=period.organization,
        submitted_at__gte=period.now - timedelta(days=INDICATOR_DAYS),
        submitted_at__lt=period.now - within,
        not_done_reason="",
    ).exclude(status=ExamStatus.CANCELLED)
    first = exams.annotate(first=Min("outcomes__resulted_at"))
    return _counted(first, Q(first__lte=F("submitted_at") + within))


def _uptake(recalls: QuerySet[Recall], period: Period) -> Share:
    """Recalls to come back here; whether a hospital saw somebody is another question."""
    asked = recalls.filter(**period.due).exclude(state=RecallState.SUPERSEDED)
    return _counted(asked.exclude(cause=RecallCause.ATTENDANCE), Q(state=RecallState.ATTENDED))


def _stepped(referrals: QuerySet[Referral], period: Period, *statuses: ReferralStatus) -> Share:
    events = ReferralEvent.objects.filter(referral=OuterRef("pk"), to_status__in=statuses)
    on = events.annotate(on=TruncDate("recorded_at", tzinfo=period.zone)).filter(on__lte=OuterRef("due_by"))
    return _counted(referrals, Q(Exists(on)))


def _reads(period: Period) -> Share:
    tasks = GradingTask.objects.filter(organization=period.organization, quality_of=None, **period.due)
    reads = Read.objects.filter(task=OuterRef("pk"))
    on = reads.annotate(on=TruncDate("signed_at", tzinfo=period.zone)).filter(on__lte=OuterRef("due_by"))
    return _counted(tasks.exclude(stage=Stage.WITHDRAWN), Q(Exists(on)))


def _overdue(rows: QuerySet[Any], period: Period) -> Share:
    return _counted(rows, Q(due_by__lt=period.today))
