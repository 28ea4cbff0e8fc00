"""Whatever may happen to a visit after it was screened, each act as the services do it, at the real time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from django.utils import timezone

from config import case_work
from records.actor import software
from records.models import Organization, Role
from risk.services import assessment_finalise, risk_factors_record
from screening import services as screening_services
from screening.domain.findings import Label
from screening.domain.grading import OPEN_STAGES, OverrideReason, Position
from screening.domain.laterality import Laterality
from screening.domain.quality import QualityReason
from screening.domain.reading import EyeReading
from screening.models import Encounter, ExamOutcome, GradingTask, ModelRelease, Read
from screening.services import EyeEntry, grading_claim, read_amend, read_sign
from tests.factories import grading, photographs
from tests.factories import records as people
from tests.factories import screening as made
from tests.unit.risk.cases import HEALTHY

_seed = count(1)
RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def _both(*right: Label) -> list[EyeEntry]:
    """Each with a reason, should the machine have said something else."""
    why = OverrideReason.OVERLOOKED
    return [grading.entry(RIGHT, *right, override=why), grading.entry(LEFT, override=why)]


READINGS: tuple[list[EyeEntry], ...] = (
    _both(),
    _both(Label.GLAUCOMA),
    _both(Label.GLAUCOMA, Label.CATARACT),
    [*_both()[:1], EyeEntry(EyeReading(LEFT, ungradable=QualityReason.BLURRED))],
)


def answers(visit: Encounter, which: int) -> None:
    factors = replace(HEALTHY, diabetes_duration_years=None, age_years=50.0 + which)
    by = people.actor(visit.organization)
    risk_factors_record(encounter=visit, factors=factors, by=by, now=timezone.now())


def work(visit: Encounter, which: int) -> None:
    case_work.work_off_case(visit)


def listed(visit: Encounter, which: int) -> None:
    """On the readers' list, unless it is there; of two, one is read twice."""
    waits = GradingTask.objects.filter(encounter=visit, stage__in=OPEN_STAGES).exists()
    if not waits and visit.cancelled_at is None:
        grading.task(visit, second_wanted=which % 2 == 1)


def signed(visit: Encounter, which: int) -> None:
    """By somebody who has not read it yet."""
    task = GradingTask.objects.filter(encounter=visit, stage__in=OPEN_STAGES).first()
    if task is None:
        return
    by, now = people.actor(visit.organization, Role.GRADER), timezone.now()
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position=Position(task.stage), entries=READINGS[which], by=by, now=now)


def amended(visit: Encounter, which: int) -> None:
    """The newest read, by the person who signed it."""
    read = Read.objects.filter(task__encounter=visit, superseded_at=None).order_by("pk").last()
    if read is None:
        return
    by = read.grader.memberships.get().actor()
    read_amend(read_id=read.pk, entries=READINGS[which], reason="looked again", by=by, now=timezone.now())


def taken_again(visit: Encounter, which: int) -> None:
    """The right eye is photographed once more and scored, but not yet assessed."""
    if visit.cancelled_at is not None:
        return
    by, now = people.actor(visit.organization), timezone.now()
    exam = screening_services.exam_open(encounter=visit, by=by, now=now)
    data = photographs.jpeg(500 + next(_seed))
    screening_services.image_add(exam=exam, laterality=RIGHT, data=data, by=by, now=now)
    screening_services.exam_submit(exam=exam, by=by, now=timezone.now())
    scores = ({}, {"G": 0.9}, {"D": 0.9}, {"C": 0.45})[which]
    screening_services.outcome_record(
        exam=exam,
        eyes=[made.eye(RIGHT, **scores)],
        release=made.release(),
        engine="test",
        by=software("screening.scorer", visit.organization_id),
        now=timezone.now(),
    )
    case_work.WorkItem.objects.filter(kind="screening.score_exam", key=exam.pk).delete()


def scored_again(visit: Encounter, which: int) -> None:
    """Its newest exam, by another release, as a night does it."""
    outcome = _newest(visit)
    eyes = [made.eye(eye, **({"G": 0.8} if which % 2 else {})) for eye in _eyes(outcome)]
    screening_services.outcome_replace(
        exam=outcome.exam,
        eyes=eyes,
        release=_another_release(),
        engine="test",
        by=software("screening.scorer", visit.organization_id),
        now=timezone.now(),
    )


def _another_release() -> ModelRelease:
    number = next(_seed)
    return ModelRelease.objects.create(
        name=f"later-{number}", card_sha256=f"{number:064}", data_version="none", registered_at=timezone.now()
    )


def weighed(visit: Encounter, which: int) -> None:
    by = software("risk", visit.organization_id)
    assessment_finalise(outcome_id=_newest(visit).pk, by=by, now=timezone.now())


def cancelled(visit: Encounter, which: int) -> None:
    by, now = people.actor(visit.organization), timezone.now()
    screening_services.encounter_cancel(encounter=visit, by=by, now=now, reason="wrong person")
    screening_services.grading_withdraw(encounter=visit, by=by, now=now)


def _newest(visit: Encounter) -> ExamOutcome:
    current = ExamOutcome.objects.filter(exam__encounter=visit, superseded_at=None)
    return current.select_related("exam").order_by("exam").last()


def _eyes(outcome: ExamOutcome) -> list[Laterality]:
    return [Laterality(eye) for eye in outcome.eyes.values_list("image__laterality", flat=True)]


ACTS: Mapping[str, Callable[[Encounter, int], None]] = {
    one.__name__: one
    for one in (
        answers,
        work,
        listed,
        signed,
        amended,
        taken_again,
        scored_again,
        weighed,
        cancelled,
    )
}


def happened(visit: Encounter, act: str, which: int = 0) -> None:
    visit.refresh_from_db()
    ACTS[act](visit, which)


def settled(clinic: Organization, visit: Encounter, which: int = 1) -> None:
    """Read by one person, the advice worked out anew."""
    for act in ("listed", "signed", "work"):
        happened(visit, act, 0 if act == "listed" else which)
