"""Measures of a photograph's quality; what they mean is decided in screening.domain.quality."""

from functools import lru_cache

import cv2
import numpy as np

from screening.domain.quality import Judgement, QualityMeasures, QualityThresholds, judge_quality
from screening.imaging.arrays import Floats, Image
from screening.imaging.preprocess import field_mask, frame_field, resize_square

MEASURED_SIDE = 256
_BORDER = 14
_RIM = 17
_MIN_FIELD_PIXELS = 200
_FLOOR = 5.0  # grey levels added to brightness, so that a dark field does not divide by nothing
_CLIPPED = 250


@lru_cache(maxsize=1)
def _disc() -> Image:
    grid = (np.arange(MEASURED_SIDE) - (MEASURED_SIDE - 1) / 2) ** 2
    return ((grid[:, None] + grid[None, :]) <= (MEASURED_SIDE / 2) ** 2).astype(np.uint8)


def assess(rgb: Image, thresholds: QualityThresholds, *, synthetic: bool = False) -> Judgement:
    """Judge one photograph (h, w, 3) RGB uint8."""
    framed = frame_field(rgb, _BORDER)
    return judge_quality(measure_quality(framed.square, framed.box_share), thresholds, synthetic=synthetic)


def measure_quality(square: Image, box_share: float) -> QualityMeasures:
    """Measure a framed field of view (see `frame_field`), at 256 pixels whatever its size."""
    small = resize_square(square, MEASURED_SIDE)
    red, green, blue = (np.asarray(channel, dtype=np.uint8) for channel in cv2.split(small))
    lit = field_mask(small, _BORDER)
    inner = _without_rim(lit)
    mean = cv2.mean(small, mask=inner)
    total = sum(mean[:3]) + 1e-6
    median, p95, clipped = _brightness(green, red, blue, inner)
    finest, fine, coarse = _detail(green, inner)
    brightness = mean[1] + _FLOOR
    return QualityMeasures(
        sharpness=fine / (coarse + 1e-6),
        detail=fine / brightness,
        median=median,
        p95=p95,
        clipped=clipped,
        roundness=_roundness(lit),
        fill=min(1.0, cv2.countNonZero(lit) / (MEASURED_SIDE * MEASURED_SIDE * box_share)),
        red=mean[0] / total,
        blue=mean[2] / total,
        warm=cv2.countNonZero(cv2.compare(red, blue, cv2.CMP_GT) & inner) / max(1, cv2.countNonZero(inner)),
        texture=finest / brightness,
    )


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


def _roundness(lit: Image) -> float:
    both = cv2.countNonZero(lit & _disc())
    return both / max(1, cv2.countNonZero(lit | _disc()))
