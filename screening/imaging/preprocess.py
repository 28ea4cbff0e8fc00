"""The one chain from an RGB photograph to what the network sees; training, live and batch use it alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from screening.imaging.arrays import Image

_PROBE_SIDE = 256
_FIELD_MIN_SHARE = 0.05
_LIT_LINE = 0.04  # a row or column belongs to the field when this share of it is lit


@dataclass(frozen=True)
class PreprocessSpec:
    """Preprocessing is a property of the weights and travels in the release's card.

    `size`: side of the square input in pixels. `border_threshold`: a pixel whose brightest channel is at or
    below it belongs to the black border (0..255). `mean`, `std`: per RGB channel after division by 255;
    the engine applies them, so arrays stay uint8 until then.
    """

    size: int = 256
    border_threshold: int = 14
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: str = "area"
    equalisation: str = "field-only"


def spec_from_json(raw: Mapping[str, Any]) -> PreprocessSpec:
    """The specification as a card or recipe writes it. Raises TypeError or KeyError on a wrong field."""
    triples = {"mean": tuple(raw["mean"]), "std": tuple(raw["std"])}
    return PreprocessSpec(**{**raw, **triples})


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels: left, top, width, height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def square(self) -> "Box":
        """The square that `frame_field` pads it to; it may begin outside the photograph."""
        side = max(self.width, self.height)
        left, top = self.left - (side - self.width) // 2, self.top - (side - self.height) // 2
        return Box(left, top, side, side)


@dataclass(frozen=True)
class Framed:
    """The field of view in a square of black. `box`: where the field lay in the photograph."""

    square: Image
    box: Box

    @property
    def box_share(self) -> float:
        """How much of the square the field's bounding box takes."""
        return self.box.width * self.box.height / max(self.box.width, self.box.height) ** 2


def field_mask(rgb: Image, border_threshold: int) -> Image:
    """1 where a pixel belongs to the field, 0 in the black border; (h, w) uint8."""
    red, green, blue = cv2.split(rgb)
    brightest = cv2.max(cv2.max(red, green), blue)
    return np.asarray(cv2.threshold(brightest, border_threshold, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def find_field(rgb: Image, border_threshold: int) -> Box:
    """The bounding box of the lit field: the largest connected region brighter than the border.

    Text burnt into the black corner is a smaller region and is ignored. Where less than 5 % of the picture
    is lit, the whole picture is returned; the quality check says why it cannot be judged.
    """
    height, width = rgb.shape[:2]
    step = -(-max(height, width) // _PROBE_SIDE)
    lit = field_mask(np.ascontiguousarray(rgb[::step, ::step]), border_threshold)
    lit = np.asarray(cv2.morphologyEx(lit, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(lit, connectivity=8)
    if count < 2:
        return Box(0, 0, width, height)
    left, top, box_width, box_height, area = (int(v) for v in stats[1 + int(stats[1:, 4].argmax())])
    if area < _FIELD_MIN_SHARE * lit.size:
        return Box(0, 0, width, height)
    coarse = (left * step, top * step, (left + box_width) * step, (top + box_height) * step)
    return _refine(rgb, coarse, step, border_threshold)


def _refine(rgb: Image, coarse: tuple[int, int, int, int], step: int, border_threshold: int) -> Box:
    """Move each side of a box found on every `step`-th pixel to where the lit lines really begin and end."""
    height, width = rgb.shape[:2]
    left, top, right, bottom = coarse

    def lit_lines(start: int, stop: int, *, axis: int) -> list[int]:
        strip = rgb[start:stop, left:right] if axis else rgb[top:bottom, start:stop]
        lit = field_mask(np.ascontiguousarray(strip), border_threshold).mean(axis=axis)
        return [start + int(i) for i in np.flatnonzero(lit >= _LIT_LINE)]

    def around(place: int, limit: int) -> tuple[int, int]:
        return max(0, place - 2 * step), min(limit, place + 2 * step)

    rows = [lit_lines(*around(edge, height), axis=1) for edge in (top, bottom)]
    columns = [lit_lines(*around(edge, width), axis=0) for edge in (left, right)]
    y, end_y = min(rows[0], default=top), max(rows[1], default=min(height, bottom) - 1) + 1
    x, end_x = min(columns[0], default=left), max(columns[1], default=min(width, right) - 1) + 1
    return Box(x, y, end_x - x, end_y - y)


def frame_field(rgb: Image, border_threshold: int) -> Framed:
    """Cut the border away; aspect kept, the shorter side padded with black to a square."""
    box = find_field(rgb, border_threshold)
    field = rgb[box.top : box.top + box.height, box.left : box.left + box.width]
    side = max(box.width, box.height)
    x, y = side - box.width, side - box.height
    if x or y:
        padded = cv2.copyMakeBorder(field, y // 2, y - y // 2, x // 2, x - x // 2, cv2.BORDER_CONSTANT)
        field = np.asarray(padded, dtype=np.uint8)
    return Framed(field, box)


def equalise_field(grey: Image, mask: Image) -> Image:
    """Histogram equalisation over the field alone; the border becomes 0 and does not shift the result."""
    histogram = cv2.calcHist([grey], [0], mask, [256], [0, 256]).ravel().astype(np.float64)
    table = np.round(np.cumsum(histogram) * (255.0 / max(1.0, histogram.sum()))).astype(np.uint8)
    return np.asarray(cv2.multiply(cv2.LUT(grey, table), mask), dtype=np.uint8)


def resize_square(square: Image, size: int) -> Image:
    """A square picture at `size` pixels: averaged when it shrinks, interpolated when it grows.

    Halving first costs a fraction of one large step and averages the same pixels.
    """
    while (half := square.shape[0] // 2) >= size:
        even = square[: 2 * half, : 2 * half]
        square = np.asarray(cv2.resize(even, (half, half), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if square.shape[0] == size:
        return np.ascontiguousarray(square)
    flag = cv2.INTER_AREA if square.shape[0] > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(square, (size, size), interpolation=flag), dtype=np.uint8)


def prepare_framed(framed: Framed, spec: PreprocessSpec) -> tuple[Image, Image]:
    """The second half of `prepare`, for a caller that needs the framed picture too."""
    colour = resize_square(framed.square, spec.size)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    equalised = equalise_field(grey, field_mask(colour, spec.border_threshold))
    return colour, equalised[:, :, np.newaxis]


def prepare(rgb: Image, spec: PreprocessSpec) -> tuple[Image, Image]:
    """One photograph (h, w, 3) RGB uint8 to the inputs of both branches, uint8, at `spec.size`.

    Returns colour (size, size, 3) and grey (size, size, 1): grey, equalised over the field. The network's
    grey branch reads the one channel three times.
    """
    return prepare_framed(frame_field(rgb, spec.border_threshold), spec)
