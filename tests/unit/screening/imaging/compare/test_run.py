"""A comparison keeps finished rows, survives a network that fails, and refuses to mix plans."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from screening.imaging.compare.choose import ComparisonInvalid, Start, choose_candidates
from screening.imaging.compare.rows import read_rows
from screening.imaging.compare.run import compare
from screening.imaging.training_data import TrainingDataInvalid
from tests.unit.screening.imaging.compare.stand_in import HELD_EYES, StandIn
from tests.unit.screening.imaging.photographs import CONFIG

NAMES = ["test_efficientnet", "MobileNet", "EfficientNetB3"]
STARTS = {each: Start("random") for each in choose_candidates(NAMES)}


def test_rows_come_in_the_studys_order_with_scores_size_and_speed(
    photographs: Path, tmp_path: Path, stand_in: StandIn
) -> None:
    rows = compare(CONFIG, photographs, tmp_path, STARTS)
    assert [row.name for row in rows] == ["EfficientNetB3", "MobileNet", "test_efficientnet"]
    assert stand_in.trained == ["test_efficientnet", "mobilenetv1_100", "efficientnet_b3"]
    first = rows[0]
    assert set(first.scores) == {"colour", "grey", "both"} and first.patients == HELD_EYES / 2
    assert first.interval is not None and first.interval[0] <= (first.scores["both"]["official_final"] or 0)
    assert (first.parameters, first.images_per_second, first.start) == (10_708_528, 20.0, "random")
    assert set(first.trivial) == {"never a disease", "prevalence"}
    assert not list(tmp_path.rglob("*.pt")) and len(list(tmp_path.rglob("*.npy"))) == 6


def test_a_finished_row_is_kept_and_not_run_again(
    photographs: Path, tmp_path: Path, stand_in: StandIn
) -> None:
    some = dict(list(STARTS.items())[:2])
    before = compare(CONFIG, photographs, tmp_path, some)
    after = compare(CONFIG, photographs, tmp_path, STARTS)
    assert stand_in.trained == ["test_efficientnet", "mobilenetv1_100", "efficientnet_b3"]
    assert len(after) == 3 and all(row in after for row in before)


def test_a_network_that_fails_leaves_its_reason_and_is_tried_again(
    photographs: Path, tmp_path: Path, stand_in: StandIn
) -> None:
    stand_in.fails = {"mobilenetv1_100": RuntimeError("out of memory")}
    rows = {row.name: row for row in compare(CONFIG, photographs, tmp_path, STARTS)}
    assert rows["MobileNet"].reason == "RuntimeError: out of memory" and not rows["MobileNet"].scores
    assert rows["EfficientNetB3"].reason is None is rows["test_efficientnet"].reason
    stand_in.fails = {}
    rows = {row.name: row for row in compare(CONFIG, photographs, tmp_path, STARTS)}
    assert rows["MobileNet"].reason is None
    assert stand_in.trained[3:] == ["mobilenetv1_100"]


def test_a_photograph_that_nobody_can_train_on_stops_the_comparison(
    photographs: Path, tmp_path: Path, stand_in: StandIn
) -> None:
    stand_in.fails = {"test_efficientnet": TrainingDataInvalid("1_left.jpg does not decode")}
    with pytest.raises(TrainingDataInvalid, match="1_left"):
        compare(CONFIG, photographs, tmp_path, STARTS)
    assert stand_in.trained == ["test_efficientnet"] and not read_rows(tmp_path)


def test_the_same_network_from_another_start_is_another_row(
    photographs: Path, tmp_path: Path, stand_in: StandIn
) -> None:
    (mobilenet,) = choose_candidates(["MobileNet"])
    compare(CONFIG, photographs, tmp_path, {mobilenet: Start("random")})
    rows = compare(CONFIG, photographs, tmp_path, {mobilenet: Start("/weights/mobilenetv1_100.safetensors")})
    assert [row.start for row in rows] == ["file mobilenetv1_100.safetensors", "random"]


def test_rows_of_another_recipe_are_not_mixed_in(
    photographs: Path, tmp_path: Path, stand_in: StandIn
) -> None:
    compare(CONFIG, photographs, tmp_path, {})
    compare(replace(CONFIG, threads=1), photographs, tmp_path, {})
    with pytest.raises(ComparisonInvalid, match=r"another plan \(batch, fold\); choose another folder"):
        compare(replace(CONFIG, batch=4, fold=1), photographs, tmp_path, {})


def test_a_damaged_row_is_named(photographs: Path, tmp_path: Path, stand_in: StandIn) -> None:
    compare(CONFIG, photographs, tmp_path, STARTS)
    path = tmp_path / "rows" / "mobilenetv1_100--random.json"
    path.write_text(json.dumps({"name": "MobileNet"}))
    with pytest.raises(ComparisonInvalid, match=r"mobilenetv1_100--random\.json .* delete it"):
        compare(CONFIG, photographs, tmp_path, STARTS)
