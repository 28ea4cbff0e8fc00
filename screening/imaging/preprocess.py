"""The one chain from an RGB photograph to what the network sees; training, live and batch use it alike."""

from dataclasses import dataclass

import cv2
import numpy as np

from screening.imaging.arrays import Image, Mask

_PROBE_SIDE = 256
_FIELD_MIN_SHARE = 0.05


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


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels: left, top, width, height."""

    left: int
    top: int
    width: int
    height: int


def find_field(rgb: Image, border_threshold: int) -> Box:
    """The bounding box of the lit field: the largest connected region brighter than the border.

    Text burnt into the black corner is a smaller region and is ignored. Where less than 5 % of the picture
    is lit, the whole picture is returned; the quality check says why it cannot be judged.
    """
    height, width = rgb.shape[:2]
    scale = max(1.0, max(height, width) / _PROBE_SIDE)
    small = cv2.resize(rgb, (round(width / scale), round(height / scale)), interpolation=cv2.INTER_AREA)
    lit = (small.max(axis=2) > border_threshold).astype(np.uint8)
    lit = cv2.morphologyEx(lit, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(lit, connectivity=8)
    if count < 2:
        return Box(0, 0, width, height)
    left, top, box_width, box_height, area = (int(v) for v in stats[1 + int(stats[1:, 4].argmax())])
    if area < _FIELD_MIN_SHARE * lit.size:
        return Box(0, 0, width, height)
    x, y = int(left * width / small.shape[1]), int(top * height / small.shape[0])
    right = min(width, round((left + box_width) * width / small.shape[1]))
    bottom = min(height, round((top + box_height) * height / small.shape[0]))
    return Box(x, y, max(1, right - x), max(1, bottom - y))


def crop_border(rgb: Image, border_threshold: int) -> Image:
    """The field of view in a square: border cut away, aspect kept, the shorter side padded with black."""
    box = find_field(rgb, border_threshold)
    field = rgb[box.top : box.top + box.height, box.left : box.left + box.width]
    side = max(box.width, box.height)
    x, y = side - box.width, side - box.height
    if not x and not y:
        return field
    padded = cv2.copyMakeBorder(field, y // 2, y - y // 2, x // 2, x - x // 2, cv2.BORDER_CONSTANT)
    return np.asarray(padded, dtype=np.uint8)


def field_mask(rgb: Image, border_threshold: int) -> Mask:
    """True where a pixel belongs to the field, not to the black border."""
    mask: Mask = rgb.max(axis=2) > border_threshold
    return mask


def equalise_field(grey: Image, mask: Mask) -> Image:
    """Histogram equalisation over the field alone; the border becomes 0 and does not shift the result."""
    histogram = np.bincount(grey[mask], minlength=256)
    total = int(histogram.sum())
    if total == 0:
        return np.zeros_like(grey)
    table = np.round(np.cumsum(histogram) * (255.0 / total)).astype(np.uint8)
    return np.where(mask, table[grey], np.uint8(0)).astype(np.uint8)


def prepare(rgb: Image, spec: PreprocessSpec) -> tuple[Image, Image]:
    """One photograph (h, w, 3) RGB uint8 to the inputs of both branches, uint8, at `spec.size`.

    Returns colour (size, size, 3) and grey (size, size, 1): grey, equalised over the field. The network's
    grey branch reads the one channel three times.
    """
    square = crop_border(rgb, spec.border_threshold)
    shrinks = square.shape[0] >= spec.size
    flag = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    colour = np.asarray(cv2.resize(square, (spec.size, spec.size), interpolation=flag), dtype=np.uint8)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    equalised = equalise_field(grey, field_mask(colour, spec.border_threshold))
    return colour, equalised[:, :, np.newaxis]
