"""When a clinic's night is: from 02:00 of its own time once its watch has looked, and late where nothing ran at two."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from records.models import Organization
from records.selectors import local_date
from risk.domain.rescoring import may_begin
from risk.domain.rules import RULES_VERSION
from risk.errors import ReleaseHeld, RiskError
from risk.fusion_release import FUSION_RELEASE
from risk.models import RescoreRun, RunState, Watch
from risk.night.clinics import clinics_in_their_night, since_it_began
from risk.night.runs import Scope, run_start

logger = logging.getLogger(__name__)

STARTED_BY = "software:risk.night"


def nights_start(*, now: datetime) -> list[RescoreRun]:
    """Start a run for each clinic in whose night it is now and that had none yet; its watch is waited for, though not
    for ever (RN-05). One that cannot start holds up no other; it is tried again while its night lasts, and a row tells
    the portal why.
    """
    had = set(RescoreRun.objects.filter(night__isnull=False).values_list("organization", "night"))
    due = [one for one, night in clinics_in_their_night(now=now) if (one.pk, night) not in had]
    return [run for run in (_begin(one, now) for one in due) if run is not None]


def _begin(organization: Organization, now: datetime) -> RescoreRun | None:
    watched = Watch.objects.filter(organization=organization, night=local_date(now, organization)).exists()
    if not may_begin(watched=watched, waited=since_it_began(organization, now=now)):
        return None
    if not watched:
        logger.error("the night of organization %d begins without its watch", organization.pk)
    return _start(organization, now, watched=watched)


def _start(organization: Organization, now: datetime, *, watched: bool) -> RescoreRun | None:
    night = local_date(now, organization)
    try:
        with transaction.atomic():
            run = run_start(organization, Scope(night=night), by=STARTED_BY, now=now, unwatched=not watched)
            _refused(organization, night).delete()
            return run
    except ReleaseHeld as error:  # as it should be, until a physician lifts it
        logger.warning("the night of organization %d waits: a release is on hold", organization.pk)
        _write_down(organization, night, error, now=now)
        return None
    except RiskError as error:
        logger.exception("the night of organization %d cannot start", organization.pk)
        _write_down(organization, night, error, now=now)
        return None


def _refused(organization: Organization, night: date) -> QuerySet[RescoreRun]:
    """The row that says why a night could not begin; as it is no run, the night itself may still begin."""
    return RescoreRun.objects.filter(
        organization=organization, night=None, today=night, state=RunState.FAILED, started_by=STARTED_BY
    )


def _write_down(organization: Organization, night: date, error: RiskError, *, now: datetime) -> None:
    reason = f"{type(error).__name__}: {error}"[:300]
    if not _refused(organization, night).update(reason=reason):
        RescoreRun.objects.create(
            organization=organization,
            today=night,
            state=RunState.FAILED,
            started_at=now,
            finished_at=now,
            started_by=STARTED_BY,
            reason=reason,
            fusion_release=FUSION_RELEASE,
            policy_version=0,
            rules_version=RULES_VERSION,
        )
