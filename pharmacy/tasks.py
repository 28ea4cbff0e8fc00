from celery import shared_task
from django.utils import timezone

from pharmacy import services
from records import work
from records.actor import software
from risk import selectors as risk_selectors


@shared_task(name="pharmacy.propose_medicine")
def propose_medicine(*, key: int, **_: object) -> None:
    work.run("pharmacy.propose_medicine", key, do=_propose)


def _propose(assessment_id: int) -> None:
    assessment = risk_selectors.assessment_by_id(assessment_id)
    by = software("pharmacy.proposer", assessment.encounter.organization_id)
    services.medicine_propose(assessment=assessment, by=by, now=timezone.now())
