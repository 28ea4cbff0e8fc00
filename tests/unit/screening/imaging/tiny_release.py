"""A release small enough to be made in a test: random weights, but the real files, card and loader."""

from pathlib import Path

import torch
from torch import nn

from screening.domain.findings import LABELS, OperatingPoint
from screening.domain.quality import QualityThresholds
from screening.imaging.backbone import build_network
from screening.imaging.card import BRANCHES, Calibration
from screening.imaging.make_release import ReleaseContent, write_release
from screening.imaging.preprocess import PreprocessSpec

BACKBONE = "test_efficientnet"


def _make_it_answer(network: nn.Module, size: int) -> None:
    """Untrained weights answer every picture alike: set the head so that answers spread over pictures."""
    network.train()
    with torch.no_grad():
        for _ in range(20):
            network(torch.randn(8, 3, size, size))
        network.eval()
        head = network.get_classifier()  # type: ignore[operator]
        head.weight.mul_(2.0 / network(torch.randn(16, 3, size, size)).std(dim=0).mean())
        head.bias.sub_(network(torch.randn(16, 3, size, size)).mean(dim=0))


def write_tiny_release(folder: Path, *, seed: int = 7, size: int = 96, members: int = 1) -> Path:
    """Write a release folder with random weights; returns the folder."""
    torch.manual_seed(seed)
    networks = {
        branch: [build_network(BACKBONE, outputs=len(LABELS)) for _ in range(members)] for branch in BRANCHES
    }
    for network in (each for branch in networks.values() for each in branch):
        _make_it_answer(network, size)
    content = ReleaseContent(
        states={branch: [each.state_dict() for each in made] for branch, made in networks.items()},
        backbone=BACKBONE,
        spec=PreprocessSpec(size=size),
        calibration={label: Calibration(slope=1.0, intercept=0.0) for label in LABELS},
        points={label: OperatingPoint(threshold=0.5, abstain_below=0.4) for label in LABELS},
        quality=QualityThresholds(),
        precision="f32",
        data_version="random",
        facts={"limits": ["random weights, for tests"]},
    )
    write_release(folder, content)
    return folder
