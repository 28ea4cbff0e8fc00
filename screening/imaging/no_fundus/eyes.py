"""Eyes from outside: iris, pupil, lids and white, near and far, red and pale. What most often comes instead."""

import cv2
import numpy as np

from screening.imaging.arrays import Floats, Image
from screening.imaging.no_fundus.brushes import (
    blend,
    clouds,
    distance,
    fractal,
    inside,
    middle_of,
    pen,
    photograph,
    size_of,
)


def _skin(rng: np.random.Generator) -> list[float]:
    tone = rng.uniform(0.35, 1.05)
    return [float(c) for c in np.array([225, 165, 135]) * tone * rng.uniform(0.9, 1.1, 3)]


def _iris_colour(rng: np.random.Generator) -> list[float]:
    colours = ([95, 60, 30], [60, 38, 22], [110, 140, 165], [100, 120, 80], [150, 95, 45], [170, 70, 40])
    return [float(c) for c in np.array(colours[int(rng.integers(len(colours)))]) * rng.uniform(0.6, 1.3)]


def _iris(picture: Floats, centre: tuple[float, float], radius: float, rng: np.random.Generator) -> None:
    """Fibres from the pupil outwards, a dark limbus, the pupil, and the lamp mirrored in it."""
    shape = (picture.shape[0], picture.shape[1])
    away = distance(shape, centre)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle = np.arctan2(rows - centre[1], columns - centre[0])
    fibres = sum(np.sin(angle * n + rng.uniform(0, 6)) / 3 for n in rng.integers(20, 90, 5))
    colour = (
        np.asarray(_iris_colour(rng), np.float32) * (1 + 0.18 * np.asarray(fibres, np.float32))[:, :, None]
    )
    share = inside(away, radius, radius * 0.03)[:, :, None]
    picture += share * (colour - picture)
    picture *= (1 - 0.5 * np.exp(-(((away - radius) / (0.08 * radius)) ** 2)))[:, :, None]
    pupil = radius * rng.uniform(0.25, 0.75)
    # red, grey or white pupils: flash, cataract
    shades = ([8, 8, 10], [8, 8, 10], [150, 40, 25], [130, 130, 125], [190, 110, 60])
    blend(picture, shades[int(rng.integers(len(shades)))], inside(away, pupil, 1.5))
    for _ in range(int(rng.integers(1, 4))):
        spot = (centre[0] + rng.normal(0, 0.3) * radius, centre[1] + rng.normal(0, 0.3) * radius)
        blend(picture, [252, 252, 250], inside(distance(shape, spot), radius * rng.uniform(0.03, 0.15), 2))


def _veins(picture: Floats, rng: np.random.Generator, count: int) -> None:
    """Red vessels of the conjunctiva, running towards the iris."""
    height, width = picture.shape[:2]
    ink = [float(c) for c in np.array([170, 50, 45]) * rng.uniform(0.7, 1.2)]
    for _ in range(count):
        steps = rng.normal(0, 1, (14, 2)) * [height / 60, height / 60] + rng.normal(0, width / 60, 2)
        points = rng.uniform(0, 1, 2) * (width, height) + steps.cumsum(axis=0)
        pen(picture, points, ink, int(rng.integers(1, 3)))


def _white(shape: tuple[int, int], rng: np.random.Generator, *, red: float) -> Floats:
    base = np.array([235, 225, 218], np.float32) * (1 - red) + np.array([205, 80, 65], np.float32) * red
    mottle = 1 + 0.06 * fractal(shape, rng)
    picture = np.asarray(base * rng.uniform(0.6, 1.0) * mottle[:, :, None], dtype=np.float32)
    _veins(picture, rng, int(rng.integers(5, 20 + round(60 * red))))
    return picture


