"""Hiding the peak of a map costs the logit more than hiding a random place of the same size."""

import json
from pathlib import Path

import numpy as np
import pytest

from screening.domain.findings import LABELS, Label
from screening.imaging.card import read_card
from screening.imaging.engine import Engine, open_engine
from screening.imaging.measure_maps import (
    MapsMissing,
    compare_drops,
    hidden,
    hidden_drops,
    peak_of,
)
from screening.imaging.training_data import PreparedEyes, prepare_eyes, read_labels

RELEASES = Path(__file__).resolve().parents[4] / "screening" / "releases"
SHIPPED = max(card.parent for card in RELEASES.glob("*/card.json"))
EYES = 16


@pytest.mark.slow
@pytest.mark.parametrize("label", [Label.GLAUCOMA, Label.AMD])
def test_on_real_positives_the_peak_matters_more_than_a_random_place(
    shared: Path, engine_cache: Path, label: Label
) -> None:
    card, column = read_card(SHIPPED), LABELS.index(label)
    ill = [eye for eye in read_labels(shared / "data" / "odir5k") if eye.eye_labels[column]][:EYES]
    eyes = prepare_eyes(ill, card.preprocess, progress=label)
    engine = open_engine(SHIPPED, card, engine="openvino-f32", cache_dir=engine_cache)
    rng = np.random.default_rng(0)
    found = compare_drops(hidden_drops(engine, eyes, column, card.preprocess.border_threshold, rng))
    assert found["eyes"] == EYES and found["p"] < 0.01, found
    assert found["peak"] > found["random"]


def test_of_the_shipped_release_it_holds_for_every_label_of_a_hundred_held_out_eyes_or_more() -> None:
    maps = json.loads((SHIPPED / "card.json").read_text())["metrics"]["maps"]
    many = {label: row for label, row in maps.items() if row["eyes"] >= 100}
    assert set(many) >= {Label.NORMAL, Label.DIABETES, Label.OTHER}
    assert all(row["p"] < 0.01 and row["peak"] > row["random"] for row in many.values())


def test_hiding_a_disc_leaves_the_rest_and_the_border_alone() -> None:
    picture = np.random.default_rng(0).integers(100, 200, (1, 80, 80, 3), np.uint8)
    field = np.ones((80, 80), np.uint8)
    field[:, 60:] = 0
    changed = (hidden(picture, [field], [(58, 20)]) != picture).any(axis=3)[0]
    rows, columns = np.nonzero(changed)
    assert columns.max() < 60 and columns.min() == 48
    assert rows.min() == 10 and rows.max() == 30


def test_the_peak_is_sought_within_the_field_alone() -> None:
    values = np.zeros((8, 8), np.float32)
    values[0, 0], values[5, 2] = 9, 3
    field = np.zeros((80, 80), np.uint8)
    field[20:, 20:] = 1
    column, row = peak_of(values, field)
    assert 20 <= column < 30 and 50 <= row < 60


def test_pairs_that_tell_nothing_give_a_large_p_and_too_few_give_none() -> None:
    rng = np.random.default_rng(0)
    alike = compare_drops(rng.normal(size=(200, 2)))
    assert alike["p"] > 0.01
    apart = compare_drops(rng.normal(size=(200, 2)) + np.array([1.0, 0.0]))
    assert apart["p"] < 1e-6 and apart["peak"] - apart["random"] == pytest.approx(1, abs=0.2)
    assert compare_drops(np.zeros((3, 2))) == {"eyes": 3, "peak": None, "random": None, "p": None}
    assert compare_drops(np.zeros((9, 2)))["p"] == 1.0


def test_a_backbone_without_maps_is_told(tiny_release: Path) -> None:
    class Flat:
        name = "flat"

        def logits(self, colour: np.ndarray, grey: np.ndarray) -> np.ndarray:
            return np.zeros((2, len(colour), 8), np.float32)

        def explain(self, colour: np.ndarray, grey: np.ndarray) -> tuple[np.ndarray, None]:
            return self.logits(colour, grey), None

    engine: Engine = Flat()
    eyes = PreparedEyes(np.zeros((1, 8, 8, 3), np.uint8), np.zeros((1, 8, 8, 1), np.uint8))
    with pytest.raises(MapsMissing):
        hidden_drops(engine, eyes, 0, 14, np.random.default_rng(0))
