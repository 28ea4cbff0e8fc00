"""What was recorded of a visit, and what of it counted at an earlier moment. Nothing here makes a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from risk.models import RiskAssessment
from screening.domain.exam_result import EyeResult
from screening.domain.grading import Stage
from screening.models import ExamOutcome, Read
from screening.past_selectors import result_then


@dataclass(frozen=True)
class Past:
    """All that was recorded of a visit, each oldest first. `photographs`: (exam, laterality, id)."""

    assessments: Sequence[RiskAssessment]
    outcomes: Sequence[ExamOutcome]
    reads: Sequence[Read]
    photographs: Sequence[tuple[int, str, str]]
    cancelled_at: datetime | None


def outcomes_needed(past: Past) -> list[ExamOutcome]:
    """Those whose eyes `stands` looks at."""
    found = [one for assessment in past.assessments for one in assessed(past, assessment)]
    found += [one for read in past.reads for one in _newest_by_exam(_resulted(past, read.signed_at))]
    return list({one.pk: one for one in found}.values())


def photographs_then(past: Past, assessment: RiskAssessment) -> tuple[tuple[str, str], ...]:
    """(laterality, id) of each that was assessed, oldest first."""
    exams = {one.exam_id for one in assessed(past, assessment)}
    return tuple((eye, key) for exam, eye, key in past.photographs if exam in exams)


def assessed(past: Past, assessment: RiskAssessment) -> list[ExamOutcome]:
    """What the assessment was made of, one an exam. By their keys too: its time is that at which it began."""
    at, newest = assessment.assessed_at, assessment.outcome_id
    return _newest_by_exam(one for one in past.outcomes if one.resulted_at <= at or one.pk <= newest)


def seen_by(past: Past, assessment: RiskAssessment) -> tuple[EyeResult, ...]:
    """What the visit showed when the assessment was made, people's reads included."""
    return result_then(assessed(past, assessment), in_force(past, assessment.assessed_at)).eyes


def first_result(past: Past, exam: int) -> datetime:
    return min(one.resulted_at for one in past.outcomes if one.exam_id == exam)


def _resulted(past: Past, at: datetime) -> list[ExamOutcome]:
    return [one for one in past.outcomes if one.resulted_at <= at]


def _newest_by_exam(outcomes: Iterable[ExamOutcome]) -> list[ExamOutcome]:
    newest = {one.exam_id: one for one in outcomes}
    return [newest[exam] for exam in sorted(newest)]


def in_force(past: Past, at: datetime) -> list[Read]:
    """The reads that counted then. A task with reads is withdrawn by the cancellation alone, and its reads with it."""
    cancelled = past.cancelled_at is not None and past.cancelled_at <= at
    return [
        read
        for read in past.reads
        if read.signed_at <= at
        and (read.superseded_at is None or read.superseded_at > at)
        and not (cancelled and read.task.stage == Stage.WITHDRAWN)
    ]


def effects(past: Past) -> list[datetime]:
    """When a read changed what the visit showed, as `screening.services.read_sign` finds it."""
    return [read.signed_at for read in past.reads if _changes(past, read)]


def _changes(past: Past, read: Read) -> bool:
    outcomes = _newest_by_exam(_resulted(past, read.signed_at))
    after = in_force(past, read.signed_at)
    before = [one for one in after if one.pk != read.pk]
    return not outcomes or result_then(outcomes, before) != result_then(outcomes, after)
