"""A fitted sum over features: far from what a fundus has only ever speaks against one."""

import json
from dataclasses import asdict, replace

import pytest

from screening.domain.fundus_likeness import FARTHEST, GENERAL, Feature, FundusLikeness, likeness_from_json
from screening.imaging.fundus_features import NAMES

WARM = Feature("warm", mean=2.0, spread=0.5, slope=1.0, bend=0.5)
ROUND = Feature("round", mean=0.0, spread=1.0, slope=-2.0, bend=0.0)
SUM = FundusLikeness(0.25, (WARM, ROUND))


def test_parts_add_up() -> None:
    assert SUM.score({"warm": 2.5, "round": 1.0}) == pytest.approx(0.25 + (1.0 - 0.5) - 2.0)


def test_beyond_its_reach_a_feature_counts_no_more() -> None:
    edge = WARM.mean + FARTHEST * WARM.spread
    assert WARM.part(edge) == WARM.part(edge + 100) < WARM.part(edge - 1)


def test_a_feature_that_was_not_measured_is_an_error_not_a_pass() -> None:
    with pytest.raises(KeyError, match="round"):
        SUM.score({"warm": 2.0})


@pytest.mark.parametrize("wrong", [{"spread": 0.0}, {"bend": -0.1}])
def test_a_feature_that_could_let_strange_things_through_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="warm"):
        replace(WARM, **wrong)


def test_it_comes_back_from_a_card_as_it_was_written() -> None:
    assert likeness_from_json(json.loads(json.dumps(asdict(SUM)))) == SUM


def test_the_general_one_asks_for_what_is_measured() -> None:
    assert tuple(feature.name for feature in GENERAL.features) == NAMES
