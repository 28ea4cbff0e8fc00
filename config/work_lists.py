"""The work-lists: which there are, whose day begins with which, and the visits of each."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config import case_work
from records import access
from records.actor import Actor
from records.models import Role, WorkItem
from risk.domain.disposition import Disposition
from risk.models import RecallState, RiskAssessment
from screening.blind_selectors import tasks_blinding
from screening.models import Encounter


class WorkList(StrEnum):
    TODAY = "today"
    WAITING = "waiting"
    FAILED = "failed"
    RETAKE = "retake"
    ALL = "all"
    CANCELLED = "cancelled"


TEXTS: Mapping[WorkList, LazyText] = {
    WorkList.TODAY: _("Today"),
    WorkList.WAITING: _("Waiting for a result"),
    WorkList.FAILED: _("Failed"),
    WorkList.RETAKE: _("Photograph again"),
    WorkList.ALL: _("All visits"),
    WorkList.CANCELLED: _("Cancelled"),
}
# The second key of each shortcut: g, then this.
KEYS: Mapping[WorkList, str] = {
    WorkList.TODAY: "t",
    WorkList.WAITING: "w",
    WorkList.FAILED: "f",
    WorkList.RETAKE: "r",
    WorkList.ALL: "a",
    WorkList.CANCELLED: "x",
}
COUNTED = (WorkList.TODAY, WorkList.WAITING, WorkList.FAILED, WorkList.RETAKE)
COUNT_TO = 100
# Before there is a result there is no urgency of a result to ask for.
WITH_URGENCY = (WorkList.TODAY, WorkList.RETAKE, WorkList.ALL)
_FIRST: Mapping[str, WorkList] = {Role.ADMINISTRATOR: WorkList.FAILED, Role.AUDITOR: WorkList.ALL}


def first_list(role: str) -> WorkList:
    """Where the day of a role begins."""
    return _FIRST.get(role, WorkList.TODAY)


def visits_of(
    which: WorkList, *, today: date, zone: ZoneInfo, by: Actor, urgency: str = ""
) -> QuerySet[Encounter]:
    """The visits of a list in the actor's organization; cancelled ones are in their own list only.

    With `urgency`: of the lists that know one, those whose current assessment has it.
    """
    own = access.within(Encounter.objects.all(), by=by)
    if which is WorkList.CANCELLED:
        return own.filter(cancelled_at__isnull=False)
    standing = own.filter(cancelled_at__isnull=True)
    if which is WorkList.RETAKE or urgency:
        # To be in such a list tells the result.
        standing = standing.exclude(pk__in=tasks_blinding(by=by).values("encounter"))
    if which is WorkList.RETAKE:
        return _retake(standing, urgency)
    if urgency and which in WITH_URGENCY:
        standing = standing.filter(Exists(_current(urgency)))
    return (
        within_days(standing, today, today, zone) if which is WorkList.TODAY else _NARROWED[which](standing)
    )


def within_days(
    visits: QuerySet[Encounter], since: date | None, until: date | None, zone: ZoneInfo
) -> QuerySet[Encounter]:
    """Visits from the first to the last of these days, both included, as the clinic's clocks have them."""
    if since is not None:
        visits = visits.filter(started_at__gte=_midnight(since, zone))
    if until is not None:
        visits = visits.filter(started_at__lt=_midnight(until + timedelta(days=1), zone))
    return visits


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The day's first moment. By the wall clock: a day on which clocks change has 23 or 25 hours."""
    return datetime.combine(day, time.min, tzinfo=zone)


def counts(*, today: date, zone: ZoneInfo, by: Actor) -> dict[WorkList, int]:
    """How many visits the lists of work hold, counted to COUNT_TO."""
    lists = [
        visits_of(which, today=today, zone=zone, by=by).order_by().values_list(Value(str(which)))[:COUNT_TO]
        for which in COUNTED
    ]
    found = Counter(name for (name,) in lists[0].union(*lists[1:], all=True))
    return {which: found[which] for which in COUNTED}


def _current(urgency: str) -> QuerySet[RiskAssessment]:
    current = RiskAssessment.objects.filter(encounter=OuterRef("pk"), superseded_at__isnull=True)
    return current.filter(urgency=urgency) if urgency else current


def _retake(visits: QuerySet[Encounter], urgency: str) -> QuerySet[Encounter]:
    """The result asks for new photographs and the patient has not come again since."""
    wanted = {"disposition": Disposition.REPEAT_IMAGING, "recall__state": RecallState.OPEN}
    return visits.filter(Exists(_current(urgency).filter(**wanted)))


def _waiting(visits: QuerySet[Encounter]) -> QuerySet[Encounter]:
    items = case_work.of_cases(WorkItem.objects.filter(failed_at__isnull=True))
    return visits.filter(pk__in=case_work.visits_with(items))


def _failed(visits: QuerySet[Encounter]) -> QuerySet[Encounter]:
    items = WorkItem.objects.filter(failed_at__isnull=False)
    return visits.filter(pk__in=case_work.visits_with(items))


_NARROWED: Mapping[WorkList, Callable[[QuerySet[Encounter]], QuerySet[Encounter]]] = {
    WorkList.WAITING: _waiting,
    WorkList.FAILED: _failed,
    WorkList.ALL: lambda visits: visits,
}
