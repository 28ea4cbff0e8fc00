"""The same photograph in another frame: how far a release's scores move. Cameras differ in what surrounds a field."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from screening.imaging.arrays import Doubles, Image
from screening.imaging.card import Card, read_card
from screening.imaging.decode import decode_photograph
from screening.imaging.engine import Engine, open_engine
from screening.imaging.ensemble import calibrated_logits, sigmoid
from screening.imaging.preprocess import prepare
from screening.imaging.reframe import WHOLE_FIELD

# How far calibrated scores may move on average. A border is seen through before the network sees anything; a turn
# and another size of the original are a matter of the network, and of the release that has it.
TOLERANCE: Mapping[str, float] = MappingProxyType(
    {"border 12 %": 0.001, "4:3": 0.001, "turned 5 degrees": 0.03, "doubled": 0.02}
)


def measure_frames(
    folder: Path, photographs: Sequence[Path], *, engine: str, cache_dir: Path | None = None
) -> dict[str, dict[str, float]]:
    """|difference| of calibrated scores between each photograph and its re-framed copies: mean, 99 % and most.

    `within_tolerance`: whether the mean is at most what `TOLERANCE` states.
    """
    card = read_card(folder)
    opened = open_engine(folder, card, engine=engine, cache_dir=cache_dir)
    originals = [decode_photograph(path.read_bytes()) for path in photographs]
    before = _scores(originals, card, opened)
    found = {}
    for name, frame in WHOLE_FIELD.items():
        gap = np.abs(_scores([frame(rgb) for rgb in originals], card, opened) - before)
        found[name] = {
            "mean": round(float(gap.mean()), 4),
            "99_percent_below": round(float(np.quantile(gap, 0.99)), 4),
            "most": round(float(gap.max()), 4),
            "within_tolerance": bool(gap.mean() <= TOLERANCE[name]),
        }
    return {**found, "photographs": {"number": len(originals)}}


def _scores(photographs: Sequence[Image], card: Card, engine: Engine) -> Doubles:
    colour, grey = zip(*(prepare(rgb, card.preprocess) for rgb in photographs), strict=True)
    return sigmoid(calibrated_logits(engine.logits(np.stack(colour), np.stack(grey)), card.calibration))
