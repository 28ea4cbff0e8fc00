"""What spoils a photograph, in steps that grow: to measure that a worse photograph is never judged better."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from screening.imaging.arrays import Image
from screening.imaging.preprocess import field_mask, find_field

_BORDER = 14


@dataclass(frozen=True)
class Degradation:
    """`apply(rgb, strength)` for the growing `strengths`; the unspoilt photograph comes before the first."""

    apply: Callable[[Image, float], Image]
    strengths: tuple[float, ...]


def blurred(rgb: Image, share: float) -> Image:
    """Out of focus by a Gaussian of `share` of the longer side."""
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), share * max(rgb.shape[:2])), dtype=np.uint8)


def darkened(rgb: Image, kept: float) -> Image:
    """Only the share `kept` of the light."""
    return np.asarray(np.round(rgb * np.float32(kept)), dtype=np.uint8)


def overexposed(rgb: Image, gain: float) -> Image:
    """`gain` times the light, cut at white; the border stays dark."""
    return np.asarray(np.clip(rgb * np.float32(gain), 0, 255), dtype=np.uint8)


def glare(rgb: Image, share: float) -> Image:
    """A veil of white light over the field."""
    lit = field_mask(rgb, _BORDER)[:, :, np.newaxis] > 0
    return np.asarray(np.where(lit, rgb + np.float32(share) * (255.0 - rgb), rgb), dtype=np.uint8)


def cut_from_the_side(rgb: Image, share: float) -> Image:
    """The share of the field's width nearest one side is black."""
    box = find_field(rgb, _BORDER)
    out = rgb.copy()
    out[:, : box.left + round(share * box.width)] = 0
    return out


def cut_above_and_below(rgb: Image, share: float) -> Image:
    """Lids: the share of the field's height is black, half above and half below."""
    box, out = find_field(rgb, _BORDER), rgb.copy()
    half = round(share * box.height / 2)
    out[: box.top + half] = 0
    out[box.top + box.height - half :] = 0
    return out


def noisy(rgb: Image, levels: float) -> Image:
    """Sensor noise with a standard deviation of `levels` grey levels at 448 pixels, on the field."""
    rng = np.random.default_rng(0)
    grain = rng.normal(0, levels, rgb.shape).astype(np.float32)
    lit = field_mask(rgb, _BORDER)[:, :, np.newaxis] > 0
    return np.asarray(np.where(lit, np.clip(rgb + grain, 0, 255), rgb), dtype=np.uint8)


def compressed(rgb: Image, quality: float) -> Image:
    """Through JPEG of this quality, 100 to 1."""
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, round(quality)])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)


DEGRADATIONS: Mapping[str, Degradation] = MappingProxyType(
    {
        "blur": Degradation(blurred, (0.001, 0.002, 0.003, 0.0045, 0.007, 0.01, 0.015, 0.025)),
        "darkening": Degradation(darkened, (0.8, 0.6, 0.45, 0.33, 0.25, 0.17, 0.1, 0.05)),
        "overexposure": Degradation(overexposed, (1.2, 1.5, 1.9, 2.4, 3.0, 4.0, 6.0, 10.0)),
        "glare": Degradation(glare, (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97)),
        "side cut": Degradation(cut_from_the_side, (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)),
        "lids": Degradation(cut_above_and_below, (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)),
        "noise": Degradation(noisy, (2, 5, 9, 14, 20, 30, 45, 70)),
        "compression": Degradation(compressed, (80, 60, 40, 25, 15, 10, 6, 3, 1)),
    }
)
