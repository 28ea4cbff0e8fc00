"""What the watch calls recent, and what it compares it with: both ends of each window, to the second."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk.domain.watch_windows import NEVER, Lifts, Windows
from tests.factories.records import NOW

SECOND = timedelta(seconds=1)
DAYS_AGO = st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))
LIFTS = st.builds(Lifts, st.none() | DAYS_AGO, st.none() | DAYS_AGO)


def parted(ago: timedelta, lifts: Lifts = NEVER) -> tuple[int, int]:
    """How many earlier and recent scores one visit is."""
    before, recent = Windows(NOW).parted([(NOW - ago, 0.5)], lifts)
    return len(before), len(recent)


def test_recent_begins_28_days_ago_and_what_came_before_is_the_reference() -> None:
    assert parted(timedelta(days=28)) == (0, 1)
    assert parted(timedelta(days=28) + SECOND) == (1, 0)


def test_calibration_begins_180_days_ago() -> None:
    assert Windows(NOW).calibration_from == NOW - timedelta(days=180)


def test_after_a_lift_only_what_came_since_is_recent_and_what_lies_between_is_nothing() -> None:
    lifts = Lifts(NOW - timedelta(days=3))
    assert parted(timedelta(days=3), lifts) == (0, 1)
    assert parted(timedelta(days=3) + SECOND, lifts) == (0, 0)
    assert parted(timedelta(days=28) + SECOND, lifts) == (1, 0)


def test_a_hold_that_was_lifted_long_ago_changes_nothing() -> None:
    lifts = Lifts(NOW - timedelta(days=300))
    assert parted(timedelta(days=28), lifts) == (0, 1)
    assert parted(timedelta(days=28) + SECOND, lifts) == (1, 0)


def test_lifted_because_things_stay_so_what_came_before_is_no_reference() -> None:
    lifts = Lifts(NOW - timedelta(days=40), as_it_is_now=NOW - timedelta(days=40))
    assert parted(timedelta(days=40), lifts) == (1, 0)
    assert parted(timedelta(days=40) + SECOND, lifts) == (0, 0)


def test_only_a_lift_of_the_risk_release_shortens_calibration() -> None:
    lifts = Lifts(NOW - timedelta(days=3))
    assert Windows(NOW, image=lifts).calibration_from == NOW - timedelta(days=180)
    assert Windows(NOW, risk=lifts).calibration_from == NOW - timedelta(days=3)


@given(visits=st.lists(DAYS_AGO), lifts=LIFTS)
def test_no_visit_is_compared_with_itself_and_a_lift_only_takes_away(
    visits: list[datetime], lifts: Lifts
) -> None:
    scored = [(at, float(place)) for place, at in enumerate(visits)]
    before, recent = Windows(NOW).parted(scored, lifts)
    never_before, never_recent = Windows(NOW).parted(scored, NEVER)
    assert not set(before) & set(recent)
    assert set(before) <= set(never_before)
    assert set(recent) <= set(never_recent)
