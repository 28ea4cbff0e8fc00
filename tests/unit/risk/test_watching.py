"""Each limit of the watch is asked on both sides (rules RW)."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk import domain
from risk.domain.watching import (
    CALIBRATION_LOOK,
    DRIFT_HOLD,
    DRIFT_LOOK,
    FEWEST_READ,
    FEWEST_RECENT,
    FEWEST_REFERENCE,
    UNGRADABLE_HOLD,
    UNGRADABLE_LOOK,
    Figure,
    Level,
    age_band,
    calibration,
    drift,
    stability_index,
    ungradable,
)
from tests.unit.numbers_of_rules import numbers_in

# Written here a second time on purpose.
DECIDED = {
    "watching.RECENT_DAYS": 28,
    "watching.REFERENCE_DAYS": 180,
    "watching.CALIBRATION_DAYS": 180,
    "watching.DRIFT_LOOK": 0.10,
    "watching.DRIFT_HOLD": 0.25,
    "watching.FEWEST_RECENT": 100,
    "watching.FEWEST_REFERENCE": 300,
    "watching.UNGRADABLE_LOOK": 0.12,
    "watching.UNGRADABLE_HOLD": 0.25,
    "watching.MOST_CAMERAS": 20,
    "watching.FEWEST_READ": 50,
    "watching.FEWEST_ILL": 10,
    "watching.CALIBRATION_LOOK": 1.25,
    "watching.CALIBRATION_HOLD": 2.0,
}
TESTED = frozenset(DECIDED)
MANY = 20_000  # so many that chance plays no part


def tenths(count: int, share_of_lowest: float) -> list[float]:
    """Scores 0 to 9, `share_of_lowest` of them 0 and the others alike."""
    lowest = round(count * share_of_lowest)
    return [0.0] * lowest + [1.0 + i % 9 for i in range(count - lowest)]


EVEN = tenths(MANY, 0.1)


def drifted(share_of_lowest: float, *, holds: bool = True) -> Figure:
    return drift(EVEN, tenths(MANY, share_of_lowest), tests=100, holds=holds)


def share_with_index(wanted: float) -> float:
    """The share of the lowest tenth at which the index is `wanted`, by bisection."""
    low, high = 0.1, 0.9
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if stability_index(EVEN, tenths(MANY, middle)) < wanted else (low, middle)
    return low


@pytest.mark.parametrize(
    ("limit", "below", "above"),
    [(DRIFT_LOOK, Level.QUIET, Level.LOOK), (DRIFT_HOLD, Level.LOOK, Level.HOLD)],
)
def test_both_sides_of_each_limit_of_drift(limit: float, below: Level, above: Level) -> None:
    assert drifted(share_with_index(limit - 0.003)).level is below
    assert drifted(share_with_index(limit + 0.003)).level is above


def test_risks_that_drift_hold_nothing() -> None:
    assert drifted(0.8, holds=False).level is Level.LOOK


def test_the_index_of_two_even_halves_against_three_quarters() -> None:
    """(0.75 - 0.5) ln 1.5 + (0.25 - 0.5) ln 0.5, by hand; the half visits matter little among so many."""
    before = [float(i % 10) for i in range(100_000)]
    after = [float(i % 5 if i % 4 else 5 + i % 5) for i in range(100_000)]
    assert stability_index(before, after) == pytest.approx(0.2747, abs=0.001)


@given(st.lists(st.floats(-9, 9), min_size=20), st.lists(st.floats(-9, 9), min_size=20))
def test_an_index_is_never_negative_and_nothing_against_itself(one: list[float], other: list[float]) -> None:
    assert stability_index(one, other) >= 0
    assert stability_index(one, one) == pytest.approx(0, abs=1e-12)


def test_chance_alone_is_never_called_drift() -> None:
    random = Random(7)
    nights = [
        drift(
            [random.gauss(0, 1) for _ in range(FEWEST_REFERENCE)],
            [random.gauss(0, 1) for _ in range(FEWEST_RECENT)],
            tests=100,
            holds=True,
        )
        for _ in range(300)
    ]
    assert {night.level for night in nights} == {Level.QUIET}


def test_scores_that_moved_by_a_standard_deviation_hold_the_release_even_of_few() -> None:
    random = Random(7)
    before = [random.gauss(0, 1) for _ in range(FEWEST_REFERENCE)]
    after = [random.gauss(1, 1) for _ in range(FEWEST_RECENT)]
    assert drift(before, after, tests=100, holds=True).level is Level.HOLD


@pytest.mark.parametrize(
    ("reference", "recent", "said"),
    [
        (FEWEST_REFERENCE, FEWEST_RECENT, True),
        (FEWEST_REFERENCE - 1, FEWEST_RECENT, False),
        (FEWEST_REFERENCE, FEWEST_RECENT - 1, False),
    ],
)
def test_too_few_visits_say_nothing(reference: int, recent: int, said: bool) -> None:
    figure = drift([0.0] * reference, [9.0] * recent, tests=1, holds=True)
    assert (figure.level is not Level.TOO_FEW) is said
    assert (figure.value is not None) is said


@pytest.mark.parametrize(
    ("limit", "below", "above"),
    [(UNGRADABLE_LOOK, Level.QUIET, Level.LOOK), (UNGRADABLE_HOLD, Level.LOOK, Level.HOLD)],
)
def test_ungradable_visits_count_once_their_share_is_surely_above(
    limit: float, below: Level, above: Level
) -> None:
    levels = [ungradable(count, 1000) for count in range(1001)]
    first = next(i for i, one in enumerate(levels) if one.level is above)
    low_before, low_after = levels[first - 1].low, levels[first].low
    assert low_before is not None
    assert low_after is not None
    assert low_before <= limit < low_after
    assert levels[first - 1].level is below


@pytest.mark.parametrize(("of", "said"), [(FEWEST_RECENT, True), (FEWEST_RECENT - 1, False), (0, False)])
def test_few_photographed_visits_say_nothing_of_ungradable_ones(of: int, said: bool) -> None:
    assert (ungradable(of, of).level is not Level.TOO_FEW) is said


def told(people: int, risk: float, ill: int) -> Figure:
    return calibration([risk] * people, ill)


def test_as_many_ill_as_told_is_quiet() -> None:
    figure = told(1000, 0.1, 100)
    assert (figure.value, figure.level) == (pytest.approx(1.0), Level.QUIET)


def test_both_sides_of_each_limit_of_calibration() -> None:
    """Of 10,000 told 0.1: 1,000 ill as told, 1,250 is a quarter more, 2,000 twice as many."""
    assert told(10_000, 0.1, int(1000 * CALIBRATION_LOOK)).level is Level.QUIET
    assert told(10_000, 0.1, int(1000 * CALIBRATION_LOOK) + 1).level is Level.LOOK
    assert told(10_000, 0.1, 800).level is Level.QUIET
    assert told(10_000, 0.1, 799).level is Level.LOOK
    surely = next(n for n in range(2000, 3000) if (told(10_000, 0.1, n).low or 0) > 2)
    assert told(10_000, 0.1, surely - 1).level is Level.LOOK
    assert told(10_000, 0.1, surely).level is Level.HOLD


def test_risks_told_too_high_hold_nothing() -> None:
    assert told(10_000, 0.5, 0).level is Level.LOOK


@pytest.mark.parametrize(("people", "said"), [(FEWEST_READ, True), (FEWEST_READ - 1, False)])
def test_few_reads_say_nothing_of_calibration(people: int, said: bool) -> None:
    assert (told(people, 0.5, people).level is not Level.TOO_FEW) is said


@pytest.mark.parametrize(
    ("risk", "ill", "said"), [(0.001, 9, False), (0.001, 10, True), (0.0999, 0, False), (0.1, 0, True)]
)
def test_few_ill_say_nothing_of_calibration(risk: float, ill: int, said: bool) -> None:
    """Of 100 visits, 0.1 foretells the ten that are needed."""
    assert (told(100, risk, ill).level is not Level.TOO_FEW) is said


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-39"),
        (39, "0-39"),
        (40, "40-54"),
        (54, "40-54"),
        (55, "55-69"),
        (69, "55-69"),
        (70, "70-"),
        (110, "70-"),
        (None, ""),
        (-1, ""),
    ],
)
def test_everybody_whose_age_is_known_is_in_one_band(age: int | None, band: str) -> None:
    assert age_band(age) == band


def test_every_number_is_the_one_that_was_decided() -> None:
    numbers = numbers_in(domain)
    assert {name: numbers[name] for name in DECIDED} == DECIDED
