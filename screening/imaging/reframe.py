"""The same photograph as other cameras and other exports show it: other borders, formats, crops, turns and sizes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np

from screening.imaging.arrays import Image

_BORDER = 0.12
_TURN_DEGREES = 5.0
# A square of this share of the side lies inside the disc whose diameter is the side.
_INSIDE_SHARE = 0.70

Reframe = Callable[[Image], Image]


def with_border(rgb: Image) -> Image:
    height, width = rgb.shape[:2]
    return _padded(rgb, int(_BORDER * height), int(_BORDER * width))


def four_to_three(rgb: Image) -> Image:
    height, width = rgb.shape[:2]
    return _padded(rgb, 0, max(0, (4 * height // 3 - width) // 2))


def _padded(rgb: Image, rows: int, columns: int) -> Image:
    bordered = cv2.copyMakeBorder(rgb, rows, rows, columns, columns, cv2.BORDER_CONSTANT)
    return np.asarray(bordered, dtype=np.uint8)


def turned(rgb: Image) -> Image:
    """By 5 degrees, on a wider black ground, so that no part of the field is lost."""
    wide = with_border(rgb)
    height, width = wide.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), _TURN_DEGREES, 1.0)
    return np.asarray(cv2.warpAffine(wide, turn, (width, height)), dtype=np.uint8)


def sized(side: int) -> Reframe:
    """The longer side brought to `side` pixels."""

    def resize(rgb: Image) -> Image:
        scale = side / max(rgb.shape[:2])
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)

    return resize


def filling_the_frame(shape: float = 1.0, *, share: float = _INSIDE_SHARE) -> Reframe:
    """The middle `share` of each side, so near that no dark border is left; `shape` is height by width."""

    def crop(rgb: Image) -> Image:
        height, width = (round(share * side) for side in rgb.shape[:2])
        height = round(height * shape)
        top, left = (rgb.shape[0] - height) // 2, (rgb.shape[1] - width) // 2
        return np.ascontiguousarray(rgb[top : top + height, left : left + width])

    return crop


# What must not change a score: all of the field is still there.
WHOLE_FIELD: Mapping[str, Reframe] = MappingProxyType(
    {
        "border 12 %": with_border,
        "4:3": four_to_three,
        "turned 5 degrees": turned,
        "doubled": lambda rgb: sized(2 * max(rgb.shape[:2]))(rgb),
    }
)

# What must not make a photograph ungradable.
ALL_FRAMES: Mapping[str, Reframe] = MappingProxyType(
    {
        "border 12 %": with_border,
        "4:3": four_to_three,
        "turned 5 degrees": turned,
        "fills the frame": filling_the_frame(),
        "fills the frame, 4:3": filling_the_frame(0.75, share=0.79),
        "256 px": sized(256),
        "1000 px": sized(1000),
        "3000 px": sized(3000),
    }
)
