"""What tells a colour fundus photograph from anything else, as numbers, on a framed field at 256 pixels.

A fundus is warm and of one hue, its vessels are thin dark lines on soft ground, its light is uneven without being
drawn with a compass. None of it needs the black border, so a photograph that fills the frame is measured alike.
"""

import cv2
import numpy as np

from screening.imaging.arrays import Flags, Floats, Image
from screening.imaging.preprocess import field_mask

_BORDER = 14
_FLOOR = 8.0  # grey levels added before ratios, so that the dark divides by something
_COLOURS = (
    "red_green",
    "blue_green",
    "red_green_spread",
    "blue_green_spread",
    "hue_residue",
    "cold",
    "saturation",
)
_TONES = ("low_tail", "high_tail", "flat", "soft_contrast")
_SHAPES = ("fill", "disc_overlap", "rim_light")
_LAYOUTS = ("by_radius", "by_plane", "symmetry")
_BANDS = ("finest", "fine", "middle", "coarse", "broad")
_TAILS = ("fine_tail", "middle_tail", "edge_tail")
_LINES = (
    "dark_lines",
    "bright_lines",
    "dark_over_bright",
    "line_share",
    "line_length",
    "line_colour",
    "directions",
)
_CHANNELS = ("fine_red", "coarse_red", "fine_agreement", "coarse_agreement", "blue_agreement")
_BLOBS = ("brightest_blob", "blob_colour")
NAMES: tuple[str, ...] = (
    *_COLOURS,
    *_TONES,
    *_SHAPES,
    *_LAYOUTS,
    *_BANDS,
    *_TAILS,
    *_LINES,
    *_CHANNELS,
    *_BLOBS,
)


def fundus_features(small: Image, inner: Image) -> dict[str, float]:
    """The features of `NAMES` of a framed field (256, 256, 3) RGB; `inner` (256, 256): the field without its rim."""
    colour = small.astype(np.float32) + np.float32(_FLOOR)
    chosen = inner > 0
    green = np.ascontiguousarray(colour[:, :, 1])
    logs = np.log(colour[chosen])  # (n, 3)
    bands = _bands(green)
    values = (
        *_colours(logs, small[chosen]),
        *_tones(green, chosen),
        *_shapes(small, green),
        *_layouts(green, chosen),
        *(_log_spread(band, chosen) for band in bands),
        *_tails(bands, green, chosen),
        *_lines(green, colour, chosen),
        *_channels(colour, chosen),
        *_blobs(colour, chosen),
    )
    return dict(zip(NAMES, values, strict=True))


def _colours(logs: Floats, pixels: Image) -> list[float]:
    """Hue as log ratios: their place, their spread, and how far red follows green."""
    red, blue = logs[:, 0] - logs[:, 1], logs[:, 2] - logs[:, 1]
    centred = logs - logs.mean(axis=0)
    explained = float((centred[:, 0] * centred[:, 1]).mean()) / (float(centred[:, 1].var()) + 1e-3)
    residue = float((centred[:, 0] - explained * centred[:, 1]).std())
    high, low = pixels.max(axis=1).astype(np.float32), pixels.min(axis=1).astype(np.float32)
    return [
        float(red.mean()),
        float(blue.mean()),
        float(np.log(red.std() + 0.02)),
        float(np.log(blue.std() + 0.02)),
        float(np.log(residue + 0.02)),
        float((pixels[:, 0] <= pixels[:, 2]).mean()),
        float(((high - low) / (high + 1)).mean()),
    ]


