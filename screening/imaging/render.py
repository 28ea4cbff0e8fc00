"""A drawn fundus photograph, for demonstrations where no real photograph may be shipped. Never for training."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from screening.domain.laterality import Laterality
from screening.imaging.arrays import Doubles, Floats, Image
from screening.imaging.render_vessels import draw_vessels

_FIELD_RADIUS = 0.47
_DISC_OFFSET = 0.155  # of the picture's side, from the middle towards the nose
_FOVEA_OFFSET = -0.055
_DISC_RADIUS = 0.042


class Lesion(StrEnum):
    """What can be drawn into the retina."""

    DRUSEN = "drusen"
    EXUDATES = "exudates"
    HAEMORRHAGES = "haemorrhages"


@dataclass(frozen=True)
class _Eye:
    """Where things lie, in pixels. `nasal` is +1 where the nose is to the right of the picture."""

    size: int
    nasal: int
    disc: Doubles
    fovea: Doubles


def render_fundus(
    seed: int,
    laterality: Laterality,
    *,
    size: int = 1024,
    blur_px: float = 0.0,
    lesions: Collection[Lesion] = (),
) -> Image:
    """Draw a fundus, (size, size, 3) RGB uint8; the same arguments give the same picture.

    The optic disc lies on the nasal side: to the right in a right eye. `blur_px` is the standard deviation
    of the defocus at this size; at 1024 pixels 16 is judged blurred beyond use.
    """
    rng = np.random.default_rng([seed, 0 if laterality is Laterality.RIGHT else 1])
    eye = _place(rng, laterality, size)
    picture = _retina(eye, rng)
    picture *= np.exp(-draw_vessels(size, eye.disc, eye.fovea, rng))
    _draw_disc(picture, eye, rng)
    for lesion in sorted(lesions):
        _draw_lesions(picture, eye, lesion, rng)
    return _photograph(picture, rng, blur_px)


def _place(rng: np.random.Generator, laterality: Laterality, size: int) -> _Eye:
    nasal = 1 if laterality is Laterality.RIGHT else -1
    middle = np.array([0.5, 0.5]) + rng.normal(0, 0.008, 2)
    disc = middle + np.array([nasal * _DISC_OFFSET * rng.uniform(0.95, 1.1), rng.normal(-0.005, 0.01)])
    fovea = middle + np.array([nasal * _FOVEA_OFFSET, 0.02 + rng.normal(0, 0.006)])
    return _Eye(size, nasal, disc * size, fovea * size)


def _distance(size: int, centre: Doubles, stretch: float = 1.0) -> Floats:
    """Distance of every pixel from `centre`, in pixels; `stretch` > 1 makes upright ellipses."""
    grid = np.arange(size, dtype=np.float32)
    across, down = (grid - np.float32(centre[0])) ** 2, ((grid - np.float32(centre[1])) / stretch) ** 2
    return np.sqrt(across[None, :] + down[:, None], dtype=np.float32)


def _inside(away: Floats, radius: float, edge: float) -> Floats:
    """1 within `radius`, 0 outside, over a soft edge."""
    return np.asarray(1 / (1 + np.exp(np.clip((away - radius) / edge, -30, 30))), dtype=np.float32)


def _clouds(size: int, cells: int, rng: np.random.Generator) -> Floats:
    """Smooth noise of mean 0 and spread about 1, with about `cells` blobs across."""
    coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _retina(eye: _Eye, rng: np.random.Generator) -> Floats:
    """Pigment, choroidal mottle and the dark macula; (size, size, 3) float32, 0..255."""
    base = np.array([192, 108, 62], np.float32) * rng.uniform([0.88, 0.85, 0.7], [1.08, 1.18, 1.3])
    mottle = 1 + 0.05 * _clouds(eye.size, 6, rng) + 0.03 * _clouds(eye.size, 22, rng)
    mottle += 0.022 * _clouds(eye.size, 70, rng) + 0.015 * _clouds(eye.size, eye.size // 5, rng)
    macula = np.exp(-((_distance(eye.size, eye.fovea) / (0.075 * eye.size)) ** 2))
    foveola = np.exp(-((_distance(eye.size, eye.fovea) / (0.022 * eye.size)) ** 2))
    shade = np.stack(
        [1 - 0.20 * macula - 0.14 * foveola, 1 - 0.34 * macula - 0.25 * foveola, 1 - 0.3 * macula]
    )
    glow = np.exp(-((_distance(eye.size, eye.disc) / (0.2 * eye.size)) ** 2))
    light = (1 + 0.16 * glow) * mottle
    return np.asarray(
        base.astype(np.float32) * (shade.transpose(1, 2, 0) * light[:, :, None]), dtype=np.float32
    )


def _blend(picture: Floats, colour: tuple[int, int, int], share: Floats) -> None:
    picture += share[:, :, None] * (np.array(colour, np.float32) - picture)


def _draw_disc(picture: Floats, eye: _Eye, rng: np.random.Generator) -> None:
    """Optic disc with a paler cup; vessels shine through its rim."""
    radius = _DISC_RADIUS * eye.size * rng.uniform(0.92, 1.1)
    away = _distance(eye.size, eye.disc, stretch=1.12)
    _blend(picture, (246, 190, 118), 0.6 * _inside(away, radius, 0.06 * radius))
    cup_centre = eye.disc + np.array([-eye.nasal * 0.1 * radius, 0.0])
    cup = _distance(eye.size, cup_centre, stretch=1.1)
    _blend(picture, (255, 232, 178), 0.5 * _inside(cup, rng.uniform(0.35, 0.5) * radius, 0.12 * radius))


@dataclass(frozen=True)
class _Spots:
    """How one kind of lesion looks; distances in shares of the picture's side."""

    colour: tuple[int, int, int]
    count: tuple[int, int]
    reach: float
    radius: tuple[float, float]
    softness: float
    strength: float


