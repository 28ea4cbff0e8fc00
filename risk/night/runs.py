"""Starting a run."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from records.actor import software
from records.models import AuditAction, Organization
from records.selectors import local_date
from records.services import audit_record
from risk.domain.rules import RULES_VERSION
from risk.errors import ClockBackwards, ReleaseHeld
from risk.fusion_release import FUSION_RELEASE
from risk.inference import fusion_release
from risk.models import RescoreRun, RiskAssessment, RunState
from risk.night.ends import run_finish
from risk.night.photographs import photographs_request
from risk.selectors import holds_in_force, image_release_in_force, policy_in_force, releases_in_force

CHUNKS = """
INSERT INTO risk_rescorechunk
    (run_id, number, first, last, visits, state, attempts, lost, held, reason, fused, changed, left_out, digest)
SELECT %(run)s, place, min(id), max(id), count(*), 'waiting', 0, 0, false, '', 0, 0, 0, ''
FROM (
    SELECT e.id, (row_number() OVER (ORDER BY e.id) - 1) / %(size)s AS place
    FROM screening_encounter e
    WHERE e.organization_id = %(organization)s AND e.cancelled_at IS NULL AND EXISTS (
        SELECT 1 FROM risk_riskassessment a WHERE a.encounter_id = e.id AND a.superseded_at IS NULL
          AND (%(since)s::date IS NULL OR a.assessed_on >= %(since)s::date)
          AND (%(of_release)s = '' OR %(of_release)s IN (a.fusion_release, a.image_release)))
) visits GROUP BY place
"""


@dataclass(frozen=True)
class Scope:
    """Which visits: `everything` also those without any cause; `since` a date of assessment; `of_release` those that
    an image or fusion release of that name scored; `night` the date of a run that the clock starts.
    """

    everything: bool = False
    since: date | None = None
    of_release: str = ""
    night: date | None = None


@transaction.atomic
def run_start(
    organization: Organization, scope: Scope, *, by: str, now: datetime, unwatched: bool = False
) -> RescoreRun:
    """Plan a run over an organization's register, and ask for photographs that another image release scored.

    A run that is under way, or that night's own, is returned instead. `unwatched`: it could wait for the watch of its
    night no longer.

    Raises
    ------
    ClockBackwards
        Something of this register bears a later time than `now`.
    ReleaseHeld
        A release in force is on hold in this clinic (RW-05).
    FusionReleaseInvalid
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    known = _known(organization, scope)
    if known is not None:
        return known
    _refuse_earlier(organization, now)
    refuse_held(organization.pk, *releases_in_force())
    run = _row(organization, scope, by=by, now=now, unwatched=unwatched)
    parameters = {
        "run": run.pk,
        "size": settings.RESCORE_VISITS_A_PART,
        "organization": organization.pk,
        "since": scope.since,
        "of_release": scope.of_release,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHUNKS, parameters)
    photographs_request(run, now=now)
    audit_record(by=software("risk.night", organization.pk), now=now, action=AuditAction.CREATE, entity=run)
    run_finish(run, now=now)
    run.refresh_from_db()
    return run


def _known(organization: Organization, scope: Scope) -> RescoreRun | None:
    runs = RescoreRun.objects.filter(organization=organization)
    under_way = runs.filter(state=RunState.RUNNING).first()
    if under_way is not None or scope.night is None:
        return under_way
    return runs.filter(night=scope.night).first()


def _refuse_earlier(organization: Organization, now: datetime) -> None:
    # Later rows alone are asked for: an index finds that there are none, however many were written before.
    ours = RiskAssessment.objects.filter(encounter__organization=organization, superseded_at=None)
    newest = ours.filter(assessed_at__gt=now).aggregate(at=Max("assessed_at"))["at"]
    runs = RescoreRun.objects.filter(organization=organization, started_at__gt=now)
    began = runs.aggregate(at=Max("started_at"))["at"]
    latest = max((one for one in (newest, began) if one is not None), default=None)
    if latest is not None:
        raise ClockBackwards(
            f"the clock shows {now:%F %T}, but something was written down at {latest:%F %T}; set it right"
        )


def refuse_held(organization_id: int, *releases: str) -> None:
    """Raises ReleaseHeld when one of these is on hold in a clinic (RW-05)."""
    for hold in holds_in_force(organization_id, *releases):
        raise ReleaseHeld(
            f"{hold.release} is on hold here since {hold.opened_at:%F}; a physician looks and lifts it"
        )


def _row(organization: Organization, scope: Scope, *, by: str, now: datetime, unwatched: bool) -> RescoreRun:
    release = fusion_release(settings.FUSION_RELEASES_DIR / FUSION_RELEASE)
    return RescoreRun.objects.create(
        organization=organization,
        night=scope.night,
        started_at=now,
        started_by=by,
        unwatched=unwatched,
        everything=scope.everything,
        since=scope.since,
        of_release=scope.of_release,
        today=local_date(now, organization),
        image_release=image_release_in_force(),
        fusion_release=release.name,
        fusion_card_sha256=release.card_sha256,
        policy_version=policy_in_force(organization.pk).version,
        rules_version=RULES_VERSION,
    )
