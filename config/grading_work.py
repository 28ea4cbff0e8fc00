"""After an assessment: whether a person should read the visit, and how soon. It joins findings and red flags."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

import risk.selectors
import screening.selectors
from records import work
from records.actor import software
from risk.domain.decide import GRADING_DUE_IN_DAYS
from risk.domain.disposition import ActionKind
from risk.domain.urgency import Urgency, most_urgent
from risk.models import RiskAssessment
from screening import services
from screening.domain.grading import grading_cause


@shared_task(name="config.open_grading")
def open_grading(*, key: int, **_: object) -> None:
    work.run("config.open_grading", key, do=grading_opened)


def grading_opened(assessment_id: int) -> None:
    """Bring the readers' list up to date with an assessment; one that was superseded changes nothing."""
    assessment = risk.selectors.assessment_by_id(assessment_id)
    encounter = assessment.encounter
    result = screening.selectors.visit_result(encounter.pk)
    if result is None or encounter.cancelled_at or assessment.superseded_at:
        return
    red_flag, urgency = _pressing(assessment)
    services.grading_open(
        encounter=encounter,
        cause=grading_cause(result, red_flag=red_flag, held=assessment.release_held),
        urgency=urgency,
        due_by=assessment.assessed_on + timedelta(days=GRADING_DUE_IN_DAYS[urgency]),
        by=software("config.grading", encounter.organization_id),
        now=timezone.now(),
    )


def _pressing(assessment: RiskAssessment) -> tuple[bool, Urgency]:
    """Whether a red flag stands, and how soon a person should look: as soon as the case asks for (RG-01)."""
    actions = list(assessment.actions.all())
    flagged = [action for action in actions if action.red_flags]
    asked = [action for action in actions if action.kind == ActionKind.GRADING]
    return bool(flagged), most_urgent(Urgency(action.urgency) for action in (*flagged, *asked))