def open_eye(rng: np.random.Generator) -> Image:
    """The whole eye with lids, lashes and skin."""
    shape = size_of(rng)
    picture = _white(shape, rng, red=rng.uniform(0, 0.5))
    centre, half = middle_of(shape, rng), min(shape)
    _iris(picture, centre, half * rng.uniform(0.14, 0.28), rng)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    opening = (1 - ((columns - centre[0]) / (shape[1] * rng.uniform(0.4, 0.6))) ** 2).clip(0)
    gap = half * rng.uniform(0.15, 0.4) * opening
    lid = (1 / (1 + np.exp(np.clip(gap - np.abs(rows - centre[1]), -30, 30)))).astype(np.float32)
    skin = np.asarray(_skin(rng), np.float32) * (1 + 0.08 * fractal(shape, rng))[:, :, None]
    picture += lid[:, :, None] * (skin - picture)
    _lashes(picture, centre, gap, rng)
    return photograph(picture, rng)


def _lashes(picture: Floats, centre: tuple[float, float], gap: Floats, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for x in rng.uniform(width * 0.15, width * 0.85, int(rng.integers(10, 60))):
        top = centre[1] - float(gap[0, int(x)])
        tip = (int(x + (x - width / 2) * 0.2 + rng.normal(0, 4)), int(top - rng.uniform(0.05, 0.13) * height))
        cv2.line(picture, (int(x), int(top)), tip, (35, 25, 20), 1, cv2.LINE_AA)


def iris_near(rng: np.random.Generator) -> Image:
    """A slit lamp's view: the iris fills most of it, white around."""
    shape = size_of(rng)
    picture = _white(shape, rng, red=rng.uniform(0, 0.7))
    _iris(picture, middle_of(shape, rng, off=0.1), min(shape) * rng.uniform(0.3, 0.55), rng)
    return photograph(picture, rng)


def red_eye_near(rng: np.random.Generator) -> Image:
    """Inflamed conjunctiva close up, the cornea at an edge or not at all."""
    shape = size_of(rng)
    picture = _white(shape, rng, red=rng.uniform(0.5, 1))
    if rng.random() < 0.6:
        edge = (shape[1] * float(rng.choice([0.0, 1.0])), shape[0] * rng.uniform(0.3, 0.7))
        _iris(picture, edge, min(shape) * rng.uniform(0.3, 0.5), rng)
    return photograph(picture, rng)


def slit_beam(rng: np.random.Generator) -> Image:
    """A narrow beam over a dim eye."""
    shape = size_of(rng)
    picture = _white(shape, rng, red=rng.uniform(0, 0.5))
    centre = middle_of(shape, rng)
    _iris(picture, centre, min(shape) * rng.uniform(0.3, 0.5), rng)
    columns = np.arange(shape[1], dtype=np.float32)[None, :]
    bend = clouds(shape, 2, rng) * 4
    beam = np.exp(-(((columns - centre[0] + bend) / rng.uniform(6, 25)) ** 2))
    lit = picture * rng.uniform(0.1, 0.4) + beam[:, :, None] * np.array([180, 190, 170])
    return photograph(np.asarray(lit, dtype=np.float32), rng)


def pupil_glow(rng: np.random.Generator) -> Image:
    """The red reflex: a glowing pupil on a dark iris, nearest to a fundus of all outer eyes."""
    shape = size_of(rng)
    picture = np.zeros((*shape, 3), np.float32) + rng.uniform(2, 60)
    centre, radius = middle_of(shape, rng), min(shape) * rng.uniform(0.2, 0.46)
    away = distance(shape, centre)
    _iris(picture, centre, radius * rng.uniform(1.2, 2.2), rng)
    picture *= rng.uniform(0.1, 0.6)
    glow = np.array([230, 110, 50]) * rng.uniform(0.5, 1.05) * (1 + 0.1 * clouds(shape, 4, rng))[:, :, None]
    picture += inside(away, radius, radius * rng.uniform(0.01, 0.1))[:, :, None] * (glow - picture)
    spot = (centre[0] + rng.normal(0, 0.2) * radius, centre[1] + rng.normal(0, 0.2) * radius)
    blend(picture, [255, 250, 240], inside(distance(shape, spot), radius * rng.uniform(0.04, 0.12), 2))
    return photograph(np.asarray(picture, dtype=np.float32), rng)
