"""Drawn pictures that are no fundus: many kinds, each picture its own, the same every time."""

from itertools import islice

import numpy as np
import pytest

from screening.domain.quality import Gradability, QualityThresholds
from screening.imaging.no_fundus.brushes import Draw
from screening.imaging.no_fundus.kinds import FITTED, RESERVED, draw_kinds
from screening.imaging.quality import assess

KINDS = {**FITTED, **RESERVED}
LIMITS = QualityThresholds()


def test_no_kind_is_both_fitted_and_reserved() -> None:
    assert not set(FITTED) & set(RESERVED)


@pytest.mark.parametrize("draw", KINDS.values(), ids=KINDS)
def test_a_kind_is_a_picture_as_large_as_a_photograph_must_be_and_never_the_same_twice(draw: Draw) -> None:
    one, again, other = (draw(np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert one.dtype == np.uint8 and one.ndim == 3 and one.shape[2] == 3 and min(one.shape[:2]) >= 256
    assert np.array_equal(one, again)
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_drawing_names_each_kind_as_often_as_asked() -> None:
    names = [name for name, _ in islice(draw_kinds(KINDS, 2, seed=1), 6)]
    assert names == [name for name in list(KINDS)[:3] for _ in range(2)]


@pytest.mark.slow
def test_at_most_one_in_a_hundred_drawn_pictures_is_let_through() -> None:
    tried, through = 0, []
    for name, picture in draw_kinds(KINDS, 8, seed=77):
        tried += 1
        if assess(picture, LIMITS).gradability is not Gradability.UNGRADABLE:
            through.append(name)
    assert len(through) <= 0.01 * tried, through
