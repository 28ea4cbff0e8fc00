"""Engines are asked about the same drawn photographs; a release that another engine reads otherwise is not made."""

from pathlib import Path

import numpy as np
import pytest

from screening.imaging import engines_agree
from screening.imaging.engines_agree import TOLERANCE, EnginesDisagree, check_engines, drawn_eyes
from screening.imaging.release_engines import compare_engines, may_ship

RELEASES = Path(__file__).resolve().parents[4] / "screening" / "releases"
SHIPPED = max(card.parent for card in RELEASES.glob("*/card.json"))
SAME = {"max_difference": 0.0, "decisions_turned_over": 0, "decisions_to_or_from_the_band": 0}


@pytest.mark.slow
def test_the_shipped_release_answers_alike_in_every_engine() -> None:
    found = check_engines(SHIPPED)
    assert found["openvino-f32"]["max_difference"] <= 1e-3
    for engine in ("openvino-f32", "torch-bf16", "openvino-bf16"):
        assert found[engine]["decisions_turned_over"] == 0, f"{engine}: a decision jumped over the band"
        assert found[engine]["max_difference"] <= 0.15
    rebuilt = found["logit_from_map_differs_by"]
    assert rebuilt["torch-f32"] <= 1e-3 and rebuilt["openvino-f32"] <= 1e-3
    assert rebuilt["torch-bf16"] <= 0.15 and rebuilt["openvino-bf16"] <= 0.15


def test_the_fixed_set_is_the_same_each_time_and_its_pictures_differ(tiny_release: Path) -> None:
    one, two = drawn_eyes(tiny_release), drawn_eyes(tiny_release)
    assert (one.colour == two.colour).all() and (one.grey == two.grey).all()
    assert len({picture.tobytes() for picture in one.colour}) == len(one.colour) == 8


@pytest.mark.parametrize(
    "differing", [{"max_difference": TOLERANCE + 1e-6}, {"decisions_turned_over": 1}], ids=str
)
def test_a_score_that_moves_or_a_decision_that_jumps_stops_the_release(differing: dict[str, float]) -> None:
    with pytest.raises(EnginesDisagree, match="openvino-f32"):
        engines_agree.refuse_disagreement("openvino-f32", SAME | differing)
    engines_agree.refuse_disagreement(
        "openvino-f32", SAME | {"max_difference": TOLERANCE, "decisions_to_or_from_the_band": 3}
    )


def test_only_a_decision_that_jumps_over_the_band_is_turned_over() -> None:
    bands = np.full(8, 0.4), np.full(8, 0.5)
    reference = np.full((1, 8), 0.3)
    other = np.array([[0.3, 0.39, 0.4, 0.49, 0.5, 0.9, 0.3, 0.3]])
    found = compare_engines({"torch-f32": reference, "torch-bf16": other}, bands)
    assert set(found) == {"torch-bf16"}
    assert found["torch-bf16"]["decisions_turned_over"] == 2
    assert found["torch-bf16"]["decisions_to_or_from_the_band"] == 2


@pytest.mark.parametrize(
    ("mean", "turned", "ships"), [(0.005, 0, True), (0.0051, 0, False), (0.0, 1, False), (0.004, 0, True)]
)
def test_a_faster_engine_ships_where_scores_hardly_move_and_no_decision_turns_over(
    mean: float, turned: int, ships: bool
) -> None:
    assert may_ship({"mean_difference": mean, "decisions_turned_over": turned}) is ships
