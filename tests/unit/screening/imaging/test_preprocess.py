"""Whatever black border a camera leaves, the network sees the same field."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from screening.imaging.arrays import Image
from screening.imaging.preprocess import PreprocessSpec, equalise_field, find_field, frame_field, prepare
from screening.imaging.training_data import LabelledEye, prepare_eyes

SPEC = PreprocessSpec(size=128)


def mean_difference(one: Image, other: Image) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def framed(picture: Image, top: int, bottom: int, left: int, right: int) -> Image:
    return np.asarray(cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT))


BORDERS = {
    "even": (60, 60, 60, 60),
    "4:3": (0, 0, 85, 85),
    "wide": (10, 10, 300, 300),
    "uneven": (150, 3, 40, 0),
}


@pytest.mark.parametrize("border", BORDERS.values(), ids=BORDERS)
def test_a_border_of_any_shape_changes_almost_nothing(
    fundus: Image, border: tuple[int, int, int, int]
) -> None:
    for plain, bordered in zip(prepare(fundus, SPEC), prepare(framed(fundus, *border), SPEC), strict=True):
        assert mean_difference(plain, bordered) < 3.0


def test_noise_and_text_in_the_border_are_not_the_field(fundus: Image) -> None:
    bordered = framed(fundus, 80, 80, 200, 200)
    clean = find_field(bordered, SPEC.border_threshold)
    noisy = bordered + np.random.default_rng(0).integers(0, 10, bordered.shape).astype(np.uint8) * (
        bordered == 0
    )
    cv2.putText(noisy, "2024-05-01 OD", (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (90, 255, 90), 2)
    found = find_field(noisy, SPEC.border_threshold)
    assert max(abs(a - b) for a, b in zip(vars(clean).values(), vars(found).values(), strict=True)) <= 6


def test_a_field_that_is_wider_than_high_keeps_its_shape(fundus: Image) -> None:
    cut = fundus[100:412]
    square = frame_field(cut, SPEC.border_threshold).square
    assert square.shape[0] == square.shape[1]
    lit = square.max(axis=2) > SPEC.border_threshold
    assert lit.any(axis=1).sum() < 0.7 * lit.any(axis=0).sum()


def test_a_black_picture_is_left_whole() -> None:
    box = find_field(np.zeros((300, 400, 3), np.uint8), SPEC.border_threshold)
    assert (box.width, box.height) == (400, 300)


@pytest.mark.parametrize("size", [300, 512, 2000])
def test_output_has_the_size_the_release_asks_for(fundus: Image, size: int) -> None:
    colour, grey = prepare(cv2.resize(fundus, (size, size)), SPEC)
    assert colour.shape == (128, 128, 3) and grey.shape == (128, 128, 1)
    assert colour.dtype == grey.dtype == np.uint8


def test_equalisation_spreads_the_field_and_leaves_the_border_black(fundus: Image) -> None:
    colour, grey = prepare(fundus, SPEC)
    lit = colour.max(axis=2) > SPEC.border_threshold
    assert grey[~lit].max() == 0
    shares = np.histogram(grey[lit], bins=4, range=(0, 256))[0] / lit.sum()
    assert np.allclose(shares, 0.25, atol=0.06)


def test_equalising_an_empty_field_gives_black() -> None:
    grey = np.full((8, 8), 90, np.uint8)
    assert equalise_field(grey, np.zeros_like(grey)).max() == 0


def test_training_prepares_a_photograph_exactly_as_serving_does(fundus: Image, tmp_path: Path) -> None:
    path = tmp_path / "1_left.png"
    cv2.imwrite(str(path), fundus[:, :, ::-1])
    eye = LabelledEye(path, "1", "left", 50, "Female", (1,) + (0,) * 7, (1,) + (0,) * 7, ())
    trained = prepare_eyes([eye], SPEC, progress="test")
    colour, grey = prepare(fundus, SPEC)
    assert np.array_equal(trained.colour[0], colour) and np.array_equal(trained.grey[0], grey)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_larger_original_gives_nearly_the_same_picture(fundus: Image, factor: int) -> None:
    larger = cv2.resize(fundus, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    for plain, shrunk in zip(prepare(fundus, SPEC), prepare(larger, SPEC), strict=True):
        assert mean_difference(plain, shrunk) < 3.0
