"""Visits whose answers, photographs or reads changed: assessed and stored one by one, as it is done by day."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from records.actor import Actor, software
from risk import selectors, services
from risk.domain.disposition import ActionKind
from risk.domain.rescoring import Cause
from risk.errors import CaseChanged
from risk.models import AssessmentAction, RescoreChunk, RiskAssessment
from risk.night import statements
from risk.night.tables import rows_send
from risk.night.writing import ANNOUNCED
from risk.rows import Assessed

logger = logging.getLogger(__name__)


def cases_assess(encounters: Sequence[int], alive: Callable[[], None]) -> tuple[list[Assessed], int]:
    """The visits as they are assessed now, and how many cannot be. Nothing is written."""
    cases, failed = [], 0
    for encounter in encounters:
        alive()
        try:
            cases.append(services.case_assess(selectors.case_of_encounter(encounter, now=timezone.now())))
        except Exception:  # one visit must not hold up the others: its own work says what is wrong with it
            logger.exception("visit %d cannot be assessed", encounter)
            failed += 1
    return cases, failed


def cases_store(chunk: RescoreChunk, cases: Sequence[Assessed], *, now: datetime) -> int:
    """Store the cases one by one; returns how many somebody works on or changed: the next run looks again.

    Called in a transaction.
    """
    by = software("risk.night", chunk.run.organization_id)
    return len(cases) - sum(_store(chunk, one, by=by, now=now) for one in _held(cases))


def _held(cases: Sequence[Assessed]) -> list[Assessed]:
    """Hold visits and exams before the audit chain: who waits for that may hold one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x.id FROM screening_exam x JOIN screening_encounter e ON e.id = x.encounter_id "
            "WHERE x.id = ANY(%s) ORDER BY e.id FOR UPDATE OF x, e SKIP LOCKED",
            [[one.case.outcome.exam_id for one in cases]],
        )
        free = {key for (key,) in cursor.fetchall()}
    return [one for one in cases if one.case.outcome.exam_id in free]


def _store(chunk: RescoreChunk, assessed: Assessed, *, by: Actor, now: datetime) -> bool:
    before = selectors.assessment_current_for_encounter(assessed.case.outcome.exam.encounter)
    if before is not None:
        with connection.cursor() as cursor:
            cursor.execute(statements.RECALLS_BEFORE, {"assessments": f"{{{before.pk}}}"})
    try:
        with transaction.atomic():
            after = services.assessment_store(assessed, by=by, now=now)
    except CaseChanged:
        return False
    if before is not None and after != before:
        _changed(before, after)
    return True


def _changed(before: RiskAssessment, after: RiskAssessment) -> None:
    """Beside the visits that were written in bulk. What the day stored was announced and explained with it."""
    risks = [dict(one.label_risks.values_list("label", "band")) for one in (before, after)]
    moved = any(risks[0].get(label, band) != band for label, band in risks[1].items())
    image = before.image_release != after.image_release
    row = {
        "new_id": after.pk,
        "old_id": before.pk,
        "encounter_id": after.encounter_id,
        "causes": 1 << list(Cause).index(Cause.IMAGE if image else Cause.INPUTS),
        "verdict": -1,
        "band_changed": moved,
        **{name: _told(before, kind) != _told(after, kind) for name, kind in ANNOUNCED.items()},
        "explained": True,
    }
    rows_send(f"rescored ({', '.join(row)})", [list(row.values())])


def _told(assessment: RiskAssessment, kind: ActionKind) -> tuple[str, ...] | None:
    columns = ("urgency", "indication", "labels", "red_flags")
    return AssessmentAction.objects.filter(assessment=assessment, kind=kind).values_list(*columns).first()
