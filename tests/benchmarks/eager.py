"""The shipped engine's images a second beside plain timm: same weights, photographs, process and malloc settings."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

RELEASES = Path(__file__).resolve().parents[2] / "screening" / "releases"
PICTURES = 48
BATCHES = (1, 8)
ROUNDS = 3


def main(engine: str) -> None:
    from screening.imaging.card import read_card
    from screening.imaging.engine import open_engine
    from tests.benchmarks.rows import compared, report

    folder = max(RELEASES.glob("*/card.json")).parent
    card = read_card(folder)
    colour, grey = _pictures(card)
    with tempfile.TemporaryDirectory() as place:
        shipped = open_engine(folder, card, engine=engine, cache_dir=Path(place))
        ways = {
            "shipped": _in_batches(shipped.logits, colour, grey, max(BATCHES)),
            **{
                f"timm, {size} at a time": _in_batches(_timm(folder, card), colour, grey, size)
                for size in BATCHES
            },
        }
        # By turns, so that another process disturbs both alike.
        seconds = {name: min(found) for name, found in _by_turns(ways).items()}
    rates = {name: PICTURES / each for name, each in seconds.items()}
    what = f"{card.name} forward, {shipped.name} beside eager"
    report(
        [
            compared(f"{what} {way}", rates["shipped"], "images/s", rate)
            for way, rate in rates.items()
            if way != "shipped"
        ]
    )


def _pictures(card) -> tuple[np.ndarray, np.ndarray]:
    from screening.imaging.decode import decode_photograph
    from screening.imaging.preprocess import prepare
    from tests.benchmarks import photographs

    _, pairs = photographs.pairs(PICTURES // 2)
    ready = [prepare(decode_photograph(data), card.preprocess) for pair in pairs for data in pair.values()]
    colour, grey = (np.stack(each) for each in zip(*ready, strict=True))
    return colour, grey


def _timm(folder: Path, card) -> Callable[[np.ndarray, np.ndarray], object]:
    """Each network of each branch, asked one after the other as timm made it."""
    import torch

    from screening.imaging.weights import build_release_network

    network = build_release_network(folder, card)

    @torch.inference_mode()
    def ask(colour: np.ndarray, grey: np.ndarray) -> object:
        images = [network._normalise(torch.from_numpy(each)).contiguous() for each in (colour, grey)]
        return [branch(each) for branch, each in zip((network.colour, network.grey), images, strict=True)]

    return ask


def _in_batches(ask: Callable, colour: np.ndarray, grey: np.ndarray, size: int) -> Callable[[], None]:
    def whole() -> None:
        for first in range(0, len(colour), size):
            ask(colour[first : first + size], grey[first : first + size])

    return whole


def _by_turns(ways: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, run in ways.items():
            started = time.perf_counter()
            run()
            if turn:  # the first one warms
                found[name].append(time.perf_counter() - started)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
