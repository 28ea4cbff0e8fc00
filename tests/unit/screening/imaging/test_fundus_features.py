"""What tells a fundus apart is measured on any picture, says what its name says, and does not depend on a border."""

import cv2
import numpy as np
import pytest

from screening.imaging.arrays import Image
from screening.imaging.fundus_features import NAMES
from screening.imaging.no_fundus.kinds import FITTED, RESERVED, draw_kinds
from screening.imaging.preprocess import frame_field
from screening.imaging.quality import measure_quality


def features(rgb: Image) -> dict[str, float]:
    return dict(measure_quality(frame_field(rgb, 14)).features)


EMPTY = {
    "black": np.zeros((300, 300, 3), np.uint8),
    "white": np.full((300, 300, 3), 255, np.uint8),
    "a single lit pixel": np.pad(np.full((1, 1, 3), 200, np.uint8), ((0, 299), (0, 299), (0, 0))),
    "a thin line": np.pad(np.full((3, 400, 3), 200, np.uint8), ((200, 200), (0, 0), (0, 0))),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("picture", EMPTY.values(), ids=EMPTY)
def test_an_empty_picture_has_numbers_too(picture: Image) -> None:
    found = features(picture)
    assert tuple(found) == NAMES and np.isfinite(list(found.values())).all()


@pytest.mark.filterwarnings("error")
def test_any_drawn_picture_has_numbers() -> None:
    drawn = draw_kinds({**FITTED, **RESERVED}, 1, seed=3)
    measured = {name: list(features(picture).values()) for name, picture in drawn}
    assert not [name for name, found in measured.items() if not np.isfinite(found).all()]


def test_a_border_changes_next_to_nothing(fundus: Image) -> None:
    bordered = np.asarray(cv2.copyMakeBorder(fundus, 30, 30, 150, 150, cv2.BORDER_CONSTANT))
    one, other = features(fundus), features(bordered)
    assert max(abs(one[name] - other[name]) for name in NAMES) < 0.1


def test_red_is_seen_in_red_and_dark_lines_in_vessels(fundus: Image) -> None:
    one = features(fundus)
    assert one["red_green"] > 0.2 and one["cold"] == 0
    assert one["line_length"] > 0.01 and one["line_colour"] > 0
    inverted = features(np.where(fundus > 14, 255 - fundus, 0).astype(np.uint8))
    assert inverted["red_green"] < 0
    assert inverted["dark_over_bright"] < one["dark_over_bright"]
