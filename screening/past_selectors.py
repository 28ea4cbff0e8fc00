"""What a visit showed at an earlier moment: all its outcomes and reads, those too that were replaced since."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import prefetch_related_objects

from screening.domain.exam_result import ExamResult
from screening.domain.grading import Position
from screening.domain.laterality import Laterality
from screening.models import ExamOutcome, Read
from screening.read_selectors import EYES, ReadInForce, settled_eyes
from screening.selectors import EYES_OF_OUTCOME, result_of_outcomes


def outcomes_ever(encounters: Collection[int]) -> dict[int, list[ExamOutcome]]:
    """By visit, oldest first. Their eyes are not loaded: see `eyes_load`."""
    rows = ExamOutcome.objects.filter(exam__encounter__in=encounters)
    found: dict[int, list[ExamOutcome]] = {key: [] for key in encounters}
    for row in rows.select_related("exam", "release").order_by("pk"):
        found[row.exam.encounter_id].append(row)
    return found


def eyes_load(outcomes: Iterable[ExamOutcome]) -> None:
    """All that `result_then` reads, in as many queries for many outcomes as for one."""
    prefetch_related_objects(list(outcomes), *EYES_OF_OUTCOME)


def reads_ever(encounters: Collection[int]) -> dict[int, list[Read]]:
    """By visit, oldest first, with earlier versions; without those of quality cases, which never change a visit."""
    rows = Read.objects.filter(task__encounter__in=encounters, task__quality_of=None)
    found: dict[int, list[Read]] = {key: [] for key in encounters}
    loaded = rows.select_related("grader", "task").prefetch_related(EYES)
    for row in loaded.order_by("signed_at", "pk"):
        found[row.task.encounter_id].append(row)
    return found


def decided_then(reads: Iterable[Read]) -> dict[Laterality, ReadInForce]:
    """What people decided on each eye, by the `reads` that were in force: the newest task with a read wins."""
    found: dict[Laterality, ReadInForce] = {}
    for of_task in by_task(reads).values():
        found |= settled_eyes({Position(read.position): read for read in of_task})
    return found


def by_task(reads: Iterable[Read]) -> dict[int, list[Read]]:
    """Reads by the key of their task, the oldest task first."""
    found: dict[int, list[Read]] = {}
    for read in sorted(reads, key=lambda one: (one.task_id, one.pk)):
        found.setdefault(read.task_id, []).append(read)
    return found


def result_then(outcomes: Sequence[ExamOutcome], reads: Iterable[Read]) -> ExamResult:
    """What a visit showed by the outcomes (one an exam, oldest first, never none) and the reads that were in force."""
    return result_of_outcomes(outcomes, decided_then(reads))
