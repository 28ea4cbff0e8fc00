"""What several kinds of drawn pictures share: noise, colours, light and the camera. Pictures are float32, 0..255."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from screening.imaging.arrays import Floats, Image

Draw = Callable[[np.random.Generator], Image]
Colour = Sequence[float]


def size_of(rng: np.random.Generator) -> tuple[int, int]:
    """Height and width of a picture: square, or as a sensor or a page has it."""
    side = int(rng.integers(300, 560))
    share = float(rng.choice([1.0, 1.0, 3 / 4, 2 / 3, 4 / 3, 9 / 16]))
    return (
        (side, max(256, round(side * share))) if rng.random() < 0.5 else (max(256, round(side * share)), side)
    )


def clouds(shape: tuple[int, int], cells: float, rng: np.random.Generator) -> Floats:
    """Smooth noise of mean 0 and spread about 1, with about `cells` blobs along the longer side."""
    rows = max(2, round(cells * shape[0] / max(shape)))
    columns = max(2, round(cells * shape[1] / max(shape)))
    coarse = rng.normal(0, 1, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def fractal(shape: tuple[int, int], rng: np.random.Generator, *, roughness: float = 0.5) -> Floats:
    """Noise on all scales, spread about 1; `roughness` is how much of an octave the next finer one has."""
    total = np.zeros(shape, np.float32)
    for octave in range(7):
        total += np.float32(roughness**octave) * clouds(shape, 3 * 2**octave, rng)
    return np.asarray(total / (total.std() + 1e-6), dtype=np.float32)


def plain(shape: tuple[int, int], colour: Colour) -> Floats:
    return np.asarray(np.full((*shape, 3), colour, np.float32), dtype=np.float32)


def any_colour(rng: np.random.Generator) -> Colour:
    return [float(each) for each in rng.uniform(0, 255, 3)]


def warm_colour(rng: np.random.Generator) -> Colour:
    """The colours a fundus has: the hardest ones to tell apart."""
    red = rng.uniform(90, 250)
    green = red * rng.uniform(0.25, 0.85)
    return [float(red), float(green), float(green * rng.uniform(0.1, 0.95))]


def colour_of(rng: np.random.Generator) -> Colour:
    return warm_colour(rng) if rng.random() < 0.6 else any_colour(rng)


def blend(picture: Floats, colour: Colour, share: Floats) -> None:
    """Paint `colour` over `picture` where `share` (h, w) is 1."""
    picture += share[:, :, None] * (np.asarray(colour, np.float32) - picture)


def pen(picture: Floats | Image, points: npt.ArrayLike, colour: Colour, width: int) -> None:
    """A line through `points` (n, 2), x and y in pixels."""
    through = np.asarray(points).astype(np.int32)
    cv2.polylines(picture, [through], isClosed=False, color=colour, thickness=width, lineType=cv2.LINE_AA)


def distance(shape: tuple[int, int], centre: tuple[float, float], stretch: float = 1.0) -> Floats:
    """Distance of every pixel from `centre` (x, y) in pixels; `stretch` > 1 makes upright ellipses."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return np.asarray(np.hypot(columns - centre[0], (rows - centre[1]) / stretch), dtype=np.float32)


def inside(away: Floats, radius: float, edge: float = 1.5) -> Floats:
    """1 within `radius`, 0 outside, over a soft edge."""
    return np.asarray(1 / (1 + np.exp(np.clip((away - radius) / edge, -30, 30))), dtype=np.float32)


def middle_of(shape: tuple[int, int], rng: np.random.Generator, *, off: float = 0.05) -> tuple[float, float]:
    return (
        shape[1] * float(0.5 + rng.uniform(-off, off)),
        shape[0] * float(0.5 + rng.uniform(-off, off)),
    )


def photograph(picture: Floats, rng: np.random.Generator) -> Image:
    """The camera: defocus, uneven light, grain."""
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 2.0)), dtype=np.float32)
    shape = (picture.shape[0], picture.shape[1])
    light = 1 + rng.uniform(0, 0.15) * clouds(shape, 2, rng)
    grain = rng.uniform(0, 5) * rng.normal(0, 1, (*shape, 1))
    return np.clip(picture * light[:, :, None] + grain, 0, 255).astype(np.uint8)


def through_a_round_stop(picture: Image, rng: np.random.Generator) -> Image:
    """Seen in a disc on black, as fundus cameras show what they see."""
    shape = (picture.shape[0], picture.shape[1])
    away = distance(shape, middle_of(shape, rng, off=0.02))
    radius = min(shape) * rng.uniform(0.42, 0.56)
    shade = inside(away, radius, rng.uniform(0.7, 3)) * (1 - rng.uniform(0, 0.6) * (away / radius) ** 2).clip(
        0.1
    )
    return np.asarray((picture * shade[:, :, None]).clip(0, 255), dtype=np.uint8)


def sometimes_round(draw: Draw, chance: float = 0.4) -> Draw:
    """`draw`, of which a share is seen through a round stop."""

    def either(rng: np.random.Generator) -> Image:
        picture = draw(rng)
        return through_a_round_stop(picture, rng) if rng.random() < chance else picture

    return either
