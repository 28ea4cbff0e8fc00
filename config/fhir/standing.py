"""How far a report is, decided where the rows lie, as it stands with its newest assessment.

`config/fhir/visit_stands.py` says the same of every earlier moment. Only what an assessment, a signed read or the
cancellation changes counts, so that a version never changes: a newer photograph, or a case that was put on the
readers' list, is told once the visit is assessed with it.
"""

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When

from config.api.status import VISIT, ScreeningStatus, settled
from screening.domain.grading import Stage
from screening.models import ExamOutcome, Read

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
    assessed = Q(resulted_at__lte=OuterRef("assessed_at")) | Q(pk__lte=OuterRef("outcome_id"))
    return settled(
        ExamOutcome.objects.filter(assessed), assessed_at=OuterRef("assessed_at"), under_way=UNDER_WAY
    )


def read_again() -> Q:
    """Visits that people may have changed after they had settled them: all that can be `amended`, and a few others."""
    reads = Read.objects.filter(task__encounter=VISIT, task__quality_of=None)
    tasks = reads.order_by().values("task__encounter").annotate(read=Count("task", distinct=True))
    return Q(Exists(reads.exclude(superseded_at=None))) | Q(Exists(tasks.filter(read__gt=1)))
