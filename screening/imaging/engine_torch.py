"""The reference engine: torch on CUDA where there is one, else on the CPU."""

from pathlib import Path

import numpy as np
import torch

from screening.domain.findings import LABELS
from screening.imaging.arrays import Floats, Image
from screening.imaging.card import Card
from screening.imaging.weights import TwoBranches, build_release_network

_BATCH = {"cpu": 8, "cuda": 64}


class TorchEngine:
    """Runs a network in channels_last; `precision` f32 or bf16 (autocast)."""

    def __init__(self, network: TwoBranches, *, outputs: int, device: str, precision: str) -> None:
        self._network = network.eval().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._outputs, self._device, self._precision = outputs, device, precision
        self.name = f"torch-{precision}" if device == "cpu" else f"torch-{device}-{precision}"

    def logits(self, colour: Image, grey: Image) -> Floats:
        """See Engine."""
        return self.explain(colour, grey)[0]

    def explain(self, colour: Image, grey: Image) -> tuple[Floats, Floats | None]:
        """See Engine."""
        if not len(colour):
            maps = np.zeros((2, 0, len(LABELS), 0, 0), np.float32) if self._network.explains else None
            return np.zeros((2, 0, self._outputs), np.float32), maps
        size = _BATCH[self._device]
        parts = [
            self._batch(colour[start : start + size], grey[start : start + size])
            for start in range(0, len(colour), size)
        ]
        found = [np.concatenate(each, axis=1) for each in zip(*parts, strict=True)]
        return found[0], found[1] if self._network.explains else None

    @torch.inference_mode()
    def _batch(self, colour: Image, grey: Image) -> list[Floats]:
        inputs = [torch.from_numpy(np.ascontiguousarray(a)).to(self._device) for a in (colour, grey)]
        with torch.autocast(self._device, dtype=torch.bfloat16, enabled=self._precision == "bf16"):
            return [each.cpu().numpy() for each in self._network(*inputs)]


def open_torch(folder: Path, card: Card, *, precision: str, threads: int) -> TorchEngine:
    """The torch engine of a release."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        torch.set_num_threads(threads)
    network = build_release_network(folder, card)
    return TorchEngine(network, outputs=card.outputs, device=device, precision=precision)
