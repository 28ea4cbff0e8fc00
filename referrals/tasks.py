from celery import shared_task
from django.utils import timezone

from records import work
from records.actor import software
from referrals import services
from risk import selectors as risk_selectors


@shared_task(name="referrals.propose_referral")
def propose_referral(*, key: int, **_: object) -> None:
    work.run("referrals.propose_referral", key, do=_propose)


def _propose(assessment_id: int) -> None:
    assessment = risk_selectors.assessment_by_id(assessment_id)
    by = software("referrals.proposer", assessment.encounter.organization_id)
    services.referral_propose(assessment=assessment, by=by, now=timezone.now())