def _tones(green: Floats, chosen: Flags) -> list[float]:
    """How light is spread. How much there is tells of the exposure, not of what was photographed."""
    levels = np.quantile(green[chosen], [0.02, 0.5, 0.98])
    step = cv2.morphologyEx(green, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    soft = cv2.blur(green, (33, 33))
    return [
        float(np.log(levels[0] / levels[1])),
        float(np.log(levels[2] / levels[1])),
        float((step[chosen] < 0.5).mean()),  # the same level over 3x3 pixels: drawn, or empty
        float(np.log(soft[chosen].std() / levels[1] + 0.01)),
    ]


def _shapes(small: Image, green: Floats) -> list[float]:
    lit = field_mask(small, _BORDER) > 0
    away = _away()
    disc = away <= 1
    rim = lit & (away > 0.8) & (away < 0.95)
    middle = lit & (away < 0.5)
    light = float(green[rim].mean() / green[middle].mean()) if rim.any() and middle.any() else 1.0
    return [
        float(lit.mean()),
        float((lit & disc).sum() / max(1, (lit | disc).sum())),
        float(np.log(light)),
    ]


def _away() -> Floats:
    """Distance of each pixel from the middle, 1 at the sides."""
    grid = (np.arange(256, dtype=np.float32) - 127.5) / 128
    return np.asarray(np.hypot(grid[:, None], grid[None, :]), dtype=np.float32)


def _layouts(green: Floats, chosen: Flags) -> list[float]:
    """How much of the light a compass, a ruler or a mirror would explain."""
    values = green[chosen]
    total = float(values.var()) + 1.0
    rings = (_away()[chosen] * 20).astype(np.int64)
    count = np.bincount(rings, minlength=1)
    means = np.bincount(rings, weights=values) / np.maximum(1, count)
    by_radius = float(means[rings].var()) / total
    rows, columns = np.nonzero(chosen)
    plane = np.stack([np.ones_like(rows), rows, columns], axis=1).astype(np.float32) / 256
    fit = plane @ np.linalg.solve(plane.T @ plane + 1e-4 * np.eye(3), plane.T @ values)
    both = chosen & chosen[:, ::-1]
    if not both.any():
        return [by_radius, float(fit.var()) / total, 0.0]
    one, other = green[both], green[:, ::-1][both]
    mirrored = float(((one - one.mean()) * (other - other.mean())).mean()) / (float(one.var()) + 1.0)
    return [by_radius, float(fit.var()) / total, mirrored]


def _bands(green: Floats) -> list[Floats]:
    """Five bands of detail an octave apart, relative to the brightness around."""
    bands, level = [], green
    for sigma in (0.8, 1.6, 3.2, 6.4, 12.8):
        size = 2 * round(2.5 * sigma) + 1
        smooth = np.asarray(cv2.GaussianBlur(level, (size, size), sigma), dtype=np.float32)
        bands.append(np.asarray((level - smooth) / smooth, dtype=np.float32))
        level = smooth
    return bands


def _log_spread(band: Floats, chosen: Flags) -> float:
    return float(np.log(band[chosen].std() + 5e-4))


def _tails(bands: list[Floats], green: Floats, chosen: Flags) -> list[float]:
    """How far the strongest 1 % stands out; print and pupils have edges that no retina has."""

    def tail(values: Floats) -> float:
        return float(np.log((np.quantile(np.abs(values), 0.99) + 1e-3) / (np.abs(values).mean() + 1e-3)))

    across = cv2.Sobel(green, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(green, cv2.CV_32F, 0, 1, ksize=3)
    edges = np.asarray(cv2.magnitude(across, down) / green, dtype=np.float32)[chosen]
    return [tail(bands[1][chosen]), tail(bands[2][chosen]), float(np.log(np.quantile(edges, 0.99) + 0.01))]


def _lines(green: Floats, colour: Floats, chosen: Flags) -> list[float]:
    """Thin lines by the curvature of brightness: vessels are dark ones, long, of few directions in each place."""
    logs = np.log(green)
    smooth = cv2.GaussianBlur(logs, (13, 13), 2.0)
    xx = cv2.Sobel(smooth, cv2.CV_32F, 2, 0, ksize=3)
    yy = cv2.Sobel(smooth, cv2.CV_32F, 0, 2, ksize=3)
    xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1, ksize=3)
    mean, half = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    dark = np.maximum(0, mean + half) * (mean > 0) - np.abs(mean - half) * (mean > 0)
    bright = np.maximum(0, half - mean) * (mean < 0) - np.abs(mean + half) * (mean < 0)
    dark, bright = np.maximum(dark, 0), np.maximum(bright, 0)
    dark_top, bright_top = (float(np.quantile(each[chosen], 0.97)) for each in (dark, bright))
    lines = ((dark > 0.04) & chosen).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    long = stats[1:][np.maximum(stats[1:, 2], stats[1:, 3]) >= 24] if count > 1 else stats[:0]
    twice = np.arctan2(2 * xy, xx - yy)[lines > 0]
    directions = float(np.hypot(np.cos(twice).mean(), np.sin(twice).mean())) if twice.size else 0.0
    return [
        float(np.log(dark_top + 2e-3)),
        float(np.log(bright_top + 2e-3)),
        float(np.log((dark_top + 2e-3) / (bright_top + 2e-3))),
        float(lines.sum() / max(1, chosen.sum())),
        float(long[:, 4].sum() / max(1, chosen.sum())),
        _line_colour(colour, lines, chosen),
        directions,
    ]


def _line_colour(colour: Floats, lines: Image, chosen: Flags) -> float:
    """How much redder lines are than their surroundings; blood is, print is not."""
    around = (cv2.dilate(lines, np.ones((9, 9), np.uint8)) > 0) & (lines == 0) & chosen
    if not lines.any() or not around.any():
        return 0.0
    on, off = colour[lines > 0].mean(axis=0), colour[around].mean(axis=0)
    return float(np.log(on[0] / on[1]) - np.log(off[0] / off[1]))


def _channels(colour: Floats, chosen: Flags) -> list[float]:
    """How detail in red and blue follows detail in green.

    Blood and pigment darken green far more than red; light and shade on a painted thing darken all alike.
    """
    logs = np.log(colour)
    near, wide, widest = (cv2.GaussianBlur(logs, (0, 0), sigma) for sigma in (1.0, 3.0, 10.0))
    fine, coarse = (near - wide)[chosen], (wide - widest)[chosen]
    return [
        _ratio(fine[:, 0], fine[:, 1]),
        _ratio(coarse[:, 0], coarse[:, 1]),
        _agreement(fine[:, 0], fine[:, 1]),
        _agreement(coarse[:, 0], coarse[:, 1]),
        _agreement(coarse[:, 2], coarse[:, 1]),
    ]


def _ratio(one: Floats, other: Floats) -> float:
    return float(np.log((one.std() + 1e-3) / (other.std() + 1e-3)))


def _agreement(one: Floats, other: Floats) -> float:
    covariance = float(((one - one.mean()) * (other - other.mean())).mean())
    return covariance / (float(one.std() * other.std()) + 1e-6)


def _blobs(colour: Floats, chosen: Flags) -> list[float]:
    """How far the brightest blob of an optic disc's size stands out, and how much yellower it is than the rest."""
    logs = np.log(colour[:, :, :2])
    blob = cv2.GaussianBlur(logs, (0, 0), 6.0) - cv2.GaussianBlur(logs, (0, 0), 20.0)
    light = np.where(chosen, blob[:, :, 1], -np.inf)
    peak = np.unravel_index(int(light.argmax()), light.shape)
    return [
        float(np.log(max(0.0, float(blob[peak][1])) / (float(blob[:, :, 1][chosen].std()) + 1e-3) + 0.1)),
        float(blob[peak][1] - blob[peak][0]),
    ]
