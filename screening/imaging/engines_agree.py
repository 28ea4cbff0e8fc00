"""A release is exported to every engine and asked about the same drawn photographs before it is one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.arrays import Floats
from screening.imaging.card import Card, read_card
from screening.imaging.engine import open_engine
from screening.imaging.ensemble import calibrated_logits, sigmoid
from screening.imaging.preprocess import prepare
from screening.imaging.release_engines import REFERENCE, bands_of, compare_engines
from screening.imaging.render import Lesion, render_fundus
from screening.imaging.training_data import PreparedEyes
from screening.imaging.weights import build_release_network

EXPORTED = (REFERENCE, "openvino-f32", "torch-bf16", "openvino-bf16")
TOLERANCE = 0.02  # of a score, between engines in float32
_SIDE = 512


class EnginesDisagree(ValueError):
    """Two engines in float32 do not give the same scores: the release must not be shipped."""


def check_engines(folder: Path, *, cache_dir: Path | None = None) -> dict[str, Any]:
    """How far each engine's scores, decisions and maps are from torch in float32, for the card of a release.

    The photographs are always the same, and drawn: none of a person is needed. Raises EnginesDisagree.
    """
    card, eyes = read_card(folder), drawn_eyes(folder)
    answers = {
        name: open_engine(folder, card, engine=name, cache_dir=cache_dir).explain(eyes.colour, eyes.grey)
        for name in EXPORTED
    }
    scores = {
        name: sigmoid(calibrated_logits(logits, card.calibration)) for name, (logits, _) in answers.items()
    }
    found = compare_engines(scores, bands_of(card.operating_points))
    for name in (name for name in found if name.endswith("f32")):
        refuse_disagreement(name, found[name])
    return {
        "photographs": f"{len(eyes.colour)}, drawn by software",
        **found,
        "logit_from_map_differs_by": _rebuilt(answers, _biases(folder, card)),
    }


def refuse_disagreement(name: str, differences: Mapping[str, float]) -> None:
    """Raises EnginesDisagree: a score that moves, or a decision turned over without passing the band."""
    if differences["max_difference"] > TOLERANCE or differences["decisions_turned_over"]:
        raise EnginesDisagree(
            f"{name} against {REFERENCE}: {dict(differences)}; a score may differ by {TOLERANCE}. "
            "Do not ship this release; try another version of the engine"
        )


def _rebuilt(answers: Mapping[str, tuple[Floats, Floats | None]], bias: Floats) -> dict[str, float]:
    """Most that bias plus mean of the map is away from the logit, by engine; empty without maps."""
    return {
        name: round(float(np.abs(maps.mean(axis=(3, 4)) + bias - logits[:, :, : len(LABELS)]).max()), 5)
        for name, (logits, maps) in answers.items()
        if maps is not None
    }


def drawn_eyes(folder: Path) -> PreparedEyes:
    """The fixed set, prepared as the release in `folder` wants it: both eyes, healthy and with each lesion."""
    lesions: list[tuple[Lesion, ...]] = [(), *((each,) for each in Lesion)]
    pictures = [
        render_fundus(seed, eye, size=_SIDE, lesions=drawn)
        for seed, drawn in enumerate(lesions)
        for eye in Laterality
    ]
    spec = read_card(folder).preprocess
    colour, grey = zip(*(prepare(picture, spec) for picture in pictures), strict=True)
    return PreparedEyes(np.stack(colour), np.stack(grey))


def _biases(folder: Path, card: Card) -> Floats:
    """(2, 1, 8)"""
    network = build_release_network(folder, card)
    heads = [branch.get_classifier() for branch in (network.colour, network.grey)]  # type: ignore[operator]
    return np.stack([head.bias[: len(LABELS)].detach().numpy() for head in heads])[:, np.newaxis]
