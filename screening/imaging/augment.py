"""Random variation of prepared photographs during training: frame, flips, light and colour."""

from dataclasses import dataclass

import cv2
import numpy as np

from screening.imaging.arrays import Doubles, Image


@dataclass(frozen=True)
class Augmentation:
    """Half-ranges of the variation; 0 switches one off."""

    rotation_degrees: float = 30.0
    zoom: float = 0.10
    shift: float = 0.03
    brightness: float = 0.15
    contrast: float = 0.15
    channel_gain: float = 0.06
    flip_vertical: float = 0.3


def _frame(rng: np.random.Generator, source: int, size: int, ranges: Augmentation) -> Doubles:
    """A random rotation, zoom, shift and flip as a 2x3 matrix from `source` to `size` pixels."""
    angle = np.deg2rad(rng.uniform(-ranges.rotation_degrees, ranges.rotation_degrees))
    scale = size / source * rng.uniform(1 - ranges.zoom, 1 + ranges.zoom)
    flip = np.diag(
        [-1.0 if rng.random() < 0.5 else 1.0, -1.0 if rng.random() < ranges.flip_vertical else 1.0]
    )
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


def vary(image: Image, size: int, rng: np.random.Generator, ranges: Augmentation) -> Image:
    """One random variant of a prepared image (s, s, c) as (size, size, c) uint8."""
    matrix = _frame(rng, image.shape[0], size, ranges)
    warped = np.asarray(cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR), dtype=np.uint8)
    return _light(warped.reshape(size, size, image.shape[2]), rng, ranges)
