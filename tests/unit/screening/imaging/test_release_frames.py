"""A black border, another format or a slight turn are seen through before the network sees anything."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from screening import releases
from screening.imaging.arrays import Image
from screening.imaging.fundus_photographs import other_photographs
from screening.imaging.preprocess import PreprocessSpec, prepare
from screening.imaging.reframe import WHOLE_FIELD
from screening.imaging.release_frames import TOLERANCE, measure_frames

SPEC = PreprocessSpec(size=96)


@pytest.mark.parametrize(("name", "most"), [("border 12 %", 0.5), ("4:3", 0.5), ("doubled", 2.0)])
def test_another_frame_prepares_to_the_same_picture(fundus: Image, name: str, most: float) -> None:
    for plain, framed in zip(prepare(fundus, SPEC), prepare(WHOLE_FIELD[name](fundus), SPEC), strict=True):
        assert np.abs(plain.astype(int) - framed).mean() < most


def test_frames_differ_in_size_and_keep_the_photograph_in_the_middle(fundus: Image) -> None:
    height, width = fundus.shape[:2]
    for frame in WHOLE_FIELD.values():
        framed = frame(fundus)
        assert framed.shape[0] >= height and framed.shape[1] >= width and framed.shape != fundus.shape
    framed = WHOLE_FIELD["4:3"](fundus)
    assert framed.shape[1] / framed.shape[0] == pytest.approx(4 / 3, abs=0.01)


def test_what_a_release_makes_of_frames_is_measured(
    tiny_release: Path, fundus: Image, tmp_path: Path
) -> None:
    path = tmp_path / "1_left.png"
    cv2.imwrite(str(path), fundus[:, :, ::-1])
    found = measure_frames(tiny_release, [path], engine="torch-f32")
    assert set(found) == {*WHOLE_FIELD, "photographs"}
    for name in WHOLE_FIELD:
        assert 0 <= found[name]["mean"] <= found[name]["99_percent_below"] <= found[name]["most"] <= 1
    assert found["border 12 %"]["mean"] < found["turned 5 degrees"]["mean"]


@pytest.mark.slow
def test_the_shipped_release_scores_another_frame_the_same_within_the_tolerance(shared: Path) -> None:
    release = sorted((Path(releases.__file__).parent / "releases").glob("*/card.json"))[-1].parent
    photographs = other_photographs(shared / "data" / "odir5k", 12, seed=2)
    found = measure_frames(release, photographs, engine="openvino")
    assert set(TOLERANCE) == set(WHOLE_FIELD)
    assert not [name for name in TOLERANCE if not found[name]["within_tolerance"]], found
