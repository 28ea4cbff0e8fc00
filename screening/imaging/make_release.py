"""A finished training run becomes a release: fp16 weights, calibration, operating points, measured card."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.domain.quality import QualityThresholds
from screening.imaging.card import BRANCHES, CARD_FILE, Calibration
from screening.imaging.preprocess import PreprocessSpec

MAX_FILE_BYTES = 24_000_000
_DROPPED = "num_batches_tracked"

State = Mapping[str, torch.Tensor]


class ReleaseTooLarge(ValueError):
    """A weights file is larger than a release may ship."""


@dataclass(frozen=True)
class ReleaseContent:
    """Everything a release is made of. `facts` is what people read on the card: recipe, metrics, limits."""

    states: Mapping[str, State]
    backbone: str
    spec: PreprocessSpec
    calibration: Mapping[Label, Calibration]
    points: Mapping[Label, OperatingPoint]
    quality: QualityThresholds
    precision: str
    data_version: str
    facts: Mapping[str, Any]


def write_release(folder: Path, content: ReleaseContent) -> Path:
    """Write both weights files and the card; the card comes last, so half a release is never a release.

    Returns the card's path. Raises ReleaseTooLarge.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {branch: _write_weights(folder, branch, content.states[branch]) for branch in BRANCHES}
    card = {
        "name": folder.name,
        "intended_use": "evaluation only, not a medical device",
        "backbone": content.backbone,
        "labels": list(LABELS),
        "data_version": content.data_version,
        "weights": weights,
        "preprocess": asdict(content.spec),
        "calibration": {label: asdict(line) for label, line in content.calibration.items()},
        "operating_points": {label: asdict(point) for label, point in content.points.items()},
        "quality": asdict(content.quality),
        "precision": content.precision,
        **content.facts,
    }
    path = folder / CARD_FILE
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return temporary.replace(path)


def _write_weights(folder: Path, branch: str, state: State) -> dict[str, str]:
    halves = {
        name: tensor.half().contiguous() for name, tensor in state.items() if not name.endswith(_DROPPED)
    }
    data = save(halves)
    if len(data) > MAX_FILE_BYTES:
        raise ReleaseTooLarge(f"{branch}: {len(data)} bytes, a release ships at most {MAX_FILE_BYTES} a file")
    file = f"{branch}.safetensors"
    (folder / file).write_bytes(data)
    return {"file": file, "sha256": hashlib.sha256(data).hexdigest()}
