"""A blend shows two photographs and is answered for both, in the same shares."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from screening.imaging.mixup import blend

BLACK_AND_WHITE = np.stack([np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), 255, np.uint8)])


@given(seed=st.integers(0, 10_000), strength=st.floats(0.05, 5))
def test_pixels_and_answers_are_blended_in_one_share_of_which_half_or_more_is_its_own(
    seed: int, strength: float
) -> None:
    answers = np.array([[0.0], [1.0]], np.float32)
    pixels, told = blend(BLACK_AND_WHITE, answers, np.random.default_rng(seed), strength)
    for row in (0, 1):
        assert abs(pixels[row].mean() / 255 - told[row, 0]) < 0.003
    assert told[0, 0] <= 0.5 <= told[1, 0]


def test_an_answer_not_known_of_one_is_not_known_of_the_blend() -> None:
    pixels, answers = np.repeat(BLACK_AND_WHITE, 4, axis=0), np.ones((8, 2), np.float32)
    answers[0, 0] = np.nan
    rng = np.random.default_rng(3)
    told = blend(pixels, answers, rng, 1.0)[1]
    assert np.isnan(told[0, 0]) and 1 <= np.isnan(told[:, 0]).sum() <= 2
    assert (told[:, 1] == 1).all()


def test_grey_photographs_keep_their_shape() -> None:
    grey = np.zeros((3, 8, 8, 1), np.uint8)
    assert blend(grey, np.zeros((3, 1), np.float32), np.random.default_rng(1), 0.5)[0].shape == grey.shape


def test_a_strength_of_none_leaves_everything_as_it_is() -> None:
    answers = np.array([[0.0], [1.0]], np.float32)
    pixels, told = blend(BLACK_AND_WHITE, answers, np.random.default_rng(1), 0.0)
    assert pixels is BLACK_AND_WHITE and told is answers
