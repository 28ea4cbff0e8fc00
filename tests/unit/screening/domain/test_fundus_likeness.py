"""A fitted sum over features: far from what a fundus has only ever speaks against one."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.fundus_likeness import (
    FARTHEST,
    GENERAL,
    Departure,
    Feature,
    FundusLikeness,
    likeness_from_json,
)
from screening.imaging.fundus_features import NAMES

WARM = Feature("warm", mean=2.0, spread=0.5, slope=1.0)
ROUND = Feature("round", mean=0.0, spread=1.0, slope=-2.0)
SUM = FundusLikeness(0.25, 0.5, (WARM, ROUND), (Departure(1.0, (2.0, -1.0)),))
NEAR = st.floats(-1, 4)  # within reach of both features


def test_parts_add_up() -> None:
    # z is (1, 2): slopes 1 - 4, squares 0.5 * 5, departure (1 + 2 - 2)²
    assert SUM.score({"warm": 2.5, "round": 2.0}) == pytest.approx(0.25 + 1.0 - 4.0 - 2.5 - 1.0)


def test_beyond_its_reach_a_feature_counts_no_more() -> None:
    edge = WARM.mean + FARTHEST * WARM.spread
    assert WARM.standard(edge) == WARM.standard(edge + 100) > WARM.standard(edge - 1)


@given(NEAR, NEAR, NEAR, NEAR)
def test_between_two_pictures_that_pass_nothing_is_refused(a: float, b: float, c: float, d: float) -> None:
    """What passes is one region without holes or islands."""
    ends = {"warm": a, "round": b}, {"warm": c, "round": d}
    middle = {"warm": (a + c) / 2, "round": (b + d) / 2}
    assert SUM.score(middle) >= min(map(SUM.score, ends)) - 1e-9


def test_a_feature_that_was_not_measured_is_an_error_not_a_pass() -> None:
    with pytest.raises(KeyError, match="round"):
        SUM.score({"warm": 2.0})


def test_a_sum_that_could_let_strange_things_through_is_refused() -> None:
    with pytest.raises(ValueError, match="warm"):
        replace(WARM, spread=0.0)
    with pytest.raises(ValueError, match="bend"):
        replace(SUM, bend=-0.1)
    with pytest.raises(ValueError, match="departure"):
        replace(SUM, departures=(Departure(0.0, (1.0,)),))


def test_it_comes_back_from_a_card_as_it_was_written() -> None:
    assert likeness_from_json(json.loads(json.dumps(asdict(SUM)))) == SUM


def test_the_general_one_asks_for_what_is_measured() -> None:
    assert tuple(feature.name for feature in GENERAL.features) == NAMES
