"""What training left of a fold, before anything about it is measured."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from screening.domain.findings import LABELS, OperatingPoint
from screening.domain.quality import QualityThresholds
from screening.imaging.card import BRANCHES, Calibration
from screening.imaging.held_out import HeldOut
from screening.imaging.make_release import ReleaseContent
from screening.imaging.preprocess import PreprocessSpec, spec_from_json
from screening.imaging.severity_heads import SeverityHead
from screening.imaging.targets import SEVERITIES
from screening.imaging.train_record import read_recipe
from screening.imaging.training_data import PreparedEyes, prepare_eyes, read_labels


def draft_of(folders: Sequence[Path]) -> ReleaseContent:
    """What the runs made of one fold, before anything about it is measured."""
    recipe = read_recipe(folders[0])
    states = {
        branch: [
            torch.load(folder / f"{branch}.weights.pt", map_location="cpu", weights_only=True)
            for folder in folders
        ]
        for branch in BRANCHES
    }
    return ReleaseContent(
        states=states,
        backbone=recipe["backbone"],
        spec=spec_of(recipe),
        calibration={label: Calibration(1.0, 0.0) for label in LABELS},
        points={label: OperatingPoint(1.0, 1.0) for label in LABELS},
        quality=QualityThresholds(),
        precision="f32",
        data_version=recipe["data_version"],
        facts={},
        severity={target: SeverityHead(1.0, 0.0, 1.0) for target in SEVERITIES},
    )


def spec_of(recipe: dict[str, Any]) -> PreprocessSpec:
    return spec_from_json(recipe["spec"])


def prepare_held_out(held: HeldOut, data: Path, spec: PreprocessSpec) -> PreparedEyes:
    by_name = {eye.path.name: eye for eye in read_labels(data)}
    return prepare_eyes([by_name[file] for file in held.files], spec, progress="held-out photographs")
