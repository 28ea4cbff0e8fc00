from celery import shared_task
from django.utils import timezone

from records import work
from records.actor import software
from risk import services
from screening import selectors as screening_selectors


@shared_task(name="risk.assess_exam")
def assess_exam(*, key: int, **_: object) -> None:
    work.run("risk.assess_exam", key, do=_assess)


def _assess(outcome_id: int) -> None:
    outcome = screening_selectors.outcome_by_id(outcome_id)
    by = software("risk.assessor", outcome.exam.encounter.organization_id)
    services.assessment_finalise(outcome_id=outcome_id, by=by, now=timezone.now())
