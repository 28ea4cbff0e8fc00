"""Cases to be read by people, and what they read."""

from datetime import date
from typing import Any

from records.actor import Actor, software
from screening import services
from screening.domain.findings import DISEASES, Label
from screening.domain.grading import Cause, OverrideReason, Position
from screening.domain.laterality import Laterality
from screening.domain.reading import EyeReading
from screening.domain.severity import UNSTATED, Severity
from screening.domain.urgency import Urgency
from screening.models import Encounter, GradingTask, Read
from screening.services import EyeEntry
from tests.factories.records import NOW

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def task(encounter: Encounter, *, second_wanted: bool = False, **more: Any) -> GradingTask:
    """The visit on the readers' list; drawn for a second reader only where that is asked for."""
    made = services.grading_open(
        encounter=encounter,
        cause=more.get("cause", Cause.ABSTAINED),
        urgency=more.get("urgency", Urgency.ROUTINE),
        due_by=date(2026, 12, 7),
        by=software("config.grading", encounter.organization_id),
        now=NOW,
    )
    assert made
    GradingTask.objects.filter(pk=made.pk).update(second_wanted=second_wanted)
    return made


def entry(
    eye: Laterality,
    *present: Label,
    severity: Severity = UNSTATED,
    override: OverrideReason | None = None,
    text: str = "",
) -> EyeEntry:
    reading = EyeReading(eye, present=frozenset(present), severity=severity)
    return EyeEntry(reading, {label: label in present for label in DISEASES}, override, text)


def both(*right: Label, **more: Any) -> list[EyeEntry]:
    """The right eye with these findings, the left clear."""
    return [entry(RIGHT, *right, **more), entry(LEFT)]


def signed(made: GradingTask, entries: list[EyeEntry], by: Actor, position: str = "first") -> Read:
    return services.read_sign(task_id=made.pk, position=Position(position), entries=entries, by=by, now=NOW)
