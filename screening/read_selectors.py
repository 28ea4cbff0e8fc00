"""Reads of what people read in the photographs: a visit's signed reads as rows and as values."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Prefetch, QuerySet

from screening.domain.findings import Label
from screening.domain.grading import Position, Stage, reading_in_force
from screening.domain.laterality import Laterality
from screening.domain.quality import QualityReason
from screening.domain.reading import EyeReading, Reading
from screening.domain.severity import AmdStage, Severity
from screening.models import Encounter, Exam, EyeRead, FundusImage, GradingTask, Read

EYES = Prefetch("eyes", EyeRead.objects.select_related("image").prefetch_related("findings"))


@dataclass(frozen=True)
class ReadInForce:
    """What counts of an eye, and the last exam whose photographs the reader had seen."""

    reading: EyeReading
    exam_id: int


def reads_of_visit(encounter_id: int) -> list[Read]:
    """The signed reads of a visit with their earlier versions, oldest first.

    Quality cases are the reader's own business, and while a second reader is still to read, nothing is shown.
    """
    reads = Read.objects.filter(task__encounter=encounter_id, task__quality_of=None)
    shown = reads.exclude(task__stage=Stage.SECOND).select_related("grader", "task")
    return list(shown.prefetch_related(EYES).order_by("signed_at", "pk"))


def reads_current(tasks: Iterable[int]) -> dict[int, dict[Position, Read]]:
    """The newest version of each read of these tasks."""
    found: dict[int, dict[Position, Read]] = {key: {} for key in tasks}
    reads = Read.objects.filter(task__in=found, superseded_at=None).select_related("grader")
    for read in reads.prefetch_related(EYES).order_by("pk"):
        found[read.task_id][Position(read.position)] = read
    return found


def reading_of(read: Read) -> Reading:
    """A stored read as the value that rules compare, the right eye first."""
    return tuple(
        eye_reading_of(eye) for eye in sorted(read.eyes.all(), key=lambda eye: eye.laterality, reverse=True)
    )


def eye_reading_of(eye: EyeRead) -> EyeReading:
    """A stored eye as a value."""
    return EyeReading(
        laterality=Laterality(eye.laterality),
        ungradable=QualityReason(eye.ungradable_reason) if eye.ungradable_reason else None,
        present=frozenset(Label(finding.label) for finding in eye.findings.all() if finding.present),
        severity=Severity(eye.icdr, eye.macular_oedema, AmdStage(eye.amd) if eye.amd else None),
    )


def readings_of(reads: Mapping[Position, Read]) -> dict[Position, Reading]:
    """The values of a task's reads."""
    return {position: reading_of(read) for position, read in reads.items()}


def eyes_in_force(encounters: Collection[int]) -> dict[int, dict[Laterality, ReadInForce]]:
    """What people decided on each eye of these visits, by visit: the newest task with a read wins; quality cases
    never count.
    """
    tasks = GradingTask.objects.filter(encounter__in=encounters, quality_of=None)
    open_or_done = tasks.exclude(stage=Stage.WITHDRAWN).order_by("pk")
    visits = dict(open_or_done.values_list("pk", "encounter_id"))
    found: dict[int, dict[Laterality, ReadInForce]] = {key: {} for key in encounters}
    for task, reads in reads_current(visits).items() if visits else ():
        found[visits[task]] |= settled_eyes(reads)
    return found


def settled_eyes(reads: Mapping[Position, Read]) -> dict[Laterality, ReadInForce]:
    """What the reads of one task decided.

    Where two readers saw different photographs, only those that both saw are settled.
    """
    eyes = [eye for read in reads.values() for eye in read.eyes.all()]
    return {
        reading.laterality: ReadInForce(
            reading, min(eye.image.exam_id for eye in eyes if eye.laterality == reading.laterality)
        )
        for reading in reading_in_force(readings_of(reads)) or ()
    }


def exams_unreadable_to_people(exam: Exam, eyes: Iterable[str]) -> set[int]:
    """The earlier exams of a visit in which a person could not judge one of these eyes."""
    unreadable = EyeRead.objects.exclude(ungradable_reason="").filter(
        read__superseded_at=None,
        read__task__quality_of=None,
        image__exam__encounter=exam.encounter_id,
        image__exam__lt=exam.pk,
        laterality__in=eyes,
    )
    return set(unreadable.values_list("image__exam_id", flat=True))


def reads_changed_at(encounter_id: int) -> datetime | None:
    """When people's reads last changed what a visit shows; None when they never did."""
    return GradingTask.objects.filter(encounter=encounter_id).aggregate(at=Max("effect_at"))["at"]


def images_to_read(encounter_id: int) -> dict[Laterality, FundusImage]:
    """The newest photograph of each eye that has a result."""
    images = FundusImage.objects.filter(exam__encounter=encounter_id, exam__outcomes__superseded_at=None)
    scored = images.filter(exam__outcomes__isnull=False).select_related("exam").order_by("exam_id")
    return {Laterality(image.laterality): image for image in scored}


def readings_settled(encounters: QuerySet[Encounter]) -> dict[int, Reading]:
    """What people settled of each of these visits, by visit, the newest task of one; without quality cases."""
    tasks = GradingTask.objects.filter(encounter__in=encounters, quality_of=None, stage=Stage.DONE)
    visits = dict(tasks.order_by("pk").values_list("pk", "encounter_id"))
    settled = {
        visits[key]: reading_in_force(readings_of(reads)) for key, reads in reads_current(visits).items()
    }
    return {visit: reading for visit, reading in settled.items() if reading is not None}
