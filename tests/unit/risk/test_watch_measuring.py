"""Which visits each measure of the watch counts: those of its window, to the second, in each of their groups."""

from datetime import timedelta

import pytest

from risk.domain.watch_windows import Lifts, Windows
from risk.domain.watching import (
    CALIBRATION_DAYS,
    FEWEST_RECENT,
    RECENT_DAYS,
    REFERENCE_DAYS,
    Grouping,
    Measure,
)
from risk.watch import measuring
from risk.watch.measuring import measure
from risk.watch.visits import DAYS, WatchedVisit
from screening.domain.findings import Label
from tests.factories.records import NOW

SECOND = timedelta(seconds=1)


def visit(ago: timedelta) -> WatchedVisit:
    """A visit of the whole clinic with everything to be measured."""
    one = WatchedVisit(NOW - ago, [(Grouping.ALL, "")], ungradable=False)
    one.logits, one.risks, one.ill = {Label.GLAUCOMA: 0.0}, {Label.GLAUCOMA: 0.1}, {Label.GLAUCOMA: False}
    return one


def counted(ago: timedelta, kind: Measure, windows: Windows | None = None) -> tuple[int, int]:
    """How many recent and earlier visits a measure counts when there is just this one."""
    label = "" if kind is Measure.UNGRADABLE else Label.GLAUCOMA
    figures = measure([visit(ago)], windows or Windows(NOW))
    (found,) = [one.figure for one in figures if (one.measure, one.label) == (kind, label)]
    return found.n, found.reference_n


@pytest.mark.parametrize("kind", [Measure.IMAGE_DRIFT, Measure.RISK_DRIFT])
def test_recent_begins_28_days_ago_and_what_came_before_is_the_reference(kind: Measure) -> None:
    assert RECENT_DAYS == 28
    edge = timedelta(days=28)
    assert counted(edge - SECOND, kind) == counted(edge, kind) == (1, 0)
    assert counted(edge + SECOND, kind) == (0, 1)


def test_the_ungradable_share_is_of_recent_visits() -> None:
    assert counted(timedelta(days=28), Measure.UNGRADABLE) == (1, 0)
    assert counted(timedelta(days=28) + SECOND, Measure.UNGRADABLE) == (0, 0)


def test_calibration_reaches_180_days_back() -> None:
    assert CALIBRATION_DAYS == 180
    assert counted(timedelta(days=180), Measure.CALIBRATION) == (1, 0)
    assert counted(timedelta(days=180) + SECOND, Measure.CALIBRATION) == (0, 0)


def test_visits_are_read_as_far_back_as_any_window_reaches() -> None:
    assert REFERENCE_DAYS == 180
    assert DAYS == 28 + 180


def test_after_a_hold_was_lifted_only_what_came_since_is_recent() -> None:
    lifted = timedelta(days=3)
    windows = Windows(NOW, image=Lifts(NOW - lifted), risk=Lifts(NOW - lifted))
    for kind in (Measure.IMAGE_DRIFT, Measure.RISK_DRIFT, Measure.CALIBRATION, Measure.UNGRADABLE):
        assert counted(lifted, kind, windows) == (1, 0)
        assert counted(lifted + SECOND, kind, windows) == (0, 0)
    assert counted(timedelta(days=29), Measure.IMAGE_DRIFT, windows) == (0, 1)


def test_lifted_because_things_stay_so_what_came_before_is_no_reference() -> None:
    lifted = timedelta(days=40)
    windows = Windows(NOW, image=Lifts(NOW - lifted, as_it_is_now=NOW - lifted))
    assert counted(lifted, Measure.IMAGE_DRIFT, windows) == (0, 1)
    assert counted(lifted + SECOND, Measure.IMAGE_DRIFT, windows) == (0, 0)


def test_only_cameras_of_many_visits_are_groups_and_no_more_than_twenty() -> None:
    def of(camera: str, visits: int) -> list[WatchedVisit]:
        return [
            WatchedVisit(NOW, [(Grouping.ALL, ""), (Grouping.CAMERA, camera)], ungradable=False)
            for _ in range(visits)
        ]

    many = [one for n in range(21) for one in of(f"camera {n}", FEWEST_RECENT + n)]
    found = {m.member for m in measure([*many, *of("rare", FEWEST_RECENT - 1)], Windows(NOW))}
    assert found == {"", *(f"camera {n}" for n in range(1, 21))}


def test_a_visit_counts_in_each_of_its_groups() -> None:
    one = visit(timedelta(days=1))
    one.groups = [(Grouping.ALL, ""), (Grouping.SEX, "female")]
    found = {(m.grouping, m.member) for m in measure([one], Windows(NOW)) if m.figure.n}
    assert found == set(one.groups)


def test_chance_is_shared_among_all_that_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    whole = measuring.drift

    def drift(*scores: list[float], tests: int, holds: bool):  # type: ignore[no-untyped-def]
        asked.append(tests)
        return whole(*scores, tests=tests, holds=holds)

    monkeypatch.setattr(measuring, "drift", drift)
    measure([visit(timedelta(days=1))], Windows(NOW))
    assert set(asked) == {len(asked)}
