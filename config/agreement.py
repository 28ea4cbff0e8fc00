"""How well readers agree: with each other, with what was settled, with the machine, and on quality cases."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from records import access
from records.actor import Actor
from records.models import Role
from risk.texts import LABELS
from screening.domain.agreement import Agreement, Pair, agreement
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.grading import Position, Stage, reading_in_force
from screening.domain.reading import EyeReading, Reading
from screening.domain.severity import ICDR_GRADES
from screening.models import GradingTask, Read
from screening.read_selectors import EYES, reading_of, readings_of, reads_current

SETTLED_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One measure of agreement, with where its interval and its kappa lie on a line from -1 to 1, in percent."""

    name: Any
    result: Agreement

    @property
    def at(self) -> dict[str, float] | None:
        low, kappa, high = self.result.low, self.result.kappa, self.result.high
        if kappa is None:
            return None
        low, high = (kappa, kappa) if low is None or high is None else (low, high)
        width = max(_percent(high) - _percent(low), 0.5)
        return {"low": _percent(low), "width": round(width, 1), "point": _percent(kappa) - 0.8}


@dataclass(frozen=True)
class GraderLine:
    """One reader: all diseases together against the settled reading, the machine, and quality cases."""

    name: str
    settled: Line
    machine: Line
    quality: Line


@dataclass(frozen=True)
class AgreementPage:
    readers: list[Line]
    graders: list[GraderLine]
    settled: list[GradingTask]


def _percent(kappa: float) -> float:
    return round((kappa + 1) * 50, 1)


def agreement_page(*, by: Actor, since: datetime | None) -> AgreementPage:
    """What the reads of the actor's organization since then show; a grader sees their own only."""
    tasks = _tasks(by=by, since=since)
    reads = reads_current(task.pk for task in tasks)
    own = by.practitioner_id if by.role == Role.GRADER else None
    double = [one for one in reads.values() if _is_double(one) and (own is None or own in _people(one))]
    return AgreementPage(
        readers=_between_readers(double),
        graders=_graders(reads.values(), _quality_reads(by=by, since=since), only=own),
        settled=[] if own else _settled(tasks, reads),
    )


def _tasks(*, by: Actor, since: datetime | None) -> list[GradingTask]:
    when = Q(reads__signed_at__gte=since) if since else Q(reads__isnull=False)
    tasks = access.within(GradingTask.objects.filter(when, quality_of=None), by=by).distinct()
    return list(tasks.select_related("encounter__patient").prefetch_related("quality_cases").order_by("-pk"))


def _quality_reads(*, by: Actor, since: datetime | None) -> list[Read]:
    """The first version of each: what the reader said before knowing anything."""
    reads = Read.objects.filter(task__quality_of__isnull=False, version=1)
    recent = reads.filter(signed_at__gte=since) if since else reads
    own = access.within(recent, by=by, path="task__organization_id")
    return list(own.select_related("grader", "task").prefetch_related(EYES))


def _is_double(reads: dict[Position, Read]) -> bool:
    return {Position.FIRST, Position.SECOND} <= reads.keys()


def _people(reads: dict[Position, Read]) -> set[int]:
    return {read.grader_id for read in reads.values()}


def _between_readers(double: list[dict[Position, Read]]) -> list[Line]:
    pairs = [(reading_of(one[Position.FIRST]), reading_of(one[Position.SECOND])) for one in double]
    lines = [Line(LABELS[label], _of_labels(pairs, (label,))) for label in DISEASES]
    grades = [_grade_pairs(one, other) for one, other in pairs]
    return [*lines, Line("ICDR", agreement(grades, categories=len(ICDR_GRADES), quadratic=True))]


def _of_labels(pairs: Iterable[tuple[Reading, Reading]], labels: tuple[Label, ...]) -> Agreement:
    visits = [
        [
            (int(label in a.present), int(label in b.present))
            for a, b in _judged(one, other)
            for label in labels
        ]
        for one, other in pairs
    ]
    return agreement(visits, categories=2)


def _judged(one: Reading, other: Reading) -> Iterator[tuple[EyeReading, EyeReading]]:
    """The eyes that both could judge."""
    theirs = {eye.laterality: eye for eye in other}
    for eye in one:
        twin = theirs.get(eye.laterality)
        if twin is not None and eye.ungradable is None and twin.ungradable is None:
            yield eye, twin


def _grade_pairs(one: Reading, other: Reading) -> list[Pair]:
    graded = ((_grade(a), _grade(b)) for a, b in _judged(one, other))
    return [(a, b) for a, b in graded if a is not None and b is not None]


def _grade(eye: EyeReading) -> int | None:
    """An eye without diabetic changes is grade 0; a grade that was not stated is none."""
    return eye.severity.icdr if Label.DIABETES in eye.present else 0


def _graders(
    tasks: Iterable[dict[Position, Read]], quality: list[Read], *, only: int | None
) -> list[GraderLine]:
    tasks = list(tasks)
    asked = reads_current({read.task.quality_of_id for read in quality if read.task.quality_of_id})
    people = {read.grader_id: read.grader.name for one in tasks for read in one.values()}
    people |= {read.grader_id: read.grader.name for read in quality}
    chosen = sorted((name, key) for key, name in people.items() if only in (None, key))
    return [_grader(name, key, tasks, quality, asked) for name, key in chosen]


def _grader(
    name: str,
    key: int,
    tasks: list[dict[Position, Read]],
    quality: list[Read],
    asked: dict[int, dict[Position, Read]],
) -> GraderLine:
    mine = [(one, read) for one in tasks for read in one.values() if read.grader_id == key]
    settled = [
        (reading_of(read), reading_in_force(readings_of(one)) or ())
        for one, read in mine
        if read.position != Position.ARBITER and (_agreed(one) or Position.ARBITER in one)
    ]
    tests = [
        (reading_of(read), reading_in_force(readings_of(asked[read.task.quality_of_id or 0])) or ())
        for read in quality
        if read.grader_id == key
    ]
    against = [list(_machine_pairs(read)) for _, read in mine]
    return GraderLine(
        name,
        Line(name, _of_labels(settled, DISEASES)),
        Line(name, agreement(against, categories=2)),
        Line(name, _of_labels(tests, DISEASES)),
    )


def _agreed(reads: dict[Position, Read]) -> bool:
    return _is_double(reads) and reading_of(reads[Position.FIRST]) == reading_of(reads[Position.SECOND])


def _machine_pairs(read: Read) -> Iterator[Pair]:
    """The person's decision and the machine's, where the machine decided."""
    for finding in (finding for eye in read.eyes.all() for finding in eye.findings.all()):
        if finding.machine in (Decision.PRESENT, Decision.ABSENT):
            yield int(finding.present), int(finding.machine == Decision.PRESENT)


def _settled(tasks: list[GradingTask], reads: dict[int, dict[Position, Read]]) -> list[GradingTask]:
    """Cases that can measure other readers and do not yet."""
    ready: Callable[[GradingTask], bool] = lambda task: (  # noqa: E731
        task.stage == Stage.DONE and _is_double(reads[task.pk]) and not task.quality_cases.all()
    )
    return [task for task in tasks if ready(task)][:SETTLED_SHOWN]
