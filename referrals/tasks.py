from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from records import work
from records.actor import software
from referrals import services
from referrals.gateways.osrm import minutes_by_road
from referrals.models import Referral
from risk import selectors as risk_selectors
from risk.models import RiskAssessment


@shared_task(name="referrals.propose_referral")
def propose_referral(*, key: int, **_: object) -> None:
    work.run("referrals.propose_referral", key, do=_propose)


def _propose(assessment_id: int) -> None:
    assessment = risk_selectors.assessment_by_id(assessment_id)
    by = software("referrals.proposer", assessment.encounter.organization_id)
    now = timezone.now()
    services.referral_propose(assessment=assessment, by=by, now=now, minutes=_minutes(assessment, now))


@shared_task(name="referrals.rematch_referral")
def rematch_referral(*, key: int, **_: object) -> None:
    work.run("referrals.rematch_referral", key, do=_rematch)


def _rematch(referral_id: int) -> None:
    referral = Referral.objects.select_related("assessment__encounter").get(pk=referral_id)
    by = software("referrals.proposer", referral.organization_id)
    now = timezone.now()
    services.referral_rematch(
        referral_id=referral_id, by=by, now=now, minutes=_minutes(referral.assessment, now)
    )


@shared_task(name="referrals.raise_alarms")
def raise_alarms(**_: object) -> None:
    """On beat: look at the referrals whose step stayed silent too long."""
    services.alarms_raise(now=timezone.now())


def _minutes(assessment: RiskAssessment, now: datetime) -> dict[int, float]:
    """Minutes by road to the near hospitals, by hospital; inf: no way. Empty without a router's answer."""
    asked = services.places_to_route(assessment, now=now) if settings.OSRM_URL else None
    if asked is None:
        return {}
    start, hospitals = asked
    minutes = minutes_by_road(settings.OSRM_URL, start, list(hospitals.values()))
    return {key: value for key, value in zip(hospitals, minutes, strict=True) if value is not None}
