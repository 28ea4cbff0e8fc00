"""How a visit stood after each act that changes what is shown of it: an assessment, a signed read, its cancellation.

What is in force is the last of these moments, made the same way: so an earlier version is what was served then.
Nothing here makes a query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.api.status import ScreeningStatus
from config.fhir.standing import UNDER_WAY
from config.fhir.visit_past import Past, assessed, effects, first_result, in_force, photographs_then
from risk.models import RiskAssessment
from screening.domain.exam_result import EyeResult
from screening.domain.grading import Position, Stage, next_stage
from screening.domain.laterality import Laterality
from screening.domain.reading import EyeReading
from screening.models import Read
from screening.past_selectors import by_task, decided_then, result_then
from screening.read_selectors import readings_of


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
    moved = effects(past)
    return _since_final([_stand(past, at, moved) for at in _moments(past)], past.reads)


def _moments(past: Past) -> list[datetime]:
    first = min(one.assessed_at for one in past.assessments)
    acts = [one.assessed_at for one in past.assessments] + [read.signed_at for read in past.reads]
    return sorted({at for at in (*acts, past.cancelled_at) if at is not None and at >= first})


def _stand(past: Past, at: datetime, moved: Iterable[datetime]) -> Stand:
    assessment = [one for one in past.assessments if one.assessed_at <= at][-1]
    outcomes, reads = assessed(past, assessment), in_force(past, at)
    cancelled = past.cancelled_at is not None and past.cancelled_at <= at
    shown = [first_result(past, one.exam_id) for one in outcomes]
    settled = _settled(assessment, shown, reads, [one for one in moved if one <= at])
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


def _settled(
    assessment: RiskAssessment,
    shown: Iterable[datetime],
    reads: Iterable[Read],
    moved: Iterable[datetime],
) -> bool:
    """As `config.fhir.standing` has it. `shown`: since when people could read the photographs of each exam."""
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
    unseen = any(at > max(done) for at in shown)
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
