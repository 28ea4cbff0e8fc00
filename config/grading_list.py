"""The readers' list: what waits for this person, the most urgent first, and what they have signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from records import access
from records.actor import Actor
from records.selectors import age_years
from risk.texts import URGENCIES
from screening.blind_selectors import tasks_readable
from screening.domain.grading import Cause, Stage
from screening.domain.urgency import Urgency
from screening.models import GradingTask, Read
from screening.texts import GRADING_WHY

SHOWN = 100
SIGNED_SHOWN = 10
_RANK = Case(*[When(urgency=one, then=Value(one.rank)) for one in Urgency], output_field=IntegerField())


class GradingFilterForm(forms.Form):
    """In the address, so that it stays while one case after the other is read."""

    why = forms.ChoiceField(label=_("Why"), choices=[("", _("Any")), *GRADING_WHY.items()], required=False)
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=[("", _("Any")), *URGENCIES.items()], required=False
    )


@dataclass(frozen=True)
class GradingRow:
    """`held_until`: another reader has it open until then."""

    task: GradingTask
    why: LazyText
    age_years: int | None
    held_until: datetime | None
    overdue: bool

    @property
    def shown(self) -> tuple[object, ...]:
        """What the list says of it."""
        task = self.task
        mrn = task.encounter.patient.mrn
        return task.pk, mrn, str(self.why), self.age_years, task.urgency, task.due_by, self.held_until


def tasks_waiting(*, by: Actor, why: str = "", urgency: str = "") -> QuerySet[GradingTask]:
    """What this person may read, the most urgent first."""
    fresh = tasks_readable(by=by)
    if urgency:
        fresh = fresh.filter(urgency=urgency)
    if why:
        fresh = _for_reason(fresh, why)
    ordered = fresh.annotate(rank=_RANK).order_by("-rank", "due_by", "pk")
    return ordered.select_related("encounter__patient")


def free_for(tasks: QuerySet[GradingTask], *, by: Actor, now: datetime) -> QuerySet[GradingTask]:
    """Those of `tasks` that no other reader has open."""
    return tasks.exclude(Q(held_until__gt=now) & ~Q(held_by=by.practitioner_id))


def why_of(task: GradingTask) -> str:
    """The word a reader is given. A quality case is called a second read: nobody can tell them apart (GR-02)."""
    if task.stage == Stage.ARBITER:
        return "arbitration"
    return "second-read" if task.stage == Stage.SECOND or task.cause == Cause.QUALITY else task.cause


def _for_reason(tasks: QuerySet[GradingTask], why: str) -> QuerySet[GradingTask]:
    if why == "arbitration":
        return tasks.filter(stage=Stage.ARBITER)
    if why == "second-read":
        return tasks.filter(stage=Stage.SECOND) | tasks.filter(cause=Cause.QUALITY)
    return tasks.filter(stage=Stage.FIRST, cause=why)


def rows_of(tasks: Sequence[GradingTask], *, by: Actor, now: datetime, today: date) -> list[GradingRow]:
    """The list as it is shown."""
    return [
        GradingRow(
            task=task,
            why=GRADING_WHY[why_of(task)],
            age_years=age_years(task.encounter.patient.birth_date, today),
            held_until=held_by_another(task, by=by, now=now),
            overdue=task.due_by < today,
        )
        for task in tasks
    ]


def held_by_another(task: GradingTask, *, by: Actor, now: datetime) -> datetime | None:
    """Until when another reader has it open; None when it is free or this person's."""
    held = task.held_until is not None and task.held_until > now and task.held_by_id != by.practitioner_id
    return task.held_until if held else None


def signed_lately(*, by: Actor) -> list[Read]:
    """What this person signed last, newest first."""
    mine = access.within(
        Read.objects.filter(grader=by.practitioner_id, superseded_at=None),
        by=by,
        path="task__organization_id",
    )
    return list(mine.select_related("task__encounter__patient").order_by("-signed_at", "-pk")[:SIGNED_SHOWN])
