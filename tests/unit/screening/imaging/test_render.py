"""A rendered fundus looks like one where rules look: disc, macula, light, sharpness."""

import cv2
import numpy as np
import pytest

from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason, QualityThresholds
from screening.imaging.arrays import Image
from screening.imaging.augment import Augmentation, vary
from screening.imaging.quality import assess
from screening.imaging.render import Lesion, render_fundus

SIZE = 384
LIMITS = QualityThresholds()


def brightest_column(picture: Image) -> int:
    smooth = cv2.GaussianBlur(picture.astype(np.float32).sum(axis=2), (0, 0), SIZE / 50)
    return int(np.unravel_index(smooth.argmax(), smooth.shape)[1])


@pytest.mark.parametrize("seed", range(4))
def test_the_disc_lies_on_the_side_of_the_nose(seed: int) -> None:
    right = render_fundus(seed, Laterality.RIGHT, size=SIZE)
    left = render_fundus(seed, Laterality.LEFT, size=SIZE)
    assert brightest_column(right) > SIZE / 2 > brightest_column(left)


def test_the_same_seed_gives_the_same_picture_and_another_seed_another() -> None:
    first = render_fundus(5, Laterality.LEFT, size=SIZE)
    assert np.array_equal(first, render_fundus(5, Laterality.LEFT, size=SIZE))
    assert not np.array_equal(first, render_fundus(6, Laterality.LEFT, size=SIZE))


def test_the_corners_are_black_and_the_middle_is_lit() -> None:
    picture = render_fundus(2, Laterality.RIGHT, size=SIZE)
    assert picture.shape == (SIZE, SIZE, 3) and picture.dtype == np.uint8
    assert max(picture[:20, :20].max(), picture[-20:, -20:].max()) < 10
    assert picture[SIZE // 2 - 20 : SIZE // 2 + 20].mean() > 40


@pytest.mark.parametrize("lesion", Lesion)
def test_lesions_can_be_seen_and_leave_the_photograph_gradable(lesion: Lesion) -> None:
    plain = render_fundus(8, Laterality.RIGHT, size=512)
    ill = render_fundus(8, Laterality.RIGHT, size=512, lesions=[lesion])
    assert (np.abs(ill.astype(int) - plain).max(axis=2) > 25).mean() > 0.0005
    assert assess(ill, LIMITS, synthetic=True).gradability is Gradability.GRADABLE


@pytest.mark.parametrize("seed", range(3))
def test_at_its_full_size_a_sharp_one_is_gradable_and_a_defocused_one_blurred(seed: int) -> None:
    sharp = render_fundus(seed, Laterality.LEFT)
    assert sharp.shape == (1024, 1024, 3)
    assert assess(sharp, LIMITS, synthetic=True).gradability is Gradability.GRADABLE
    defocused = assess(render_fundus(seed, Laterality.LEFT, blur_px=16), LIMITS, synthetic=True)
    assert (defocused.gradability, defocused.reasons) == (Gradability.UNGRADABLE, (QualityReason.BLURRED,))


def test_variation_off_is_a_plain_resize_and_on_keeps_black_black() -> None:
    picture = render_fundus(1, Laterality.RIGHT, size=SIZE)
    off = Augmentation(
        rotation_degrees=0,
        zoom=0,
        shift=0,
        brightness=0,
        contrast=0,
        channel_gain=0,
        flip_vertical=0,
        soften=0,
        noise=0,
        cut=0,
    )
    seen = [vary(picture, SIZE, np.random.default_rng(seed), off) for seed in range(8)]
    for each in seen:
        assert np.array_equal(each, picture) or np.array_equal(each, picture[:, ::-1])
    assert any(not np.array_equal(each, picture) for each in seen)
    varied = vary(picture, 128, np.random.default_rng(0), Augmentation())
    assert varied.shape == (128, 128, 3) and varied[:5, :5].max() < 10
