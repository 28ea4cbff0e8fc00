"""The watch of one clinic's night: look, write down, and hold a release where the figures ask for it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from records.actor import software
from records.models import AuditAction, Organization
from records.selectors import local_date
from records.services import audit_record
from risk.domain.indicators import Indicator, indicator_figure
from risk.domain.watch_windows import Lifts, Windows
from risk.domain.watching import RISK_MEASURES, Grouping, Level
from risk.fusion_release import FUSION_RELEASE
from risk.models import ReleaseHold, Watch, WatchFigure
from risk.selectors import image_release_in_force
from risk.watch.holds import clinic_lock, holds_open
from risk.watch.measuring import Measured, measure
from risk.watch.visits import visits_watched

Counts = Mapping[Indicator, tuple[int, int]]


def watch_clinic(organization: Organization, counts: Counts, *, now: datetime) -> Watch:
    """Watch a clinic on its date; a day that was watched already stays as it is, and is returned.

    Parameters
    ----------
    counts : for each programme indicator how many of how many.

    Nothing is locked while it computes, so a case of the day never waits for it.
    """
    night = local_date(now, organization)
    if known := Watch.objects.filter(organization=organization, night=night).first():
        return known
    image, fusion = image_release_in_force(), FUSION_RELEASE
    watch = Watch(
        organization=organization, night=night, made_at=now, image_release=image, fusion_release=fusion
    )
    visits = visits_watched(organization, image_release=image, fusion_release=fusion, now=now)
    windows = _windows(watch)
    stored = _store(watch, measure(visits, windows), counts, windows)
    # Somebody lifted a hold while this was computed: what came before is recent no more.
    return stored or watch_clinic(organization, counts, now=now)


def _windows(watch: Watch) -> Windows:
    return Windows(watch.made_at, _lifts(watch, watch.image_release), _lifts(watch, watch.fusion_release))


def _lifts(watch: Watch, release: str) -> Lifts:
    """A hold by hand says nothing of the figures, so only the watch's own count."""
    holds = ReleaseHold.objects.filter(organization=watch.organization_id, release=release)
    found = holds.exclude(watch=None).aggregate(
        any=Max("lifted_at"), as_it_is_now=Max("lifted_at", filter=Q(as_it_is_now=True))
    )
    return Lifts(**found)


@transaction.atomic
def _store(watch: Watch, measured: Iterable[Measured], counts: Counts, windows: Windows) -> Watch | None:
    clinic_lock(watch.organization_id)
    same = Watch.objects.filter(organization=watch.organization_id, night=watch.night).first()
    if same is not None:
        return same  # another worker was faster
    if _windows(watch) != windows:
        return None
    watch.save(force_insert=True)
    figures = [*_drift_rows(watch, measured), *_indicator_rows(watch, counts)]
    WatchFigure.objects.bulk_create(figures)
    by = software("risk.watch", watch.organization_id)
    audit_record(by=by, now=watch.made_at, action=AuditAction.CREATE, entity=watch)
    holds_open(watch, _to_hold(watch, figures), now=watch.made_at)
    return watch


def _drift_rows(watch: Watch, measured: Iterable[Measured]) -> list[WatchFigure]:
    return [
        WatchFigure(
            watch=watch,
            measure=one.measure,
            grouping=one.grouping,
            member=one.member,
            label=one.label,
            **vars(one.figure),
        )
        for one in measured
    ]


def _indicator_rows(watch: Watch, counts: Counts) -> list[WatchFigure]:
    return [
        WatchFigure(watch=watch, measure=one, grouping=Grouping.ALL, **vars(indicator_figure(one, count, of)))
        for one, (count, of) in counts.items()
    ]


def _to_hold(watch: Watch, figures: Iterable[WatchFigure]) -> list[str]:
    """The releases whose figures are beyond what may go on without a person, each once."""
    held = {one.measure in RISK_MEASURES for one in figures if one.level == Level.HOLD}
    return [watch.fusion_release if of_risk else watch.image_release for of_risk in sorted(held)]
