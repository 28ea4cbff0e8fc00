"""Random variation of prepared photographs during training: frame, flips, light, colour, sharpness, noise."""

from dataclasses import dataclass

import cv2
import numpy as np

from screening.imaging.arrays import Doubles, Image
from screening.imaging.preprocess import resize_square

_SOFT_SIDE = 256.0  # blur is stated for a picture of this side


@dataclass(frozen=True)
class Augmentation:
    """Half-ranges and probabilities of the variation; 0 switches one off.

    Half-ranges: `rotation_degrees`; `zoom`, `shift` (shares of the side); `brightness`, `contrast`,
    `channel_gain`. Probabilities: `flip_horizontal`, `flip_vertical`; `soften` (a blur as of a weaker camera),
    `noise` (of a sensor), `cut` (a field cut off above and below, as by a 4:3 sensor).
    """

    rotation_degrees: float = 30.0
    zoom: float = 0.10
    shift: float = 0.03
    brightness: float = 0.15
    contrast: float = 0.15
    channel_gain: float = 0.06
    flip_horizontal: float = 0.5
    flip_vertical: float = 0.3
    soften: float = 0.2
    noise: float = 0.1
    cut: float = 0.1


def _frame(rng: np.random.Generator, source: int, size: int, ranges: Augmentation) -> Doubles:
    """A random rotation, zoom, shift and flip as a 2x3 matrix from `source` to `size` pixels."""
    angle = np.deg2rad(rng.uniform(-ranges.rotation_degrees, ranges.rotation_degrees))
    scale = size / source * rng.uniform(1 - ranges.zoom, 1 + ranges.zoom)
    chances = (ranges.flip_horizontal, ranges.flip_vertical)
    flip = np.diag([-1.0 if rng.random() < chance else 1.0 for chance in chances])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ flip * scale
    centre = np.full(2, (source - 1) / 2)
    offset = (size - 1) / 2 + rng.uniform(-ranges.shift, ranges.shift, 2) * size - turn @ centre
    return np.column_stack([turn, offset])


def _light(image: Image, rng: np.random.Generator, ranges: Augmentation) -> Image:
    """Brightness, contrast and channel gain through one table per channel; black stays black."""
    contrast = 1 + rng.uniform(-ranges.contrast, ranges.contrast)
    gain = 1 + rng.uniform(-ranges.brightness, ranges.brightness)
    levels = np.arange(256, dtype=np.float32)
    out = np.empty_like(image)
    for channel in range(image.shape[2]):
        tint = 1 + rng.uniform(-ranges.channel_gain, ranges.channel_gain)
        table = np.clip(255.0 * (levels / 255.0) ** contrast * gain * tint, 0, 255).astype(np.uint8)
        out[:, :, channel] = table[image[:, :, channel]]
    return out


def _camera(image: Image, rng: np.random.Generator, ranges: Augmentation) -> Image:
    """What a weaker camera does: blur, noise, a field cut off above and below. Changes `image`."""
    if rng.random() < ranges.soften:
        sigma = rng.uniform(0.3, 1.0) * image.shape[0] / _SOFT_SIDE
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.uint8).reshape(image.shape)
    if rng.random() < ranges.noise:
        grain = rng.normal(0.0, rng.uniform(1.0, 5.0), image.shape[:2])[:, :, np.newaxis]
        image = np.clip(image + grain * (image > 0), 0, 255).astype(np.uint8)
    if rng.random() < ranges.cut:
        rows = int(rng.uniform(0.02, 0.12) * image.shape[0])
        image[:rows] = image[image.shape[0] - rows :] = 0
    return image


def vary(image: Image, size: int, rng: np.random.Generator, ranges: Augmentation) -> Image:
    """One random variant of a prepared image (s, s, c) as (size, size, c) uint8."""
    if image.shape[0] > 1.3 * size:  # a warp takes single pixels; average first, or small lesions flicker
        side = round(1.08 * size)
        image = resize_square(image, side).reshape(side, side, image.shape[2])
    matrix = _frame(rng, image.shape[0], size, ranges)
    warped = np.asarray(cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR), dtype=np.uint8)
    return _camera(_light(warped.reshape(size, size, image.shape[2]), rng, ranges), rng, ranges)
