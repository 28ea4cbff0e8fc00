"""When a clinic's night is: from 02:00 of its own time, and late where nothing ran at two."""

from datetime import datetime
from zoneinfo import ZoneInfo

from records.models import Organization
from records.selectors import local_date
from risk.models import RescoreRun
from risk.night.runs import Scope, run_start

FROM_HOUR, UNTIL_HOUR = 2, 6


def nights_start(*, now: datetime) -> list[RescoreRun]:
    """Start a run for each clinic in whose night it is now and that had none yet. Raises as run_start does."""
    clinics = Organization.objects.filter(patients__encounters__isnull=False).distinct().order_by("pk")
    due = [one for one in clinics if FROM_HOUR <= now.astimezone(ZoneInfo(one.time_zone)).hour < UNTIL_HOUR]
    had = set(RescoreRun.objects.filter(night__isnull=False).values_list("organization", "night"))
    return [
        run_start(one, Scope(night=local_date(now, one)), by="software:risk.night", now=now)
        for one in due
        if (one.pk, local_date(now, one)) not in had
    ]
