"""When a clinic's night is: from 02:00 of its own time, and late where nothing ran at two."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from records.models import Organization
from records.selectors import local_date
from risk.errors import RiskError
from risk.models import RescoreRun
from risk.night.runs import Scope, run_start

logger = logging.getLogger(__name__)

FROM_HOUR, UNTIL_HOUR = 2, 6


def nights_start(*, now: datetime) -> list[RescoreRun]:
    """Start a run for each clinic in whose night it is now and that had none yet. One that cannot start holds up no
    other; it is tried again while its night lasts.
    """
    clinics = Organization.objects.filter(patients__encounters__isnull=False).distinct().order_by("pk")
    had = set(RescoreRun.objects.filter(night__isnull=False).values_list("organization", "night"))
    due = [one for one in clinics if _is_night(one, now) and (one.pk, local_date(now, one)) not in had]
    return [run for run in (_start(one, now) for one in due) if run is not None]


def _is_night(organization: Organization, now: datetime) -> bool:
    return FROM_HOUR <= now.astimezone(ZoneInfo(organization.time_zone)).hour < UNTIL_HOUR


def _start(organization: Organization, now: datetime) -> RescoreRun | None:
    scope = Scope(night=local_date(now, organization))
    try:
        return run_start(organization, scope, by="software:risk.night", now=now)
    except RiskError:
        logger.exception("the night of organization %d cannot start", organization.pk)
        return None
