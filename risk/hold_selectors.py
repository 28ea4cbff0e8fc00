"""Which visits a person must read because of a hold: the one place that knows, by day and by night."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from risk.fusion_release import FUSION_RELEASE
from risk.models import ReleaseHold, RiskAssessment
from screening.models import ExamOutcome


def visits_held(organization_id: int, encounters: Iterable[int]) -> set[int]:
    """Which of these visits of a clinic a person must read because of a hold (RW-05).

    A hold counts while it is in force, and one of the image release also where it was when the photographs were scored;
    what was once assessed under a hold stays so, until another release scores it. Two queries, however many visits.
    """
    holds = ReleaseHold.objects.filter(organization=organization_id)
    if not holds.exists():
        return set()  # most clinics never had one, and a night asks for many visits
    current = ExamOutcome.objects.filter(exam__encounter__in=list(encounters), superseded_at=None)
    touched = current.filter(Exists(holds.filter(_touching())) | Exists(_assessed_under_a_hold()))
    return set(touched.values_list("exam__encounter", flat=True))


def _touching() -> Q:
    """Holds of an outcome. Whenever they were opened: one of a minute ago is later than the clock of a case that took
    two.
    """
    of_image = Q(release=OuterRef("release__name"))
    scored = OuterRef("resulted_at")
    now = Q(lifted_at=None) & (Q(release=FUSION_RELEASE) | of_image)
    return now | (of_image & Q(opened_at__lte=scored, lifted_at__gte=scored))


def _assessed_under_a_hold() -> QuerySet[RiskAssessment]:
    return RiskAssessment.objects.filter(outcome=OuterRef("pk"), release_held=True)
