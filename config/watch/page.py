"""What the watch of a clinic shows: what presses, the holds, and every measure of one group over the nights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet

from config.watch.plots import DAYS, Trend, trend
from records import access
from records.actor import Actor
from risk.domain.indicators import LIMITS, Indicator
from risk.domain.watching import RISK_MEASURES, Grouping, Level, Measure
from risk.models import ReleaseHold, RescoreRun, Watch, WatchFigure
from risk.watch.visits import Group
from screening.domain.grading import OPEN_STAGES, Cause
from screening.models import GradingTask

HOLDS_SHOWN = 20


@dataclass(frozen=True)
class Indication:
    """An indicator's trend with its limit; `at_least`: the wrong side is below."""

    trend: Trend
    limit: float
    at_least: bool


@dataclass(frozen=True)
class WatchPage:
    """`trends`: of the chosen group by measure; `held_cases`: that wait for a person because of a hold; `unwatched`: a
    later night than `newest` went without.
    """

    newest: Watch | None
    groups: list[Group]
    chosen: Group
    pressing: list[WatchFigure]
    trends: Mapping[str, list[Trend]]
    indications: list[Indication]
    holds: list[ReleaseHold]
    held_cases: int
    unwatched: bool


def watch_page(*, by: Actor, asked: str) -> WatchPage:
    """The page of the actor's clinic; `asked`: a group as `name_of` names it, anything else is the whole clinic."""
    watches = access.within(Watch.objects.order_by("-night"), by=by)
    newest = watches.first()
    figures = list(newest.figures.order_by("pk")) if newest else []
    groups = list(dict.fromkeys((Grouping(one.grouping), one.member) for one in figures))
    chosen = next((group for group in groups if name_of(group) == asked), (Grouping.ALL, ""))
    trends = _trends(watches, newest.night, chosen) if newest else []
    return WatchPage(
        newest=newest,
        groups=groups,
        chosen=chosen,
        pressing=_pressing(figures),
        trends={m.value: [one for one in trends if one.newest.measure == m] for m in Measure},
        indications=list(_indications(trends if chosen[0] is Grouping.ALL else [])),
        holds=_holds(by),
        held_cases=_held_cases(by),
        unwatched=_is_unwatched(by, newest),
    )


def name_of(group: Group) -> str:
    """A group as addresses name it, such as "sex:female"."""
    grouping, member = group
    return f"{grouping.value}:{member}" if member else grouping.value


def _trends(watches: QuerySet[Watch], until: date, chosen: Group) -> list[Trend]:
    """A line for each figure that the newest night has of the group."""
    since = until - timedelta(days=DAYS)
    nights = {one.pk: one.night for one in watches.filter(night__gt=since)}
    figures = WatchFigure.objects.filter(watch__in=nights, grouping=chosen[0], member=chosen[1])
    by_line: dict[tuple[str, str], list[WatchFigure]] = {}
    for one in figures.order_by("watch__night", "pk"):
        by_line.setdefault((one.measure, one.label), []).append(one)
    lines = [line for line in by_line.values() if nights[line[-1].watch_id] == until]
    return [trend(line, nights, until=until) for line in lines]


def _pressing(figures: Iterable[WatchFigure]) -> list[WatchFigure]:
    """What a person should look at, holds first."""
    held = [one for one in figures if one.level == Level.HOLD]
    return [*held, *(one for one in figures if one.level == Level.LOOK)]


def _indications(trends: Iterable[Trend]) -> Iterable[Indication]:
    for one in trends:
        if one.newest.measure in list(Indicator):
            limit = LIMITS[Indicator(one.newest.measure)]
            yield Indication(one, limit.share, limit.at_least)


def _holds(by: Actor) -> list[ReleaseHold]:
    """The newest, those in force first."""
    holds = access.within(ReleaseHold.objects.all(), by=by)
    loaded = holds.select_related("opened_by", "lifted_by", "watch")
    return list(loaded.order_by(F("lifted_at").desc(nulls_first=True), "-opened_at")[:HOLDS_SHOWN])


def figures_of(hold: ReleaseHold) -> list[WatchFigure]:
    """The figures that asked for a hold; none where a person did."""
    if hold.watch is None:
        return []
    of_risk = hold.release == hold.watch.fusion_release
    asked = hold.watch.figures.filter(level=Level.HOLD).order_by("pk")
    return list(
        asked.filter(measure__in=RISK_MEASURES) if of_risk else asked.exclude(measure__in=RISK_MEASURES)
    )


def _is_unwatched(by: Actor, newest: Watch | None) -> bool:
    later = {"night__gt": newest.night} if newest else {}
    return access.within(RescoreRun.objects.filter(unwatched=True, **later), by=by).exists()


def _held_cases(by: Actor) -> int:
    waiting = GradingTask.objects.filter(cause=Cause.HELD, stage__in=list(OPEN_STAGES))
    return access.within(waiting, by=by).count()
