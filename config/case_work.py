"""The work of a case: what waits, is under way or failed, and doing it here."""

import time
from collections import defaultdict
from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet, Value
from django.utils import timezone

from config import pipeline
from pharmacy.models import Dispense
from records import work
from records.models import WorkItem
from referrals.models import Referral
from risk.models import RiskAssessment
from screening.models import Encounter, Exam, ExamOutcome
from screening.selectors import RESCORE

POLL_SECONDS = 0.2

# What the key of each kind of work names, and the way from there to the visit.
KEYED_BY: dict[str, tuple[type[Model], str]] = {
    "screening.score_exam": (Exam, "encounter"),
    "screening.make_derivatives": (Exam, "encounter"),
    RESCORE: (Exam, "encounter"),
    "risk.assess_exam": (ExamOutcome, "exam__encounter"),
    "config.open_grading": (RiskAssessment, "encounter"),
    "pharmacy.propose_medicine": (RiskAssessment, "encounter"),
    "pharmacy.dispense_packs": (Dispense, "prescription__encounter"),
    "referrals.propose_referral": (RiskAssessment, "encounter"),
    "referrals.rematch_referral": (Referral, "encounter"),
}


def of_cases(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """Without what a night has still to do: a case waits for none of it."""
    return items.exclude(kind=RESCORE, failed_at=None)


def visits_with(items: QuerySet[WorkItem]) -> QuerySet[Any]:
    """Keys of the visits that these items belong to, as a subquery."""
    kinds: dict[tuple[type[Model], str], list[str]] = defaultdict(list)
    for kind, owner in KEYED_BY.items():
        kinds[owner].append(kind)
    parts = [
        model._default_manager.filter(pk__in=items.filter(kind__in=same).values("key")).values(path)
        for (model, path), same in kinds.items()
    ]
    return parts[0].union(*parts[1:])


def work_by_encounter(encounters: Collection[int]) -> dict[int, list[WorkItem]]:
    """The work of these visits that waits, is under way or failed; visits without any are left out. What a night has
    still to do with photographs that were scored before is no step of a case, unless it fails.
    """
    owners = _owners(encounters)
    mine = (Q(kind=kind, key__in=list(owners[model.__name__])) for kind, (model, _) in KEYED_BY.items())
    found: dict[int, list[WorkItem]] = defaultdict(list)
    for item in of_cases(WorkItem.objects.filter(reduce(or_, mine))).order_by("pk"):
        model, _path = KEYED_BY[item.kind]
        found[owners[model.__name__][item.key]].append(item)
    return found


def _owners(encounters: Collection[int]) -> dict[str, dict[int, int]]:
    """What work can be about in these visits, by the name of its model: from its key to the visit's."""
    parts = [
        model._default_manager.filter(**{f"{path}__in": encounters}).values_list(
            Value(model.__name__), "pk", path
        )
        for model, path in sorted(set(KEYED_BY.values()), key=str)
    ]
    owners: dict[str, dict[int, int]] = defaultdict(dict)
    for name, key, encounter in parts[0].union(*parts[1:], all=True):
        owners[name][key] = encounter
    return owners


def work_of(encounter: Encounter) -> list[WorkItem]:
    """The work of one visit. Empty: everything that can happen has happened."""
    return work_by_encounter([encounter.pk]).get(encounter.pk, [])


def failures_of(encounter: Encounter) -> list[WorkItem]:
    """Work of a visit that was given up, with its reasons."""
    return [item for item in work_of(encounter) if item.failed_at]


def is_settled(encounter: Encounter) -> bool:
    """Whether no work of a visit waits or is under way (failed work has stopped)."""
    return all(item.failed_at for item in work_of(encounter))


def work_off_case(encounter: Encounter) -> None:
    """Do a visit's work in this process until none is left, beside whatever workers do at the same time.

    What follows from work that was done is done at once.
    """
    tried: list[WorkItem] = []
    while left := [item for item in work_of(encounter) if not item.failed_at]:
        if all(item in tried for item in left):  # a worker holds it, or a failed attempt waits for its next
            time.sleep(POLL_SECONDS)
            work.bury_abandoned(now=timezone.now())
        for item in left:
            pipeline.TASKS[item.kind].run(key=item.key)
        tried = left
