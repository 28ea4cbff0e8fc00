"""A release small enough to be made in a test: random weights, but the real files, card and loader."""

from pathlib import Path

import torch

from screening.domain.findings import LABELS, OperatingPoint
from screening.domain.quality import QualityThresholds
from screening.imaging.backbone import build_network
from screening.imaging.card import BRANCHES, Calibration
from screening.imaging.make_release import write_release
from screening.imaging.preprocess import PreprocessSpec

BACKBONE = "test_efficientnet"


def write_tiny_release(folder: Path, *, seed: int = 7, size: int = 96) -> Path:
    """Write a release folder with random weights; returns the folder."""
    torch.manual_seed(seed)
    networks = {branch: build_network(BACKBONE, outputs=len(LABELS)) for branch in BRANCHES}
    write_release(
        folder,
        states={branch: network.state_dict() for branch, network in networks.items()},
        backbone=BACKBONE,
        spec=PreprocessSpec(size=size),
        calibration={label: Calibration(slope=1.0, intercept=0.0) for label in LABELS},
        points={label: OperatingPoint(threshold=0.5, abstain_below=0.4) for label in LABELS},
        quality=QualityThresholds(),
        precision="f32",
        data_version="random",
        facts={"limits": ["random weights, for tests"]},
    )
    return folder
