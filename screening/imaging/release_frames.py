"""The same photograph in another frame: how far a release's scores move. Cameras differ in what surrounds a field."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

from screening.imaging.arrays import Doubles, Image
from screening.imaging.card import Card, read_card
from screening.imaging.decode import decode_photograph
from screening.imaging.engine import Engine, open_engine
from screening.imaging.ensemble import calibrated_logits, sigmoid
from screening.imaging.preprocess import prepare

_BORDER = 0.12
_TURN_DEGREES = 4.0


def _with_border(rgb: Image) -> Image:
    height, width = rgb.shape[:2]
    return _padded(rgb, int(_BORDER * height), int(_BORDER * width))


def _four_to_three(rgb: Image) -> Image:
    height, width = rgb.shape[:2]
    return _padded(rgb, 0, max(0, (4 * height // 3 - width) // 2))


def _padded(rgb: Image, rows: int, columns: int) -> Image:
    bordered = cv2.copyMakeBorder(rgb, rows, rows, columns, columns, cv2.BORDER_CONSTANT)
    return np.asarray(bordered, dtype=np.uint8)


def _turned(rgb: Image) -> Image:
    """On a wider black ground, so that no part of the field is lost."""
    wide = _with_border(rgb)
    height, width = wide.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), _TURN_DEGREES, 1.0)
    return np.asarray(cv2.warpAffine(wide, turn, (width, height)), dtype=np.uint8)


def _doubled(rgb: Image) -> Image:
    return np.asarray(cv2.resize(rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


FRAMES: Mapping[str, Callable[[Image], Image]] = MappingProxyType(
    {
        "border 12 %": _with_border,
        "4:3": _four_to_three,
        "turned 4 degrees": _turned,
        "doubled": _doubled,
    }
)


def measure_frames(folder: Path, photographs: Sequence[Path], *, engine: str) -> dict[str, dict[str, float]]:
    """|difference| of calibrated scores between each photograph and its re-framed copies: mean, 99 % and most."""
    card = read_card(folder)
    opened = open_engine(folder, card, engine=engine, cache_dir=None)
    originals = [decode_photograph(path.read_bytes()) for path in photographs]
    before = _scores(originals, card, opened)
    found = {}
    for name, frame in FRAMES.items():
        gap = np.abs(_scores([frame(rgb) for rgb in originals], card, opened) - before)
        found[name] = {
            "mean": round(float(gap.mean()), 4),
            "99_percent_below": round(float(np.quantile(gap, 0.99)), 4),
            "most": round(float(gap.max()), 4),
        }
    return {**found, "photographs": {"number": len(originals)}}


def _scores(photographs: Sequence[Image], card: Card, engine: Engine) -> Doubles:
    colour, grey = zip(*(prepare(rgb, card.preprocess) for rgb in photographs), strict=True)
    return sigmoid(calibrated_logits(engine.logits(np.stack(colour), np.stack(grey)), card.calibration))
