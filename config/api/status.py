"""How far a screening is, decided where the rows lie, so that a list can be filtered by it."""

from collections.abc import Collection
from enum import StrEnum

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from risk.models import RiskAssessment
from screening.domain.grading import OPEN_STAGES, Stage
from screening.domain.quality import Gradability
from screening.models import ExamOutcome, EyeOutcome, GradingTask, PartnerScreening, Read


class ScreeningStatus(StrEnum):
    """PRELIMINARY: the software's result, before people settled it. UNGRADABLE: no eye could be judged."""

    QUEUED = "queued"
    UNGRADABLE = "ungradable"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    CANCELLED = "cancelled"


VISIT = OuterRef("encounter_id")


def with_status() -> QuerySet[PartnerScreening]:
    """All screenings, each with its `status`."""
    return PartnerScreening.objects.annotate(status=status_of_visit())


def status_of_visit() -> Case:
    """How far the visit of a row with `encounter` is."""
    assessed = Exists(RiskAssessment.objects.filter(encounter=VISIT, superseded_at=None))
    eyes = EyeOutcome.objects.filter(outcome__exam__encounter=VISIT, outcome__superseded_at=None)
    judged = Exists(eyes.exclude(gradability=Gradability.UNGRADABLE))
    return Case(
        When(encounter__cancelled_at__isnull=False, then=Value(ScreeningStatus.CANCELLED)),
        When(~assessed, then=Value(ScreeningStatus.QUEUED)),
        When(_settled_by_people(), then=Value(ScreeningStatus.FINAL)),
        When(~judged, then=Value(ScreeningStatus.UNGRADABLE)),
        default=Value(ScreeningStatus.PRELIMINARY),
    )


def _settled_by_people() -> Q:
    """People agreed on what the newest photographs show, and the advice already follows from it."""
    current = RiskAssessment.objects.filter(encounter=VISIT, superseded_at=None)
    return settled(
        ExamOutcome.objects.filter(superseded_at=None),
        assessed_at=Subquery(current.order_by("-exam_id").values("assessed_at")[:1]),
        under_way=OPEN_STAGES,
    )


def settled(outcomes: QuerySet[ExamOutcome], *, assessed_at: Combinable, under_way: Collection[Stage]) -> Q:
    """People read what `outcomes` of the visit are of, none of its tasks is `under_way`, and what they changed was
    assessed. Another release that looks at the same photographs shows no others.
    """
    tasks = GradingTask.objects.filter(encounter=VISIT, quality_of=None)
    reads = Read.objects.filter(task__quality_of=None, task__stage=Stage.DONE, superseded_at=None)
    last_signed = reads.filter(task__encounter=OuterRef("exam__encounter_id")).order_by("-signed_at")
    signed_at = Subquery(last_signed.values("signed_at")[:1])
    shown_before = ExamOutcome.objects.filter(exam=OuterRef("exam_id"), resulted_at__lte=signed_at)
    unseen = outcomes.filter(~Exists(shown_before), exam__encounter=VISIT, resulted_at__gt=signed_at)
    return (
        Q(Exists(reads.filter(task__encounter=VISIT)))
        & ~Q(Exists(tasks.filter(stage__in=under_way)))
        & ~Q(Exists(tasks.filter(effect_at__gt=assessed_at)))
        & ~Q(Exists(unseen))
    )
