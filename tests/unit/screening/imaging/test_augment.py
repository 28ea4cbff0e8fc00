"""Variation keeps a photograph a photograph: shape, black border, and nothing where it is switched off."""

import numpy as np
import pytest

from screening.imaging.arrays import Image
from screening.imaging.augment import Augmentation, vary
from screening.imaging.preprocess import PreprocessSpec, prepare

OFF = Augmentation(*[0.0] * 11)
STRONG = Augmentation(soften=1.0, noise=1.0, cut=1.0)


@pytest.fixture(scope="module", params=["colour", "grey"])
def prepared(request: pytest.FixtureRequest, fundus: Image) -> Image:
    colour, grey = prepare(fundus, PreprocessSpec(size=128))
    return colour if request.param == "colour" else grey


def test_everything_switched_off_is_the_same_picture(prepared: Image) -> None:
    same = vary(prepared, 128, np.random.default_rng(1), OFF)
    assert np.abs(same.astype(int) - prepared).mean() < 1.0


@pytest.mark.parametrize("size", [48, 96, 128])
def test_a_varied_picture_has_the_wanted_size_and_still_a_black_corner(prepared: Image, size: int) -> None:
    for seed in range(5):
        varied = vary(prepared, size, np.random.default_rng(seed), STRONG)
        assert varied.shape == (size, size, prepared.shape[2]) and varied.dtype == np.uint8
        assert varied[0, 0].max() < 40 < varied[size // 2].max()


def test_the_same_seed_draws_the_same_variant_and_another_another(prepared: Image) -> None:
    first, again, other = (vary(prepared, 96, np.random.default_rng(seed), STRONG) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_a_field_cut_off_is_black_above_and_below(prepared: Image) -> None:
    cut = vary(prepared, 128, np.random.default_rng(1), Augmentation(*[0.0] * 10, cut=1.0))
    assert cut[:2].max() == cut[-2:].max() == 0
