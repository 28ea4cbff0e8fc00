"""The lines of the watch: one measure of one group over the nights, and where its limits lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from risk.domain.indicators import LIMITS, Indicator
from risk.domain.watching import (
    CALIBRATION_HOLD,
    CALIBRATION_LOOK,
    DRIFT_HOLD,
    DRIFT_LOOK,
    UNGRADABLE_HOLD,
    UNGRADABLE_LOOK,
    Measure,
)
from risk.models import WatchFigure

WIDTH, HEIGHT, DAYS = 240, 44, 90


@dataclass(frozen=True)
class Scale:
    """From the bottom to the top of a plot; `logarithmic` for ratios. `limits`: look, then hold where there is one."""

    bottom: float
    top: float
    limits: tuple[float, ...]
    logarithmic: bool = False

    def height(self, value: float) -> float:
        """In plot units from the top; what lies outside stands at the edge."""
        held = min(max(value, self.bottom), self.top)
        share = (self._on(held) - self._on(self.bottom)) / (self._on(self.top) - self._on(self.bottom))
        return round(HEIGHT * (1 - share), 1)

    def _on(self, value: float) -> float:
        return log(value) if self.logarithmic else value


SCALES: Mapping[str, Scale] = {
    Measure.IMAGE_DRIFT: Scale(0, 0.5, (DRIFT_LOOK, DRIFT_HOLD)),
    Measure.RISK_DRIFT: Scale(0, 0.5, (DRIFT_LOOK,)),
    Measure.UNGRADABLE: Scale(0, 0.5, (UNGRADABLE_LOOK, UNGRADABLE_HOLD)),
    Measure.CALIBRATION: Scale(
        0.25, 4, (CALIBRATION_LOOK, CALIBRATION_HOLD, 1 / CALIBRATION_LOOK), logarithmic=True
    ),
    **{one: Scale(0, 1, (LIMITS[one].share,)) for one in Indicator},
}


@dataclass(frozen=True)
class Trend:
    """`newest` is the figure of the newest night; `lines` are its points over the nights, a gap where it was of too
    few; `dots` stand alone between two gaps. `interval`: where that of the newest night lies, from low to high.
    """

    newest: WatchFigure
    lines: list[str]
    dots: list[tuple[float, float]]
    limits: list[float]
    interval: tuple[float, float, float] | None


def trend(figures: Sequence[WatchFigure], nights: Mapping[int, date], *, until: date) -> Trend:
    """The figures of one measure, group and label, the oldest first; `nights` by the key of their watch."""
    newest = figures[-1]
    scale = SCALES[newest.measure]
    runs = _runs(figures, nights, scale, until)
    return Trend(
        newest=newest,
        lines=[" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1],
        dots=[run[0] for run in runs if len(run) == 1],
        limits=[scale.height(limit) for limit in scale.limits],
        interval=_interval(newest, nights, scale, until),
    )


def _runs(
    figures: Sequence[WatchFigure], nights: Mapping[int, date], scale: Scale, until: date
) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for one in figures:
        if one.value is None:
            runs.append([])
        else:
            runs[-1].append((_across(nights[one.watch_id], until), scale.height(one.value)))
    return [run for run in runs if run]


def _interval(
    newest: WatchFigure, nights: Mapping[int, date], scale: Scale, until: date
) -> tuple[float, float, float] | None:
    if newest.low is None or newest.high is None:
        return None
    low, high = scale.height(newest.low), scale.height(newest.high)
    return _across(nights[newest.watch_id], until), low, high


def _across(night: date, until: date) -> float:
    return round(WIDTH * (1 - (until - night) / timedelta(days=DAYS)), 1)
