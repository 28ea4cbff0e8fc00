"""The watch of each clinic's night, once a night."""

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from config.watch.counting import programme_counts
from records.models import Organization
from risk.models import Watch
from risk.night.clinics import clinics_in_their_night
from risk.tasks import rescore
from risk.watch.nights import watch_clinic

logger = logging.getLogger(__name__)

ONE_SWEEP = 600  # seconds; then the clock asks again


@shared_task(name="config.watch")
def watch(**_: object) -> None:
    """Watch every clinic whose night it is and that was not watched yet; then their registers are scored again."""
    if nights_watch(now=timezone.now()):
        rescore.apply_async(expires=ONE_SWEEP)


def nights_watch(*, now: datetime) -> list[Watch]:
    """One that cannot be watched holds up no other; it is tried again while its night lasts."""
    made = []
    for organization, night in clinics_in_their_night(now=now):
        if Watch.objects.filter(organization=organization, night=night).exists():
            continue
        try:
            made.append(clinic_watch(organization, now=now))
        except Exception:
            logger.exception("the watch of organization %d failed", organization.pk)
    return made


def clinic_watch(organization: Organization, *, now: datetime) -> Watch:
    """Watch one clinic; a day that was watched stays as it is."""
    return watch_clinic(organization, programme_counts(organization, now=now), now=now)
