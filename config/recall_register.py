"""Who is to come back, and whose date has passed."""

from dataclasses import dataclass
from datetime import date

import risk.selectors
from records import access
from records.actor import Actor
from risk.models import Recall, RecallState
from screening.models import Encounter, FundusImage

UPCOMING = 100


@dataclass(frozen=True)
class RecallRow:
    """`days_overdue` is 0 for one that is still to come; `synthetic`: its case has a drawn photograph."""

    recall: Recall
    encounter: Encounter
    days_overdue: int
    synthetic: bool


@dataclass(frozen=True)
class RecallRegister:
    overdue: list[RecallRow]
    upcoming: list[RecallRow]


def recall_register(*, by: Actor, today: date) -> RecallRegister:
    """Open recalls of the actor's organization: all that are overdue, and the next ones to come."""
    overdue = risk.selectors.recalls_overdue(by=by, today=today)
    upcoming = _upcoming(by, today)
    encounters = Encounter.objects.in_bulk([r.assessment.encounter_id for r in (*overdue, *upcoming)])
    drawn = _drawn(list(encounters))
    rows = [
        RecallRow(
            recall=recall,
            encounter=encounters[recall.assessment.encounter_id],
            days_overdue=max(0, (today - recall.due_by).days),
            synthetic=recall.assessment.encounter_id in drawn,
        )
        for recall in (*overdue, *upcoming)
    ]
    return RecallRegister(overdue=rows[: len(overdue)], upcoming=rows[len(overdue) :])


def _upcoming(by: Actor, today: date) -> list[Recall]:
    ahead = access.within(Recall.objects.filter(state=RecallState.OPEN, due_by__gte=today), by=by)
    loaded = ahead.select_related("patient", "assessment").prefetch_related("contact_attempts")
    return list(loaded.order_by("due_by", "pk")[:UPCOMING])


def _drawn(encounters: list[int]) -> set[int]:
    """The visits with a drawn photograph."""
    images = FundusImage.objects.filter(exam__encounter__in=encounters, synthetic=True)
    return set(images.values_list("exam__encounter", flat=True))
