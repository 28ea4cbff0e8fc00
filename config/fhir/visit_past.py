"""How a visit stood after each act that changes what is shown of it: an assessment, a signed read, its cancellation.

What is in force is the last of these moments, made the same way: so an earlier version is what was served then.
Nothing here makes a query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.api.status import ScreeningStatus
from config.fhir.standing import UNDER_WAY
from risk.models import RiskAssessment
from screening.domain.exam_result import EyeResult
from screening.domain.grading import Position, Stage, next_stage
from screening.domain.laterality import Laterality
from screening.domain.reading import EyeReading
from screening.models import ExamOutcome, Read
from screening.past_selectors import by_task, decided_then, result_then
from screening.read_selectors import readings_of


@dataclass(frozen=True)
class Past:
    """All that was recorded of a visit, each oldest first. `photographs`: (exam, laterality, id)."""

    assessments: Sequence[RiskAssessment]
    outcomes: Sequence[ExamOutcome]
    reads: Sequence[Read]
    photographs: Sequence[tuple[int, str, str]]
    cancelled_at: datetime | None


@dataclass(frozen=True)
class Stand:
    """A visit from one of these moments to the next.

    `decided`: what people read in each eye. `amended`: the eyes whose reading changed after it had been final, and
    with `changed` people signed something after the report had been.
    """

    version: int
    at: datetime
    assessment: RiskAssessment
    eyes: tuple[EyeResult, ...]
    photographs: tuple[tuple[str, str], ...]
    decided: Mapping[Laterality, EyeReading]
    signers: tuple[str, ...]
    status: ScreeningStatus
    changed: bool = False
    amended: frozenset[Laterality] = frozenset()


def stands(past: Past) -> list[Stand]:
    """Oldest first. What has one time is one moment."""
    moved = _effects(past)
    return _since_final([_stand(past, at, moved) for at in _moments(past)], past.reads)


def outcomes_needed(past: Past) -> list[ExamOutcome]:
    """Those whose eyes `stands` looks at."""
    found = [one for assessment in past.assessments for one in _assessed(past, assessment)]
    found += [one for read in past.reads for one in _newest_by_exam(_resulted(past, read.signed_at))]
    return list({one.pk: one for one in found}.values())


def photographs_then(past: Past, assessment: RiskAssessment) -> tuple[tuple[str, str], ...]:
    """(laterality, id) of each that was assessed, oldest first."""
    exams = {one.exam_id for one in _assessed(past, assessment)}
    return tuple((eye, key) for exam, eye, key in past.photographs if exam in exams)


def _moments(past: Past) -> list[datetime]:
    first = min(one.assessed_at for one in past.assessments)
    acts = [one.assessed_at for one in past.assessments] + [read.signed_at for read in past.reads]
    return sorted({at for at in (*acts, past.cancelled_at) if at is not None and at >= first})


def _stand(past: Past, at: datetime, moved: Iterable[datetime]) -> Stand:
    assessment = [one for one in past.assessments if one.assessed_at <= at][-1]
    outcomes, reads = _assessed(past, assessment), _in_force(past, at)
    cancelled = past.cancelled_at is not None and past.cancelled_at <= at
    settled = _settled(assessment, outcomes, reads, [one for one in moved if one <= at])
    status = ScreeningStatus.FINAL if settled else ScreeningStatus.PRELIMINARY
    # Grows with each act: assessments follow one another, signed reads become more, a cancelled visit stays so.
    version = assessment.pk + sum(read.signed_at <= at for read in past.reads) + cancelled
    return Stand(
        version=version,
        at=at,
        assessment=assessment,
        eyes=result_then(outcomes, reads).eyes,
        photographs=photographs_then(past, assessment),
        decided={eye: one.reading for eye, one in decided_then(reads).items()},
        signers=tuple({read.grader_id: read.grader.name for read in reads}.values()),
        status=ScreeningStatus.CANCELLED if cancelled else status,
    )


def _assessed(past: Past, assessment: RiskAssessment) -> list[ExamOutcome]:
    """What the assessment was made of, one an exam. By their keys too: its time is that at which it began."""
    at, newest = assessment.assessed_at, assessment.outcome_id
    return _newest_by_exam(one for one in past.outcomes if one.resulted_at <= at or one.pk <= newest)


def _resulted(past: Past, at: datetime) -> list[ExamOutcome]:
    return [one for one in past.outcomes if one.resulted_at <= at]


def _newest_by_exam(outcomes: Iterable[ExamOutcome]) -> list[ExamOutcome]:
    newest = {one.exam_id: one for one in outcomes}
    return [newest[exam] for exam in sorted(newest)]


def _in_force(past: Past, at: datetime) -> list[Read]:
    """A task with reads is withdrawn by the cancellation alone, and its reads with it."""
    cancelled = past.cancelled_at is not None and past.cancelled_at <= at
    return [
        read
        for read in past.reads
        if read.signed_at <= at
        and (read.superseded_at is None or read.superseded_at > at)
        and not (cancelled and read.task.stage == Stage.WITHDRAWN)
    ]


def _effects(past: Past) -> list[datetime]:
    """When a read changed what the visit showed, as `screening.services.read_sign` finds it."""
    return [read.signed_at for read in past.reads if _changes(past, read)]


def _changes(past: Past, read: Read) -> bool:
    outcomes = _newest_by_exam(_resulted(past, read.signed_at))
    after = _in_force(past, read.signed_at)
    before = [one for one in after if one.pk != read.pk]
    return not outcomes or result_then(outcomes, before) != result_then(outcomes, after)


def _settled(
    assessment: RiskAssessment,
    outcomes: Iterable[ExamOutcome],
    reads: Iterable[Read],
    moved: Iterable[datetime],
) -> bool:
    """As `config.fhir.standing` has it."""
    tasks = by_task(reads).values()
    stages = [_stage(of_task) for of_task in tasks]
    done = [
        read.signed_at
        for of_task, stage in zip(tasks, stages, strict=True)
        if stage is Stage.DONE
        for read in of_task
    ]
    if not done or any(stage in UNDER_WAY for stage in stages):
        return False
    unseen = any(one.resulted_at > max(done) for one in outcomes)
    return not unseen and all(at <= assessment.assessed_at for at in moved)


def _stage(of_task: Sequence[Read]) -> Stage:
    reads = readings_of({Position(read.position): read for read in of_task})
    return next_stage(reads, second_wanted=of_task[0].task.second_wanted)


def _since_final(bare: Sequence[Stand], reads: Iterable[Read]) -> list[Stand]:
    """With what changed since the visit was final for the first time."""
    said: dict[Laterality, set[EyeReading]] = {}
    first: datetime | None = None
    told = []
    for one in bare:
        if one.status is ScreeningStatus.FINAL:
            first = first or one.at
            for eye, reading in one.decided.items():
                said.setdefault(eye, set()).add(reading)
        changed = first is not None and any(first < read.signed_at <= one.at for read in reads)
        amended = frozenset(eye for eye, readings in said.items() if len(readings) > 1)
        told.append(replace(one, changed=changed, amended=amended))
    return told
