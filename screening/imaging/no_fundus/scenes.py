"""Scenes as a telephone photographs them: land and sky, streets, faces, leaves, skin, tables."""

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
    pen,
    photograph,
    plain,
    size_of,
    warm_colour,
)


def land_and_sky(rng: np.random.Generator) -> Image:
    """Horizon, clouds, a sun; some at dusk, in reds."""
    shape = size_of(rng)
    rows = np.mgrid[: shape[0], : shape[1]][0].astype(np.float32)
    horizon = shape[0] * rng.uniform(0.3, 0.8) + shape[0] * 0.06 * clouds(shape, 5, rng)[:1]
    dusk = rng.random() < 0.4
    sky = plain(shape, warm_colour(rng) if dusk else [130, 170, 225])
    sky *= (0.6 + 0.5 * rows / shape[0] + 0.1 * fractal(shape, rng))[:, :, None]
    ground = plain(shape, colour_of(rng)) * (0.6 + 0.3 * fractal(shape, rng, roughness=0.7))[:, :, None]
    share = inside(horizon - rows, 0)[:, :, None]
    picture = np.asarray(sky + share * (ground - sky), dtype=np.float32)
    sun = (rng.uniform(0, shape[1]), rng.uniform(0, shape[0] / 2))
    blend(picture, [255, 240, 200], inside(distance(shape, sun), rng.uniform(8, 40), 3))
    return photograph(picture, rng)


def street(rng: np.random.Generator) -> Image:
    """Walls with rows of windows."""
    picture = plain(size_of(rng), any_colour(rng))
    height, width = picture.shape[:2]
    for left in range(0, width, int(rng.integers(50, 120))):
        top = int(rng.uniform(0.1, 0.6) * height)
        cv2.rectangle(picture, (left, top), (left + int(rng.integers(40, 110)), height), colour_of(rng), -1)
        glass = any_colour(rng)
        for x in range(left + 6, left + 50, 14):
            for y in range(top + 8, height, 20):
                cv2.rectangle(picture, (x, y), (x + 8, y + 12), glass, -1)
    return photograph(picture * (1 + 0.05 * fractal((height, width), rng))[:, :, None], rng)


def face(rng: np.random.Generator) -> Image:
    """Oval of skin, hair, eyes, a mouth."""
    shape = size_of(rng)
    picture = plain(shape, any_colour(rng)) * (1 + 0.2 * fractal(shape, rng))[:, :, None]
    side, centre = min(shape), (shape[1] / 2, shape[0] / 2)
    skin = np.asarray([225, 165, 135], np.float32) * rng.uniform(0.35, 1.05)
    blend(
        picture,
        [40, 28, 20],
        inside(distance(shape, (centre[0], centre[1] - 0.1 * side), 1.3), 0.33 * side, 3),
    )
    blend(picture, skin.tolist(), inside(distance(shape, centre, 1.3), 0.28 * side, 3))
    for x in (-0.11, 0.11):
        at = (centre[0] + x * side, centre[1] - 0.06 * side)
        blend(picture, [240, 238, 235], inside(distance(shape, at, 0.6), 0.05 * side))
        blend(picture, [50, 35, 25], inside(distance(shape, at), 0.025 * side))
    blend(
        picture,
        [170, 70, 70],
        inside(distance(shape, (centre[0], centre[1] + 0.17 * side), 0.35), 0.09 * side),
    )
    return photograph(picture * (1 + 0.04 * fractal(shape, rng))[:, :, None], rng)


def leaves(rng: np.random.Generator) -> Image:
    """Overlapping leaves, green or autumn-coloured."""
    shape = size_of(rng)
    picture = plain(shape, [25, 40, 20])
    base = np.asarray([70, 130, 50] if rng.random() < 0.5 else warm_colour(rng))
    for _ in range(int(rng.integers(40, 160))):
        at = (int(rng.uniform(0, shape[1])), int(rng.uniform(0, shape[0])))
        axes = (int(rng.uniform(10, 60)), int(rng.uniform(5, 25)))
        colour = [float(c) for c in base * rng.uniform(0.4, 1.4) * rng.uniform(0.85, 1.15, 3)]
        cv2.ellipse(picture, at, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
    return photograph(picture * (1 + 0.1 * fractal(shape, rng))[:, :, None], rng)


def skin(rng: np.random.Generator) -> Image:
    """Skin close up: pores, moles, hairs, a rash, veins that shine through."""
    shape = size_of(rng)
    tone = np.asarray([225, 160, 130], np.float32) * rng.uniform(0.35, 1.1) * rng.uniform(0.9, 1.1, 3)
    pores = 1 + 0.05 * fractal(shape, rng, roughness=0.9)
    picture = np.asarray(tone * pores[:, :, None], dtype=np.float32)
    rash = (0.5 * clouds(shape, 8, rng)).clip(0, 1) * rng.uniform(0, 1)
    blend(picture, [200, 70, 60], np.asarray(rash, dtype=np.float32))
    for _ in range(int(rng.integers(0, 8))):
        at = (rng.uniform(0, shape[1]), rng.uniform(0, shape[0]))
        blend(picture, [90, 50, 40], 0.8 * inside(distance(shape, at), rng.uniform(2, 25), 2))
    _hairs(picture, rng)
    return photograph(picture, rng)


def _hairs(picture: Floats, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(0, 60))):
        at, along = rng.uniform(0, 1, 2) * (width, height), rng.normal(0, 20, 2)
        points = np.stack([at, at + along, at + 2 * along + rng.normal(0, 6, 2)])
        pen(picture, points, [40, 28, 22], 1)


def things_on_a_table(rng: np.random.Generator) -> Image:
    """Boxes, bottles and cups on wood."""
    shape = size_of(rng)
    grainy = fractal((shape[0], max(8, shape[1] // 12)), rng)
    wood = cv2.resize(grainy, shape[::-1], interpolation=cv2.INTER_LINEAR)
    picture = np.asarray(plain(shape, warm_colour(rng)) * (1 + 0.12 * wood)[:, :, None], dtype=np.float32)
    for _ in range(int(rng.integers(2, 9))):
        left, top = int(rng.uniform(0, 0.8) * shape[1]), int(rng.uniform(0, 0.8) * shape[0])
        right, bottom = left + int(rng.uniform(30, 160)), top + int(rng.uniform(30, 160))
        if rng.random() < 0.5:
            cv2.rectangle(picture, (left, top), (right, bottom), colour_of(rng), -1, cv2.LINE_AA)
        else:
            cv2.circle(picture, (left, top), int(rng.uniform(15, 80)), colour_of(rng), -1, cv2.LINE_AA)
    return photograph(picture, rng)
