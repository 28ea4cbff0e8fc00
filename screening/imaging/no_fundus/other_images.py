"""Other pictures of an eye clinic: coherence tomography, angiography, perimetry; and tubes seen from inside."""

import cv2
import numpy as np

from screening.domain.laterality import Laterality
from screening.imaging.arrays import Floats, Image
from screening.imaging.no_fundus.brushes import clouds, distance, fractal, photograph, size_of
from screening.imaging.render import render_fundus


def _layers(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Brightness (h, w) 0..1 of retinal layers with a foveal pit, speckled."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    middle = shape[0] * rng.uniform(0.35, 0.6) + shape[0] * 0.03 * clouds(shape, 2, rng)[:1]
    pit = shape[0] * rng.uniform(0, 0.1) * np.exp(-(((columns - shape[1] / 2) / (0.1 * shape[1])) ** 2))
    total = np.zeros(shape, np.float32)
    for offset in rng.uniform(-0.14, 0.14, int(rng.integers(4, 9))):
        width = shape[0] * rng.uniform(0.006, 0.03)
        level = middle + shape[0] * offset + pit * (offset < 0)
        total += rng.uniform(0.3, 1) * np.exp(-(((rows - level) / width) ** 2))
    speckle = rng.gamma(3, 1 / 3, shape)
    return np.asarray(((0.08 + total) * speckle).clip(0, 1), dtype=np.float32)


def slice_grey(rng: np.random.Generator) -> Image:
    layers = _layers(size_of(rng), rng)
    shown = 1 - layers if rng.random() < 0.3 else layers
    return np.repeat((255 * shown).astype(np.uint8)[:, :, None], 3, axis=2)


def slice_coloured(rng: np.random.Generator) -> Image:
    """In false colours, also the warm ones."""
    maps = (cv2.COLORMAP_JET, cv2.COLORMAP_HOT, cv2.COLORMAP_INFERNO, cv2.COLORMAP_AUTUMN, cv2.COLORMAP_PINK)
    grey = (255 * _layers(size_of(rng), rng)).astype(np.uint8)
    chosen = maps[int(rng.integers(len(maps)))]
    return np.asarray(cv2.cvtColor(cv2.applyColorMap(grey, chosen), cv2.COLOR_BGR2RGB), dtype=np.uint8)


def thickness_map(rng: np.random.Generator) -> Image:
    """Smooth false colours in a disc or square, with rings and numbers."""
    shape = size_of(rng)
    grey = (128 + 50 * clouds(shape, 4, rng)).clip(0, 255).astype(np.uint8)
    shown = cv2.applyColorMap(grey, cv2.COLORMAP_JET)[:, :, ::-1].copy()
    at, side = (shape[1] // 2, shape[0] // 2), min(shape)
    for share in (0.1, 0.25, 0.45):
        cv2.circle(shown, at, int(side * share), (0, 0, 0), 2)
        cv2.putText(
            shown, str(rng.integers(200, 400)), (at[0], at[1] - int(side * share) + 20), 0, 0.5, (0, 0, 0)
        )
    if rng.random() < 0.5:
        shown[distance(shape, at) > 0.47 * side] = 0
    return np.asarray(shown, dtype=np.uint8)


def angiogram(rng: np.random.Generator) -> Image:
    """A grey fundus, its vessels bright or dark: a fundus, but no colour photograph."""
    laterality = Laterality.RIGHT if rng.random() < 0.5 else Laterality.LEFT
    colour = render_fundus(int(rng.integers(1 << 30)), laterality, size=384)
    green = colour[:, :, 1]
    shown = np.where(green > 8, 255 - green, 0) if rng.random() < 0.5 else green
    return np.repeat(shown.astype(np.uint8)[:, :, None], 3, axis=2)


def visual_field(rng: np.random.Generator) -> Image:
    """Perimetry's grey disc of dots."""
    side = int(rng.integers(300, 500))
    picture = np.full((side, side, 3), 255, np.uint8)
    step = max(6, side // 40)
    for x in range(0, side, step):
        for y in range(0, side, step):
            if (x - side / 2) ** 2 + (y - side / 2) ** 2 < (0.45 * side) ** 2:
                cv2.circle(picture, (x, y), int(rng.uniform(0.1, 0.5) * step), (0, 0, 0), -1, cv2.LINE_AA)
    return picture


def inside_a_tube(rng: np.random.Generator) -> Image:
    """An endoscope's view: pink folds around a dark middle, wet highlights."""
    shape = size_of(rng)
    centre = (shape[1] * rng.uniform(0.3, 0.7), shape[0] * rng.uniform(0.3, 0.7))
    away = distance(shape, centre) / min(shape)
    folds = 1 + 0.2 * np.sin(away * rng.uniform(20, 50) + 1.5 * fractal(shape, rng))
    light = (0.05 + 1.6 * away).clip(0, 1) * folds * (1 + 0.05 * fractal(shape, rng))
    colour = np.array([215, 110, 90]) * rng.uniform(0.7, 1.1) * rng.uniform(0.85, 1.15, 3)
    picture = np.asarray(colour * light[:, :, None], dtype=np.float32)
    wet = (clouds(shape, 30, rng) > 2.2).astype(np.float32)
    picture += np.asarray(cv2.GaussianBlur(wet, (0, 0), 1.5), np.float32)[:, :, None] * (250 - picture)
    return photograph(picture, rng)
