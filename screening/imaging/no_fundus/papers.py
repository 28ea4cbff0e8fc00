"""Pages and screens: text, forms, charts, windows."""

import cv2
import numpy as np

from screening.imaging.arrays import Image
from screening.imaging.no_fundus.brushes import (
    Colour,
    any_colour,
    clouds,
    pen,
    photograph,
    plain,
    size_of,
    warm_colour,
)

_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)


def _paper(rng: np.random.Generator) -> Image:
    """White, yellowed, or dark as on a screen; sometimes reddish, as by lamp light."""
    shades = ([250, 250, 248], [235, 222, 190], [240, 200, 160], [30, 32, 36], warm_colour(rng))
    return _sheet(shades[int(rng.integers(len(shades)))], rng)


def _sheet(colour: Colour, rng: np.random.Generator) -> Image:
    return plain(size_of(rng), colour).clip(0, 255).astype(np.uint8)


def _write(picture: Image, rng: np.random.Generator, left: int, top: int, right: int, bottom: int) -> None:
    scale, font = rng.uniform(0.3, 0.9), _FONTS[int(rng.integers(len(_FONTS)))]
    ink = [15, 15, 20] if picture.mean() > 110 else [230, 230, 230]
    step = round(30 * scale)
    for line in range(top + step, bottom, step):
        length = int(rng.uniform(0.3, 1) * (right - left) / (18 * scale))
        text = "".join(chr(int(c)) for c in rng.choice([32, *range(97, 123)], length))
        cv2.putText(picture, text, (left, line), font, scale, ink, 1, cv2.LINE_AA)


def page(rng: np.random.Generator) -> Image:
    picture = _paper(rng)
    height, width = picture.shape[:2]
    _write(picture, rng, width // 20, height // 20, width - width // 20, height - height // 20)
    return _seen(picture, rng)


def form(rng: np.random.Generator) -> Image:
    """Ruled boxes with words in them."""
    picture = _paper(rng)
    height, width = picture.shape[:2]
    for top in range(height // 12, height - height // 8, height // 8):
        right = int(width * rng.uniform(0.5, 0.95))
        cv2.rectangle(picture, (width // 20, top), (right, top + height // 10), (90, 90, 90), 1)
        _write(picture, rng, width // 16, top, right, top + height // 10)
    return _seen(picture, rng)


def chart(rng: np.random.Generator) -> Image:
    """Axes with bars or curves."""
    picture = _paper(rng)
    height, width = picture.shape[:2]
    cv2.line(picture, (width // 8, height // 10), (width // 8, height * 9 // 10), (40, 40, 40), 2)
    cv2.line(picture, (width // 8, height * 9 // 10), (width * 9 // 10, height * 9 // 10), (40, 40, 40), 2)
    for curve in range(int(rng.integers(1, 5))):
        x = np.linspace(width / 8, width * 0.9, 40)
        y = np.clip(height / 2 + rng.normal(0, height / 14, 40).cumsum() * (0.4 + 0.1 * curve), 0, height)
        points = np.stack([x, y], axis=1)
        pen(picture, points, any_colour(rng), int(rng.integers(1, 5)))
    return _seen(picture, rng)


def screen(rng: np.random.Generator) -> Image:
    """Windows over each other, with title bars, pictures in them and words."""
    picture = _sheet(any_colour(rng), rng)
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(2, 6))):
        left, top = int(rng.uniform(0, 0.6) * width), int(rng.uniform(0, 0.6) * height)
        right, bottom = left + int(rng.uniform(0.2, 0.6) * width), top + int(rng.uniform(0.2, 0.6) * height)
        cv2.rectangle(picture, (left, top), (right, bottom), any_colour(rng), -1)
        cv2.rectangle(picture, (left, top), (right, top + 18), any_colour(rng), -1)
        _write(picture, rng, left + 4, top + 18, min(right, width), min(bottom, height))
    return picture


def _seen(picture: Image, rng: np.random.Generator) -> Image:
    """Exported as it is, or photographed with a lamp beside it."""
    if rng.random() < 0.5:
        return picture
    lamp = 0.8 + 0.15 * clouds((picture.shape[0], picture.shape[1]), 2, rng)
    return photograph(np.asarray(picture * lamp[:, :, None], dtype=np.float32), rng)
