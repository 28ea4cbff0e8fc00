"""How far a report is, decided where the rows lie, as it stands with its newest assessment.

`config/fhir/visit_stands.py` says the same of every earlier moment. Only what an assessment, a signed read or the
cancellation changes counts, so that a version never changes: a newer photograph, or a case that was put on the
readers' list, is told once the visit is assessed with it.
"""

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When

from config.api.status import ScreeningStatus, had_result
from screening.domain.grading import Stage
from screening.models import ExamOutcome, GradingTask, Read

VISIT = OuterRef("encounter_id")
UNDER_WAY = (Stage.SECOND, Stage.ARBITER)


def status_of_report() -> Case:
    """Of rows of RiskAssessment, each the newest of its visit: cancelled, final (amended too) or preliminary."""
    return Case(
        When(encounter__cancelled_at__isnull=False, then=Value(ScreeningStatus.CANCELLED)),
        When(_settled(), then=Value(ScreeningStatus.FINAL)),
        default=Value(ScreeningStatus.PRELIMINARY),
    )


def _settled() -> Q:
    """People agreed on what was assessed, and the advice follows from it."""
    tasks = GradingTask.objects.filter(encounter=VISIT, quality_of=None)
    reads = Read.objects.filter(task__quality_of=None, task__stage=Stage.DONE, superseded_at=None)
    last_signed = reads.filter(task__encounter=OuterRef("exam__encounter_id")).order_by("-signed_at")
    assessed = Q(resulted_at__lte=OuterRef("assessed_at")) | Q(pk__lte=OuterRef("outcome_id"))
    signed_at = Subquery(last_signed.values("signed_at")[:1])
    unseen = ExamOutcome.objects.filter(
        assessed, ~had_result(signed_at), exam__encounter=VISIT, resulted_at__gt=signed_at
    )
    return (
        Q(Exists(reads.filter(task__encounter=VISIT)))
        & ~Q(Exists(tasks.filter(stage__in=UNDER_WAY)))
        & ~Q(Exists(tasks.filter(effect_at__gt=OuterRef("assessed_at"))))
        & ~Q(Exists(unseen))
    )


def read_again() -> Q:
    """Visits that people may have changed after they had settled them: all that can be `amended`, and a few others."""
    reads = Read.objects.filter(task__encounter=VISIT, task__quality_of=None)
    tasks = reads.order_by().values("task__encounter").annotate(read=Count("task", distinct=True))
    return Q(Exists(reads.exclude(superseded_at=None))) | Q(Exists(tasks.filter(read__gt=1)))
