"""A release is used only when every file is the one its card was written for."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from screening.domain.findings import LABELS
from screening.imaging.card import CardInvalid, WeightsMismatch, read_card, verify_weights
from screening.imaging.make_release import MAX_FILE_BYTES
from screening.imaging.weights import load_release

RELEASES = Path(__file__).resolve().parents[4] / "screening" / "releases"


LINES = {label: {"slope": 1.0, "intercept": 0.0} for label in LABELS}


@pytest.fixture
def copy(tiny_release: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_release, tmp_path / "tiny"))


def rewrite(folder: Path, change: dict[str, Any]) -> None:
    card = json.loads((folder / "card.json").read_text())
    card.update(change)
    (folder / "card.json").write_text(json.dumps({k: v for k, v in card.items() if v != "gone"}))


def test_a_whole_release_loads(tiny_release: Path) -> None:
    release = load_release(tiny_release)
    assert release.card.name == "tiny"
    assert tuple(release.card.operating_points) == LABELS
    assert not release.network.training


@pytest.mark.parametrize("branch", ["colour", "grey"])
def test_one_changed_byte_is_refused_by_name(copy: Path, branch: str) -> None:
    file = copy / f"{branch}.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(WeightsMismatch, match=f"{branch}.safetensors.*install"):
        load_release(copy)


@pytest.mark.parametrize("file", ["card.json", "colour.safetensors"])
def test_a_missing_file_is_refused_by_name(copy: Path, file: str) -> None:
    (copy / file).unlink()
    with pytest.raises(WeightsMismatch, match=file):
        load_release(copy)


def test_another_card_than_the_registered_one_is_refused(copy: Path) -> None:
    registered = read_card(copy).sha256
    read_card(copy, card_sha256=registered)
    rewrite(copy, {"limits": ["edited"]})
    with pytest.raises(WeightsMismatch, match="not the registered card"):
        load_release(copy, card_sha256=registered)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"labels": ["N", "D"]}, "labels"),
        ({"backbone": "gone"}, "backbone"),
        ({"calibration": {}}, "'N'"),
        ({"quality": {"sharpness": 1}}, "sharpness"),
        ({"preprocess": {"size": 96}}, "mean"),
        ({"precision": "int3"}, "precision"),
        ({"weights": {"colour": {"file": "colour.safetensors"}}}, "sha256"),
        ({"calibration": {label: {"slope": -1.0, "intercept": 0.0} for label in LABELS}}, "slope"),
        ({"both_eyes": {"both": None, "one": None, "neither": [0.0]}}, "neither"),
        ({"both_eyes": {"both": None, "one": None}}, "'neither'"),
        ({"study": {"cut": 1.5, "lines": LINES}}, "cut"),
        ({"study": {"cut": 0.5, "lines": {}}}, "'N'"),
    ],
)
def test_a_card_that_cannot_be_used_names_the_field(copy: Path, change: dict[str, Any], named: str) -> None:
    rewrite(copy, change)
    with pytest.raises(CardInvalid, match=named):
        read_card(copy)


def test_a_card_may_say_how_eyes_are_joined_and_how_the_study_scores(copy: Path) -> None:
    assert read_card(copy).both_eyes is None and read_card(copy).study is None
    joined = {"both": None, "one": None, "neither": [-30.0] + [-2.0] * 7}
    rewrite(copy, {"both_eyes": joined, "study": {"cut": 0.4, "lines": LINES}})
    card = read_card(copy)
    assert card.both_eyes is not None and card.both_eyes.neither[1] == -2.0
    assert card.study is not None and card.study.cut == 0.4


def test_a_card_that_is_no_json_is_refused(copy: Path) -> None:
    (copy / "card.json").write_text("{")
    with pytest.raises(CardInvalid):
        read_card(copy)


def test_a_card_cannot_point_outside_its_folder(copy: Path) -> None:
    weights = json.loads((copy / "card.json").read_text())["weights"]
    weights["colour"]["file"] = "../tiny/colour.safetensors"
    rewrite(copy, {"weights": weights})
    with pytest.raises(WeightsMismatch):
        load_release(copy)


def test_weights_of_another_backbone_are_refused(copy: Path) -> None:
    rewrite(copy, {"backbone": "resnet10t"})
    with pytest.raises(CardInvalid, match="resnet10t"):
        load_release(copy)


@pytest.mark.parametrize("folder", sorted(RELEASES.glob("*")), ids=lambda path: path.name)
def test_a_shipped_release_is_whole_small_enough_and_says_what_it_is(folder: Path) -> None:
    card = read_card(folder)
    assert card.name == folder.name
    for path in verify_weights(folder, card).values():
        assert path.stat().st_size <= MAX_FILE_BYTES
    text = json.loads((folder / "card.json").read_text())
    assert text["intended_use"] == "evaluation only, not a medical device"
    assert text["limits"] and text["metrics"]["trivial"] and text["data_version"]


@pytest.mark.parametrize("table", sorted(RELEASES.glob("*/heldout_logits.csv")), ids=lambda p: p.parent.name)
def test_shipped_held_out_logits_carry_labels_and_logits_and_no_person(table: Path) -> None:
    header = table.read_text().splitlines()[0].split(",")
    content = [f"patient_{x}" for x in LABELS] + [f"logit_{x}" for x in LABELS]
    assert header in (content, ["patient_id", "eye", *content])
