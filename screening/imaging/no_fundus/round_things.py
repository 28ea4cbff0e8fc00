"""Round things on dark ground: moons, fruit, balls, planets, plates, drawn circles."""

import cv2
import numpy as np

from screening.imaging.arrays import Floats, Image
from screening.imaging.no_fundus.brushes import (
    any_colour,
    blend,
    clouds,
    colour_of,
    distance,
    fractal,
    inside,
    photograph,
    size_of,
    warm_colour,
)

_Place = tuple[tuple[int, int], tuple[float, float], float]


def _place(rng: np.random.Generator) -> _Place:
    """Shape of the picture, centre (x, y) and radius of the thing."""
    shape = size_of(rng)
    off = rng.uniform(-0.04, 0.04, 2)
    centre = (shape[1] * float(0.5 + off[0]), shape[0] * float(0.5 + off[1]))
    return shape, centre, min(shape) * float(rng.uniform(0.33, 0.52))


def _ground(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    dark = rng.random() < 0.7
    shade = np.full(3, rng.uniform(0, 12)) if dark else np.asarray(any_colour(rng))
    return np.asarray(np.zeros((*shape, 3)) + shade, dtype=np.float32)


def _lit_ball(away: Floats, place: _Place, rng: np.random.Generator) -> Floats:
    """Light on a ball from one side."""
    shape, centre, radius = place
    lamp = (centre[0] + rng.normal(0, 0.4) * radius, centre[1] + rng.normal(0, 0.4) * radius)
    shade = 1.1 - rng.uniform(0.2, 0.7) * (distance(shape, lamp) / radius) ** 2
    return np.asarray(shade.clip(0.05) * inside(away, radius, rng.uniform(0.7, 3)), dtype=np.float32)


def _put(place: _Place, skin: Floats, rng: np.random.Generator, *, gloss: bool = False) -> Image:
    shape, centre, radius = place
    away = distance(shape, centre)
    picture, light = _ground(shape, rng), _lit_ball(away, place, rng)
    picture += inside(away, radius)[:, :, None] * (skin * light[:, :, None] - picture)
    if gloss:
        spot = (centre[0] + rng.normal(0, 0.3) * radius, centre[1] + rng.normal(0, 0.3) * radius)
        blend(
            picture, [255, 255, 250], 0.9 * inside(distance(shape, spot), radius * rng.uniform(0.04, 0.2), 6)
        )
    return photograph(picture, rng)


def fruit(rng: np.random.Generator) -> Image:
    """Orange, tomato, apple: pores or stripes, a gloss, a stalk."""
    place = _place(rng)
    shape, centre, radius = place
    pores = 1 + rng.uniform(0.02, 0.12) * clouds(shape, rng.uniform(40, 120), rng)
    skin = np.asarray(warm_colour(rng), np.float32) * (pores + 0.08 * fractal(shape, rng))[:, :, None]
    stalk = (centre[0] + rng.normal(0, 0.3) * radius, centre[1] + rng.normal(0, 0.3) * radius)
    blend(skin, [70, 80, 30], inside(distance(shape, stalk), radius * rng.uniform(0.03, 0.12), 3))
    return _put(place, np.asarray(skin, dtype=np.float32), rng, gloss=rng.random() < 0.7)


def moon(rng: np.random.Generator) -> Image:
    """Grey or, low above the horizon and in eclipse, orange to red: plains and craters."""
    place = _place(rng)
    shape, centre, radius = place
    base = np.array([190, 185, 175]) if rng.random() < 0.5 else np.asarray(warm_colour(rng))
    skin = np.asarray(base * (1 + 0.2 * fractal(shape, rng, roughness=0.6))[:, :, None], dtype=np.float32)
    for _ in range(int(rng.integers(10, 80))):
        at = (centre[0] + rng.normal(0, 0.5) * radius, centre[1] + rng.normal(0, 0.5) * radius)
        away = distance(shape, at) / (radius * rng.uniform(0.01, 0.08))
        skin *= (1 + 0.3 * np.exp(-(((away - 1) * 3) ** 2)) - 0.2 * inside(away, 1, 0.2))[:, :, None]
    return _put(place, skin, rng)


def planet(rng: np.random.Generator) -> Image:
    """Bands and storms."""
    place = _place(rng)
    shape = place[0]
    rows = np.arange(shape[0], dtype=np.float32)[:, None] + 12 * fractal(shape, rng)
    bands = 1 + 0.2 * np.sin(rows * rng.uniform(0.03, 0.15)) + 0.06 * fractal(shape, rng)
    return _put(place, np.asarray(np.asarray(colour_of(rng)) * bands[:, :, None], dtype=np.float32), rng)


def ball(rng: np.random.Generator) -> Image:
    """One colour, or with seams."""
    place = _place(rng)
    shape = place[0]
    skin = np.asarray(np.zeros((*shape, 3)) + colour_of(rng), dtype=np.float32)
    for _ in range(int(rng.integers(0, 5))):
        start, stop = (tuple(int(v) for v in rng.uniform(0, min(shape), 2)) for _ in range(2))
        cv2.line(skin, start, stop, [20, 20, 20], int(rng.integers(1, 6)), cv2.LINE_AA)
    return _put(place, skin, rng, gloss=rng.random() < 0.6)


def drawn_circle(rng: np.random.Generator) -> Image:
    """Flat, by a computer: a filled circle, rings, or a target."""
    shape, centre, radius = _place(rng)
    picture = _ground(shape, rng)
    for share in np.sort(rng.uniform(0.2, 1, int(rng.integers(1, 5))))[::-1]:
        at = (int(centre[0]), int(centre[1]))
        cv2.circle(picture, at, int(radius * share), colour_of(rng), -1, cv2.LINE_AA)
    return picture.clip(0, 255).astype(np.uint8)


def plate(rng: np.random.Generator) -> Image:
    """A dish from above: rim, and pieces in it."""
    place = _place(rng)
    shape, centre, radius = place
    skin = np.asarray(np.zeros((*shape, 3)) + colour_of(rng), dtype=np.float32)
    for _ in range(int(rng.integers(5, 60))):
        at = (centre[0] + rng.normal(0, 0.35) * radius, centre[1] + rng.normal(0, 0.35) * radius)
        blend(skin, colour_of(rng), inside(distance(shape, at), radius * rng.uniform(0.03, 0.2), 2))
    rim = np.exp(-(((distance(shape, centre) - 0.8 * radius) / (0.03 * radius)) ** 2))
    return _put(place, np.asarray(skin * (1 + 0.2 * rim)[:, :, None], dtype=np.float32), rng)
