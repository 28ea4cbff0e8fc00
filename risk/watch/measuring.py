"""From visits to the figures of a night."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from risk.domain.bands import FUSED_LABELS
from risk.domain.watch_windows import Windows
from risk.domain.watching import (
    FEWEST_RECENT,
    MOST_CAMERAS,
    Figure,
    Grouping,
    Measure,
    calibration,
    drift,
    ungradable,
)
from risk.watch.visits import Group, WatchedVisit
from screening.domain.findings import DISEASES, Label


@dataclass(frozen=True)
class Measured:
    """One figure and what it is of; `label` empty where it is of no disease."""

    measure: Measure
    grouping: Grouping
    member: str
    label: str
    figure: Figure


def measure(visits: Sequence[WatchedVisit], windows: Windows) -> list[Measured]:
    """Every figure of a night: drift by label, the ungradable share and calibration, for each group."""
    groups = _groups(visits)
    tests = len(groups) * (len(DISEASES) + len(FUSED_LABELS))
    return [
        Measured(kind, grouping, member, label, figure)
        for (grouping, member), own in sorted(groups.items())
        for kind, label, figure in _of_group(own, windows, tests)
    ]


def _groups(visits: Sequence[WatchedVisit]) -> dict[Group, list[WatchedVisit]]:
    """The visits of each group; of cameras only the most used, of enough visits (RW-04)."""
    groups: dict[Group, list[WatchedVisit]] = defaultdict(list)
    for visit in visits:
        for group in visit.groups:
            groups[group].append(visit)
    cameras = sorted(
        (group for group in groups if group[0] is Grouping.CAMERA), key=lambda g: -len(groups[g])
    )
    for place, group in enumerate(cameras):
        if place >= MOST_CAMERAS or len(groups[group]) < FEWEST_RECENT:
            del groups[group]
    return groups


def _of_group(
    visits: Sequence[WatchedVisit], windows: Windows, tests: int
) -> Iterator[tuple[Measure, str, Figure]]:
    for label in DISEASES:
        before, recent = _image_scores(visits, label, windows)
        yield Measure.IMAGE_DRIFT, label, drift(before, recent, tests=tests, holds=True)
    for label in FUSED_LABELS:
        before, recent = _risks(visits, label, windows)
        yield Measure.RISK_DRIFT, label, drift(before, recent, tests=tests, holds=False)
        yield Measure.CALIBRATION, label, _calibration(visits, label, windows)
    seen = [one.ungradable for one in visits if one.started_at >= windows.recent_from(windows.image)]
    judged = [one for one in seen if one is not None]
    yield Measure.UNGRADABLE, "", ungradable(sum(judged), len(judged))


def _image_scores(
    visits: Sequence[WatchedVisit], label: Label, windows: Windows
) -> tuple[list[float], list[float]]:
    scored = [(one.started_at, one.logits[label]) for one in visits if label in one.logits]
    return windows.parted(scored, windows.image)


def _risks(visits: Sequence[WatchedVisit], label: Label, windows: Windows) -> tuple[list[float], list[float]]:
    fused = [(one.started_at, one.risks[label]) for one in visits if label in one.risks]
    return windows.parted(fused, windows.risk)


def _calibration(visits: Sequence[WatchedVisit], label: Label, windows: Windows) -> Figure:
    read = [
        one
        for one in visits
        if one.started_at >= windows.calibration_from and label in one.ill and label in one.risks
    ]
    return calibration([one.risks[label] for one in read], sum(one.ill[label] for one in read))
