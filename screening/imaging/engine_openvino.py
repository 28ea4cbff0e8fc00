"""The fast engine on a CPU: OpenVINO, one picture a request, as many requests at once as threads."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import openvino

from screening.domain.findings import LABELS
from screening.imaging.arrays import Floats, Image
from screening.imaging.card import Card, verify_weights


class OpenVinoEngine:
    """A compiled network. Single pictures in parallel beat a batch: no thread waits for another."""

    def __init__(self, compiled: Any, *, outputs: int, precision: str, threads: int) -> None:
        self._outputs = outputs
        self.name = f"openvino-{precision}"
        self._explains = len(compiled.outputs) > 1
        self._queue = openvino.AsyncInferQueue(compiled, threads)
        self._queue.set_callback(self._store)

    def logits(self, colour: Image, grey: Image) -> Floats:
        """See Engine."""
        return self._ask(colour, grey, None)

    def explain(self, colour: Image, grey: Image) -> tuple[Floats, Floats | None]:
        """See Engine."""
        if not self._explains:
            return self.logits(colour, grey), None
        maps: list[Floats] = [np.zeros((2, len(LABELS), 0, 0), np.float32)] * len(colour)
        logits = self._ask(colour, grey, maps)
        return logits, np.stack(maps, axis=1) if maps else np.zeros((2, 0, len(LABELS), 0, 0), np.float32)

    def _ask(self, colour: Image, grey: Image, maps: list[Floats] | None) -> Floats:
        """Logits; `maps`, where given, gets those of each picture."""
        out = np.empty((2, len(colour), self._outputs), np.float32)
        for index in range(len(colour)):
            row = slice(index, index + 1)
            self._queue.start_async([colour[row], grey[row]], (out, maps, index))
        self._queue.wait_all()
        return out

    @staticmethod
    def _store(request: Any, place: tuple[Floats, list[Floats] | None, int]) -> None:
        out, maps, index = place
        out[:, index] = request.get_output_tensor(0).data[:, 0]
        if maps is not None:
            maps[index] = request.get_output_tensor(1).data[:, 0].copy()


def open_openvino(
    folder: Path, card: Card, *, precision: str, cache_dir: Path | None, threads: int
) -> OpenVinoEngine:
    """The OpenVINO engine of a release, from the converted graph in `cache_dir` where there is one.

    The weights are verified in either case; torch is loaded only to convert. The cache is named by weights,
    preprocessing and OpenVINO's version, and appears whole or not at all.
    """
    verify_weights(folder, card)
    core = openvino.Core()
    graph = _read_graph(core, folder, card, cache_dir)
    options = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": threads,
        "INFERENCE_PRECISION_HINT": precision,
    }
    compiled = core.compile_model(graph, "CPU", options)
    return OpenVinoEngine(compiled, outputs=card.outputs, precision=precision, threads=threads)


def _read_graph(core: Any, folder: Path, card: Card, cache_dir: Path | None) -> Any:
    """Always as it is read back from its file: a graph that was just converted is compiled to other roundings."""
    with tempfile.TemporaryDirectory() as place:
        path = (cache_dir or Path(place)) / _cache_key(card)
        if not (path / "graph.xml").is_file():
            _store_whole(_convert(folder, card), path)
        graph = core.read_model(path / "graph.xml")
    # Of one picture: with shapes that it knows the compiler pads within convolutions and plans its memory once.
    size = card.preprocess.size
    graph.reshape(
        {each: [1, size, size, channels] for each, channels in zip(graph.inputs, (3, 1), strict=True)}
    )
    return graph


def _cache_key(card: Card) -> str:
    facts = {
        "weights": {branch: file.sha256 for branch, file in card.weights.items()},
        "preprocess": asdict(card.preprocess),
        "backbone": card.backbone,
        "openvino": openvino.__version__,
        "outputs": ["logits", "maps"],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def _store_whole(graph: Any, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=place.parent))
    openvino.save_model(graph, temporary / "graph.xml", compress_to_fp16=False)
    try:
        temporary.rename(place)
    except OSError:  # another worker was faster; its copy is the same
        shutil.rmtree(temporary, ignore_errors=True)


def _convert(folder: Path, card: Card) -> Any:
    import torch

    from screening.imaging.weights import build_release_network

    network, size = build_release_network(folder, card), card.preprocess.size
    example = tuple(torch.zeros(2, size, size, channels, dtype=torch.uint8) for channels in (3, 1))
    with torch.no_grad():
        return openvino.convert_model(network, example_input=example)
