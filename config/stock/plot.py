"""The line of a thermometer over the last days, and where its limits lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from pharmacy.domain.storage import RANGES, READING_DUE_AFTER, Storage
from pharmacy.models import TemperatureReading

WIDTH, HEIGHT, DAYS = 640, 160, 30
BEYOND = 8  # degrees shown on either side of the limits; what lies outside stands at the edge


@dataclass(frozen=True)
class Plot:
    """`lines` have a gap where nobody looked for longer than PS-04 allows; `dots` stand alone; `limits` are heights
    with their degrees.
    """

    lines: list[str]
    dots: list[tuple[float, float]]
    limits: list[tuple[float, int]]


def plot_of(storage: Storage, readings: Sequence[TemperatureReading], *, now: datetime) -> Plot:
    """Readings of the last DAYS days, oldest first."""
    runs: list[list[TemperatureReading]] = [list(readings[:1])]
    for before, one in pairwise(readings):
        if one.measured_at - before.measured_at > READING_DUE_AFTER:
            runs.append([])
        runs[-1].append(one)
    points = [
        [(_across(one, now), _height(storage, float(one.celsius))) for one in run] for run in runs if run
    ]
    limits = (RANGES[storage].low, RANGES[storage].high)
    return Plot(
        lines=[" ".join(f"{x},{y}" for x, y in run) for run in points if len(run) > 1],
        dots=[run[0] for run in points if len(run) == 1],
        limits=[(_height(storage, float(limit)), int(limit)) for limit in limits],
    )


def _across(one: TemperatureReading, now: datetime) -> float:
    return round(WIDTH * (1 - (now - one.measured_at) / timedelta(days=DAYS)), 1)


def _height(storage: Storage, celsius: float) -> float:
    low, high = float(RANGES[storage].low) - BEYOND, float(RANGES[storage].high) + BEYOND
    held = min(max(celsius, low), high)
    return round(HEIGHT * (1 - (held - low) / (high - low)), 1)
