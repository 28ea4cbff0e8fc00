"""The watch of a clinic written as rows: some nights with every figure, and a hold of the newest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import sin

from django.utils import timezone

from records.models import Organization
from risk.domain.bands import FUSED_LABELS
from risk.domain.indicators import Indicator, indicator_figure
from risk.domain.watching import (
    DRIFT_HOLD,
    DRIFT_LOOK,
    Figure,
    Grouping,
    Level,
    Measure,
    calibration,
    ungradable,
)
from risk.models import ReleaseHold, Watch, WatchFigure
from screening.domain.findings import DISEASES, Label

IMAGE, RISK = "image-release", "risk-release"
GROUPS = (
    (Grouping.ALL, ""),
    (Grouping.CAMERA, "NM-1"),
    (Grouping.SEX, "female"),
    (Grouping.AGE, "55-69"),
)


def watches(clinic: Organization, *, nights: int = 30) -> list[Watch]:
    """The last nights, the oldest first: the scores of one camera drift, some indicators miss their limit."""
    now = timezone.now()
    made = [_watch(clinic, now - timedelta(days=ago)) for ago in reversed(range(nights))]
    WatchFigure.objects.bulk_create(
        figure for at, watch in enumerate(made) for figure in _figures(watch, at / nights)
    )
    return made


def hold(watch: Watch) -> ReleaseHold:
    return ReleaseHold.objects.create(
        organization_id=watch.organization_id, release=IMAGE, opened_at=watch.made_at, watch=watch
    )


def _watch(clinic: Organization, at: datetime) -> Watch:
    return Watch.objects.create(
        organization=clinic, night=at.date(), made_at=at, image_release=IMAGE, fusion_release=RISK
    )


def _figures(watch: Watch, progress: float) -> Iterator[WatchFigure]:
    for grouping, member in GROUPS:
        group = {"watch": watch, "grouping": grouping, "member": member}
        for label in DISEASES:
            figure = _drift(label, progress, drifts=grouping is Grouping.CAMERA and label is Label.GLAUCOMA)
            yield WatchFigure(**group, measure=Measure.IMAGE_DRIFT, label=label, **vars(figure))
        for label in FUSED_LABELS:
            yield WatchFigure(
                **group,
                measure=Measure.RISK_DRIFT,
                label=label,
                **vars(_drift(label, progress, drifts=False)),
            )
            read = calibration([0.1] * 400, 40 + ord(label) % 7)
            yield WatchFigure(**group, measure=Measure.CALIBRATION, label=label, **vars(read))
        yield WatchFigure(
            **group, measure=Measure.UNGRADABLE, **vars(ungradable(30 + int(9 * progress), 300))
        )
    for i, indicator in enumerate(Indicator):
        of = 15 if i == 0 else 100
        figure = indicator_figure(indicator, int(of * (0.6 + 0.05 * i + 0.05 * sin(9 * progress))), of)
        yield WatchFigure(watch=watch, measure=indicator, grouping=Grouping.ALL, **vars(figure))


def _drift(label: Label, progress: float, *, drifts: bool) -> Figure:
    if label is Label.MYOPIA and progress < 0.5:
        return Figure(40, 120, None, None, None, Level.TOO_FEW)
    value = 0.03 + 0.01 * sin(20 * progress + ord(label)) + (0.3 * progress if drifts else 0)
    level = Level.HOLD if value > DRIFT_HOLD else Level.LOOK if value > DRIFT_LOOK else Level.QUIET
    return Figure(400, 2400, value, None, None, level)
