"""Who is to come back, and whose date has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from config.paging import Page, page_of
from records import access
from records.actor import Actor
from risk.models import Recall, RecallState, RiskAssessment
from screening.blind_selectors import tasks_blinding
from screening.models import FundusImage

PAGE_SIZE = 50
COUNT_TO = 100


class RecallList(StrEnum):
    OVERDUE = "overdue"
    UPCOMING = "upcoming"


@dataclass(frozen=True)
class RecallRow:
    """`days_overdue` is 0 for one that is still to come; `synthetic`: its case has a drawn photograph."""

    recall: Recall
    days_overdue: int
    synthetic: bool

    @property
    def shown(self) -> tuple[object, ...]:
        """What the list says of it."""
        one = self.recall
        attempts = [attempt.pk for attempt in one.contact_attempts.all()]
        return one.pk, one.patient.name, one.patient.mrn, one.due_by, one.cause, attempts


def recalls_open(which: RecallList, *, by: Actor, today: date, cause: str = "") -> QuerySet[Recall]:
    """Open recalls of the actor's organization, those that were due before today or the others.

    Without those of visits that this person may still read blinded: to be in the list tells the result (GR-07).
    """
    own = access.within(Recall.objects.filter(state=RecallState.OPEN), by=by)
    # By their keys: a join to every assessment would be read to its end.
    blinded = RiskAssessment.objects.filter(encounter__in=tasks_blinding(by=by).values("encounter"))
    own = own.exclude(assessment__in=blinded.values("pk"))
    due = own.filter(due_by__lt=today) if which is RecallList.OVERDUE else own.filter(due_by__gte=today)
    return due.filter(cause=cause) if cause else due


def recall_page(
    recalls: QuerySet[Recall], *, today: date, after: Recall | None = None, before: Recall | None = None
) -> tuple[list[RecallRow], Page[Recall]]:
    """One page of recalls, the longest overdue first."""
    loaded = recalls.select_related("patient", "assessment__encounter").prefetch_related("contact_attempts")
    page = page_of(loaded, field="due_by", descending=False, size=PAGE_SIZE, after=after, before=before)
    return recall_rows(page.rows, today=today), page


def recall_rows(recalls: Sequence[Recall], *, today: date) -> list[RecallRow]:
    drawn = _drawn([recall.assessment.encounter_id for recall in recalls])
    return [
        RecallRow(
            recall=recall,
            days_overdue=max(0, (today - recall.due_by).days),
            synthetic=recall.assessment.encounter_id in drawn,
        )
        for recall in recalls
    ]


def recalls_counted(*, by: Actor, today: date) -> dict[RecallList, int]:
    """How many there are of each, counted to COUNT_TO."""
    return {
        which: recalls_open(which, by=by, today=today).order_by().values("pk")[:COUNT_TO].count()
        for which in RecallList
    }


def _drawn(encounters: list[int]) -> set[int]:
    """The visits with a drawn photograph."""
    images = FundusImage.objects.filter(exam__encounter__in=encounters, synthetic=True)
    return set(images.values_list("exam__encounter", flat=True))