_LESIONS: dict[Lesion, _Spots] = {
    Lesion.DRUSEN: _Spots((238, 205, 120), (45, 80), 0.085, (0.0025, 0.008), 0.45, 0.6),
    Lesion.EXUDATES: _Spots((252, 232, 150), (40, 70), 0.12, (0.002, 0.006), 0.2, 0.9),
    Lesion.HAEMORRHAGES: _Spots((96, 18, 12), (18, 32), 0.22, (0.003, 0.013), 0.3, 0.8),
}


def _draw_lesions(picture: Floats, eye: _Eye, lesion: Lesion, rng: np.random.Generator) -> None:
    spots = _LESIONS[lesion]
    share = np.zeros(picture.shape[:2], np.float32)
    for _ in range(int(rng.integers(*spots.count))):
        where = eye.fovea + rng.normal(0, spots.reach * eye.size, 2)
        radius = rng.uniform(*spots.radius) * eye.size
        axes = (max(1, round(radius * rng.uniform(0.7, 1.4))), max(1, round(radius)))
        centre = (round(float(where[0])), round(float(where[1])))
        spot = np.zeros_like(share)
        cv2.ellipse(spot, centre, axes, rng.uniform(0, 180), 0, 360, 1.0, -1, cv2.LINE_AA)
        np.maximum(share, spot, out=share)
    soft = max(0.5, spots.softness * 0.006 * eye.size)
    _blend(
        picture, spots.colour, np.asarray(spots.strength * cv2.GaussianBlur(share, (0, 0), soft), np.float32)
    )


def _photograph(picture: Floats, rng: np.random.Generator, blur_px: float) -> Image:
    """The camera: uneven light, defocus, the round stop, sensor noise."""
    size = picture.shape[0]
    sharp = max(0.0007 * size, blur_px)
    seen = np.asarray(cv2.GaussianBlur(picture, (0, 0), sharp), dtype=np.float32)
    middle = np.array([size / 2, size / 2])
    away = _distance(size, middle) / (_FIELD_RADIUS * size)
    lamp = _distance(size, middle + rng.normal(0, 0.08 * size, 2)) / (_FIELD_RADIUS * size)
    light = np.clip(1.08 - 0.36 * lamp**2, 0.3, None)
    stop = _inside(away, 1.0, 4.0 / size)
    noise = rng.normal(0, 1.1, (size, size, 1)).astype(np.float32)
    developed = np.clip(seen * light[:, :, None] + noise, 0, 255) * stop[:, :, None]
    return np.asarray(np.round(developed), dtype=np.uint8)
