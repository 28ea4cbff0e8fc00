"""What a case shows to somebody who may still read it blinded: that it was read, and nothing of the result."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from records.actor import Actor
from screening.blind_selectors import tasks_blinding
from screening.models import Encounter, GradingTask

Row = TypeVar("Row", bound=Model)


def task_blinding(encounter: Encounter, *, by: Actor) -> GradingTask | None:
    """The read for which the result of this visit is kept back from this person; None where it is shown."""
    mine = tasks_blinding(by=by).filter(encounter=encounter)
    return mine.select_related("encounter__patient").order_by("pk").first()


def refuse_blinded(encounter: Encounter, *, by: Actor) -> None:
    """Raises Http404 for whoever may still read this visit blinded: what they ask for tells its result (GR-07)."""
    if tasks_blinding(by=by).filter(encounter=encounter).exists():
        raise Http404


def visits_blinded(encounters: Iterable[int], *, by: Actor) -> frozenset[int]:
    """Those of these visits whose result is kept back from this person."""
    mine = tasks_blinding(by=by).filter(encounter__in=list(encounters))
    return frozenset(mine.values_list("encounter_id", flat=True))


def without_blinded(rows: QuerySet[Row], *, by: Actor) -> QuerySet[Row]:
    """Rows of visits whose result is shown to this person, for a list that tells a result by whom it holds (GR-07)."""
    return rows.exclude(encounter__in=tasks_blinding(by=by).values("encounter"))


def withheld(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """A case's outcome (`config.case.case_outcome`) without what the machine, the rules or people made of it."""
    exam = outcome["exam"]
    nothing = dict.fromkeys(("assessment", "medicine", "referral", "recall"))
    return {
        **outcome,
        **nothing,
        "exam": {**exam, "eyes": [], "release": None} if exam else None,
        "red_flags": [],
        "next_step": "",
    }
