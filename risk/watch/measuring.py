"""From visits to the figures of a night."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from risk.domain.bands import FUSED_LABELS
from risk.domain.watching import (
    CALIBRATION_DAYS,
    RECENT_DAYS,
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


@dataclass(frozen=True)
class Windows:
    """What is recent. `image_lifted`, `risk_lifted`: when a hold of the release was last lifted; what came before is
    recent no more (RW-06).
    """

    now: datetime
    image_lifted: datetime | None = None
    risk_lifted: datetime | None = None

    @property
    def split(self) -> datetime:
        """Where the reference ends; what lies between it and a later start of the recent days is in neither."""
        return self.now - timedelta(days=RECENT_DAYS)

    @property
    def image_from(self) -> datetime:
        return max(self.split, self.image_lifted or self.split)

    @property
    def risk_from(self) -> datetime:
        return max(self.split, self.risk_lifted or self.split)

    @property
    def calibration_from(self) -> datetime:
        earliest = self.now - timedelta(days=CALIBRATION_DAYS)
        return max(earliest, self.risk_lifted or earliest)


def measure(visits: Sequence[WatchedVisit], windows: Windows) -> list[Measured]:
    """Every figure of a night: drift by label, the ungradable share and calibration, for each group."""
    groups: dict[Group, list[WatchedVisit]] = defaultdict(list)
    for visit in visits:
        for group in visit.groups:
            groups[group].append(visit)
    tests = len(groups) * (len(DISEASES) + len(FUSED_LABELS))
    return [
        Measured(kind, grouping, member, label, figure)
        for (grouping, member), own in sorted(groups.items())
        for kind, label, figure in _of_group(own, windows, tests)
    ]


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
    seen = [one.ungradable for one in visits if one.started_at >= windows.image_from]
    judged = [one for one in seen if one is not None]
    yield Measure.UNGRADABLE, "", ungradable(sum(judged), len(judged))


def _image_scores(
    visits: Sequence[WatchedVisit], label: Label, windows: Windows
) -> tuple[list[float], list[float]]:
    scored = [(one.started_at, one.logits[label]) for one in visits if label in one.logits]
    return _parted(scored, windows.split, windows.image_from)


def _risks(visits: Sequence[WatchedVisit], label: Label, windows: Windows) -> tuple[list[float], list[float]]:
    fused = [(one.started_at, one.risks[label]) for one in visits if label in one.risks]
    return _parted(fused, windows.split, windows.risk_from)


def _parted(
    scored: Sequence[tuple[datetime, float]], split: datetime, since: datetime
) -> tuple[list[float], list[float]]:
    return [score for at, score in scored if at < split], [score for at, score in scored if at >= since]


def _calibration(visits: Sequence[WatchedVisit], label: Label, windows: Windows) -> Figure:
    read = [
        one
        for one in visits
        if one.started_at >= windows.calibration_from and label in one.ill and label in one.risks
    ]
    return calibration([one.risks[label] for one in read], sum(one.ill[label] for one in read))
