"""Measures of a photograph's quality; what they mean is decided in screening.domain.quality."""

from functools import lru_cache

import cv2
import numpy as np

from screening.domain.quality import Judgement, QualityMeasures, QualityThresholds, judge_quality
from screening.imaging.arrays import Floats, Image
from screening.imaging.fundus_features import fundus_features
from screening.imaging.preprocess import Framed, field_mask, frame_field, resize_square

MEASURED_SIDE = 256
_BORDER = 14
_RIM = 17
_MIN_FIELD_PIXELS = 200
_FLOOR = 1.0  # a grey level added to brightness, so that a dark field does not divide by nothing
_NOISE_SHARE = (
    0.1  # twice the energy that noise of single pixels has in the fine band, relative to the finest
)
_BLOCK = 8
_BLOCKS = 1.75  # blockiness that ordinary photographs have
# What is taken away for noise, on ordinary photographs near the limits; so limits mean what they meant before.
_SHARPNESS_UNIT, _DETAIL_UNIT = 1.23, 1.8
_CLIPPED = 250


@lru_cache(maxsize=1)
def _disc() -> Image:
    grid = (np.arange(MEASURED_SIDE) - (MEASURED_SIDE - 1) / 2) ** 2
    return ((grid[:, None] + grid[None, :]) <= (MEASURED_SIDE / 2) ** 2).astype(np.uint8)


def assess(rgb: Image, thresholds: QualityThresholds, *, synthetic: bool = False) -> Judgement:
    """Judge one photograph (h, w, 3) RGB uint8."""
    return judge_quality(measure_quality(frame_field(rgb, _BORDER)), thresholds, synthetic=synthetic)


def measure_quality(framed: Framed) -> QualityMeasures:
    """Measure a framed field of view, at 256 pixels whatever its size; only blocks are sought at its own."""
    small = resize_square(framed.square, MEASURED_SIDE)
    red, green, blue = (np.asarray(channel, dtype=np.uint8) for channel in cv2.split(small))
    lit = field_mask(small, _BORDER)
    inner = _without_rim(lit)
    median, p95, clipped = _brightness(green, red, blue, inner)
    finest, fine, coarse = _detail(green, inner)
    # More than noise could have added is taken away, so that noise never passes for detail.
    real = max(0.0, fine * fine - _NOISE_SHARE * finest * finest) ** 0.5
    covered = _covered(lit)
    seen = covered**0.5 * min(1.0, _BLOCKS / blockiness(framed.square))
    return QualityMeasures(
        sharpness=_SHARPNESS_UNIT * seen * real / (coarse + 1e-6),
        detail=_DETAIL_UNIT * seen * real / (cv2.mean(green, mask=inner)[0] + _FLOOR),
        median=median,
        p95=p95,
        clipped=clipped,
        roundness=covered,
        features=fundus_features(small, inner),
    )


def blockiness(square: Image) -> float:
    """How much steeper steps between JPEG's blocks of 8 pixels are than steps inside; 1 where there are none.

    The grid may begin anywhere, as a border was cut away. Resized pictures show none.
    """
    green = np.ascontiguousarray(square[:, :, 1])
    return (_steps(green) + _steps(green.T)) / 2


def _steps(green: Image) -> float:
    across = cv2.absdiff(green[:, 1:], green[:, :-1]).mean(axis=0)
    # the median, as one long edge in the picture is no grid
    by_place = np.array([np.median(across[place::_BLOCK]) for place in range(_BLOCK)])
    edge = int(by_place.argmax())
    return float((by_place[edge] + 0.05) / (np.delete(by_place, edge).mean() + 0.05))


def _without_rim(lit: Image) -> Image:
    """The field without its edge, where the border itself would count as detail."""
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (_RIM, _RIM))
    inner = cv2.erode(lit, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    enough = cv2.countNonZero(inner) >= _MIN_FIELD_PIXELS
    return np.asarray(inner if enough else np.ones_like(lit), dtype=np.uint8)


def _brightness(green: Image, red: Image, blue: Image, inner: Image) -> tuple[float, float, float]:
    grey = cv2.addWeighted(cv2.addWeighted(red, 0.5, blue, 0.5, 0), 2 / 3, green, 1 / 3, 0)
    shares = np.cumsum(cv2.calcHist([grey], [0], inner, [256], [0, 256]).ravel())
    shares /= max(1.0, float(shares[-1]))
    greens = cv2.calcHist([green], [0], inner, [256], [0, 256]).ravel()
    clipped = float(greens[_CLIPPED:].sum() / max(1.0, greens.sum()))
    return float(np.searchsorted(shares, 0.5)), float(np.searchsorted(shares, 0.95)), clipped


def _detail(green: Image, inner: Image) -> tuple[float, float, float]:
    """Standard deviations of three bands of detail, finest first, one octave apart."""
    level = green.astype(np.float32)
    bands = []
    for sigma, size in ((1.0, 7), (1.732, 9), (3.464, 17)):
        smooth = np.asarray(cv2.GaussianBlur(level, (size, size), sigma), dtype=np.float32)
        bands.append(_spread(level - smooth, inner))
        level = smooth
    return bands[0], bands[1], bands[2]


def _spread(values: Floats, inner: Image) -> float:
    return float(cv2.meanStdDev(values, mask=inner)[1].ravel()[0])


def _covered(lit: Image) -> float:
    """Share of the full disc that is lit."""
    return cv2.countNonZero(lit & _disc()) / cv2.countNonZero(_disc())
