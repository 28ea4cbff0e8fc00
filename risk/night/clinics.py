"""Which clinics have their night now. Apart from what scores, so that asking loads no model."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from records.models import Organization
from records.selectors import local_date
from screening.models import Encounter

FROM_HOUR, UNTIL_HOUR = 2, 6


def clinics_in_their_night(*, now: datetime) -> list[tuple[Organization, date]]:
    """The clinics with a register in whose night it is now, with that night's date."""
    visited = Exists(Encounter.objects.filter(organization=OuterRef("pk")))
    clinics = Organization.objects.filter(visited).order_by("pk")
    return [(one, local_date(now, one)) for one in clinics if _is_night(one, now)]


def since_it_began(organization: Organization, *, now: datetime) -> timedelta:
    """How long the clinic's night lasts already, by its clock."""
    here = now.astimezone(ZoneInfo(organization.time_zone))
    return here - here.replace(hour=FROM_HOUR, minute=0, second=0, microsecond=0)


def _is_night(organization: Organization, now: datetime) -> bool:
    return FROM_HOUR <= now.astimezone(ZoneInfo(organization.time_zone)).hour < UNTIL_HOUR
