"""A finished training run becomes a release: fp16 weights, calibration, operating points, measured card."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from screening.domain import both_eyes
from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.domain.quality import QualityThresholds
from screening.imaging import study
from screening.imaging.backbone import build_network, head_name
from screening.imaging.both_eyes_choice import JoinedEyes
from screening.imaging.card import BRANCHES, CARD_FILE, Calibration
from screening.imaging.members import State, joined_state
from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.severity_heads import SeverityHeads
from screening.imaging.targets import SEVERITIES

MAX_FILE_BYTES = 24_000_000
_DROPPED = "num_batches_tracked"


class ReleaseTooLarge(ValueError):
    """A weights file is larger than a release may ship."""


class ReleaseExists(ValueError):
    """A release is never changed; a new one has a name of its own."""


@dataclass(frozen=True)
class ReleaseContent:
    """Everything a release is made of.

    `states`: of each branch its members, as training left them; outputs after the released ones are dropped.
    `joined`: `both_eyes` and `study` as Card has them. `facts`: what people read on the card: recipe, metrics, limits.
    """

    states: Mapping[str, Sequence[State]]
    backbone: str
    spec: PreprocessSpec
    calibration: Mapping[Label, Calibration]
    points: Mapping[Label, OperatingPoint]
    quality: QualityThresholds
    precision: str
    data_version: str
    facts: Mapping[str, Any]
    severity: SeverityHeads | None = None
    joined: JoinedEyes | None = None

    @property
    def outputs(self) -> int:
        return len(LABELS) + (len(SEVERITIES) if self.severity else 0)


def write_release(folder: Path, content: ReleaseContent) -> Path:
    """Write both weights files and the card; the card comes last, so half a release is never a release.

    Returns the card's path. Raises ReleaseTooLarge; ReleaseExists before anything is written.
    """
    refuse_existing(folder)
    folder.mkdir(parents=True, exist_ok=True)
    weights = {branch: _write_weights(folder, branch, content) for branch in BRANCHES}
    card = {
        "name": folder.name,
        "intended_use": "evaluation only, not a medical device",
        "backbone": content.backbone,
        "labels": list(LABELS),
        "members": len(content.states[BRANCHES[0]]),
        "data_version": content.data_version,
        "weights": weights,
        "preprocess": asdict(content.spec),
        "calibration": {label: asdict(line) for label, line in content.calibration.items()},
        "operating_points": {label: asdict(point) for label, point in content.points.items()},
        "quality": asdict(content.quality),
        "precision": content.precision,
        **_optional(content),
        **content.facts,
    }
    path = folder / CARD_FILE
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return temporary.replace(path)


def refuse_existing(folder: Path) -> None:
    """Raises ReleaseExists where `folder` is a release already."""
    if (folder / CARD_FILE).exists():
        raise ReleaseExists(f"{folder.name} is a release already and is never changed; choose another name")


def _optional(content: ReleaseContent) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if content.severity:
        parts["severity"] = {target: asdict(content.severity[target]) for target in SEVERITIES}
    if content.joined:
        parts["both_eyes"] = both_eyes.as_json(content.joined.fusion)
        parts["study"] = study.as_json(content.joined.study)
    return parts


def _write_weights(folder: Path, branch: str, content: ReleaseContent) -> dict[str, str]:
    head = head_name(build_network(content.backbone, outputs=1))
    data = save(joined_state([_halves(state, head, content.outputs) for state in content.states[branch]]))
    if len(data) > MAX_FILE_BYTES:
        raise ReleaseTooLarge(f"{branch}: {len(data)} bytes, a release ships at most {MAX_FILE_BYTES} a file")
    file = f"{branch}.safetensors"
    (folder / file).write_bytes(data)
    return {"file": file, "sha256": hashlib.sha256(data).hexdigest()}


def _halves(state: State, head: str, outputs: int) -> dict[str, torch.Tensor]:
    return {
        name: (tensor[:outputs] if name.rpartition(".")[0] == head else tensor).half().contiguous()
        for name, tensor in state.items()
        if not name.endswith(_DROPPED)
    }
