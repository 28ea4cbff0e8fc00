"""Surfaces without a thing on them: noise, waves, weaves, gradients, plain colour; many in a fundus's colours."""

import numpy as np

from screening.imaging.arrays import Floats, Image
from screening.imaging.no_fundus.brushes import clouds, colour_of, fractal, pen, photograph, plain, size_of


def _two_colours(share: Floats, rng: np.random.Generator) -> Floats:
    """From one colour to another as `share` (h, w) goes from 0 to 1."""
    first, second = (np.asarray(colour_of(rng), np.float32) for _ in range(2))
    if rng.random() < 0.4:  # lighter and darker of one hue
        second = first * rng.uniform(0.2, 0.9)
    return np.asarray(first + share[:, :, None].clip(0, 1) * (second - first), dtype=np.float32)


def marble(rng: np.random.Generator) -> Image:
    shape = size_of(rng)
    share = 0.5 + rng.uniform(0.1, 0.5) * fractal(shape, rng, roughness=rng.uniform(0.35, 0.9))
    return photograph(_two_colours(share, rng), rng)


def waves(rng: np.random.Generator) -> Image:
    """Independent blobs in each channel."""
    shape = size_of(rng)
    channels = [128 + rng.uniform(20, 80) * clouds(shape, rng.uniform(4, 40), rng) for _ in range(3)]
    return photograph(np.stack(channels, axis=2).astype(np.float32), rng)


def grain(rng: np.random.Generator) -> Image:
    shape = size_of(rng)
    colours = 3 if rng.random() < 0.5 else 1
    noise = rng.normal(1, rng.uniform(0.1, 0.6), (*shape, colours)).astype(np.float32)
    return np.asarray((plain(shape, colour_of(rng)) * noise).clip(0, 255), dtype=np.uint8)


def weave(rng: np.random.Generator) -> Image:
    """Threads, stripes or tiles."""
    shape = size_of(rng)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    bend = rng.uniform(0, 20) * clouds(shape, 4, rng)
    across = np.sin((columns + bend) * rng.uniform(0.05, 0.8))
    down = np.sin((rows + bend) * rng.uniform(0.05, 0.8))
    mix = [across, across * down, np.maximum(across, down), np.sign(across * down)][int(rng.integers(4))]
    share = 0.5 + 0.4 * mix + rng.uniform(0, 0.2) * fractal(shape, rng)
    return photograph(_two_colours(np.asarray(share, dtype=np.float32), rng), rng)


def gradient(rng: np.random.Generator) -> Image:
    """Linear or round, smooth as only a computer draws it."""
    shape = size_of(rng)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.5:
        share = (columns * np.cos(angle) + rows * np.sin(angle)) / max(shape)
    else:
        share = np.hypot(columns - shape[1] / 2, rows - shape[0] / 2) / (rng.uniform(0.4, 1) * max(shape))
    return _two_colours(np.abs(np.asarray(share, dtype=np.float32)), rng).clip(0, 255).astype(np.uint8)


def one_colour(rng: np.random.Generator) -> Image:
    return plain(size_of(rng), colour_of(rng)).clip(0, 255).astype(np.uint8)


def cracks(rng: np.random.Generator) -> Image:
    """Dark lines that branch nowhere, as in glaze, leaves and dry earth: nearest what vessels look like."""
    shape = size_of(rng)
    picture = plain(shape, colour_of(rng)) * (1 + 0.12 * fractal(shape, rng))[:, :, None]
    ridge = np.abs(fractal(shape, rng, roughness=rng.uniform(0.3, 0.6)))
    lines = np.exp(-((ridge / rng.uniform(0.03, 0.12)) ** 2))
    dark = 1 - rng.uniform(0.3, 0.9) * lines
    return photograph(np.asarray(picture * dark[:, :, None], dtype=np.float32), rng)


def scribble(rng: np.random.Generator) -> Image:
    """Lines by hand on one colour."""
    shape = size_of(rng)
    picture = plain(shape, colour_of(rng)) * (1 + 0.05 * fractal(shape, rng))[:, :, None]
    ink = [float(each) for each in np.asarray(colour_of(rng)) * rng.uniform(0, 1)]
    for _ in range(int(rng.integers(3, 40))):
        steps = rng.normal(0, 25, (int(rng.integers(4, 30)), 2)).cumsum(axis=0)
        points = steps + rng.uniform(0, 1, 2) * shape[::-1]
        pen(picture, points, ink, int(rng.integers(1, 5)))
    return photograph(np.ascontiguousarray(picture, dtype=np.float32), rng)
