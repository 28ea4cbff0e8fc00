"""One way to ask the network, whatever runs it."""

from pathlib import Path
from typing import Protocol

from screening.imaging.arrays import Floats, Image
from screening.imaging.card import Card


class EngineUnknown(ValueError):
    """No engine of this name."""


class Engine(Protocol):
    """What runs a release's network; any number of pictures a call."""

    @property
    def name(self) -> str:
        """Kind and precision, stored with every result, e.g. `openvino-f32`."""
        ...

    def logits(self, colour: Image, grey: Image) -> Floats:
        """uint8 colour (n, s, s, 3) and grey (n, s, s, 1) to logits (2, n, K), colour branch first.

        K is the card's `outputs`: the eight labels, then severity where the release has it.
        """
        ...

    def explain(self, colour: Image, grey: Image) -> tuple[Floats, Floats | None]:
        """The same logits, and each branch's class activation maps (2, n, 8, g, g) in logit units.

        The mean of a map plus the head's bias is the logit. None where the backbone has no such maps.
        """
        ...


ENGINES: tuple[str, ...] = (
    "openvino",
    "openvino-f32",
    "openvino-bf16",
    "torch",
    "torch-f32",
    "torch-bf16",
)


def open_engine(folder: Path, card: Card, *, engine: str, cache_dir: Path | None, threads: int = 2) -> Engine:
    """The engine of that name for a release; without a precision it takes the one the card proved safe.

    Raises EngineUnknown, WeightsMismatch, CardInvalid.
    """
    if engine not in ENGINES:
        raise EngineUnknown(f"unknown engine {engine}; choose one of: {', '.join(ENGINES)}")
    kind, _, precision = engine.partition("-")
    precision = precision or card.precision
    if kind == "openvino":
        from screening.imaging.engine_openvino import open_openvino

        return open_openvino(folder, card, precision=precision, cache_dir=cache_dir, threads=threads)
    from screening.imaging.engine_torch import open_torch

    return open_torch(folder, card, precision=precision, threads=threads)
