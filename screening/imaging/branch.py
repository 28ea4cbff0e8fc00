"""One branch while it trains: network, moving average, optimiser, and its checkpoint on disk."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from screening.domain.findings import LABELS
from screening.imaging.augment import Augmentation
from screening.imaging.backbone import build_network, load_initial_weights
from screening.imaging.card import BRANCHES
from screening.imaging.preprocess import PreprocessSpec


class TrainingFailed(RuntimeError):
    """Training cannot go on; the message says what happened and what to do."""


@dataclass(frozen=True)
class TrainConfig:
    """The recipe as data. `minutes`: wall-clock budget; fewer epochs are run when it would be exceeded."""

    backbone: str = "tf_efficientnetv2_b0"
    initial_weights: Path | None = None
    spec: PreprocessSpec = field(default_factory=PreprocessSpec)
    source_size: int = 288
    epochs: int = 9
    minutes: float = 75.0
    batch: int = 32
    learning_rate: float = 6e-4
    weight_decay: float = 0.02
    dropout: float = 0.3
    drop_path: float = 0.1
    ema_decay: float = 0.995
    imbalance_power: float = 0.5
    imbalance_limit: float = 4.0
    held_out: float = 0.15
    seed: int = 20260
    threads: int = 2
    device: str = "cpu"
    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass
class Branch:
    """The moving parts of one branch while it trains."""

    name: str
    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.Optimizer
    best: float = -1.0
    epoch: int = 0
    seconds: float = 0.0


def new_branch(name: str, config: TrainConfig) -> Branch:
    torch.manual_seed(config.seed + BRANCHES.index(name))
    network = build_network(
        config.backbone, outputs=len(LABELS), dropout=config.dropout, drop_path=config.drop_path
    )
    if config.initial_weights is not None:
        load_initial_weights(network, config.initial_weights)
    network = network.to(config.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = build_network(config.backbone, outputs=len(LABELS))
    average.load_state_dict(network.state_dict())
    average = average.to(config.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    decays = [p for p in network.parameters() if p.ndim > 1]
    free = [p for p in network.parameters() if p.ndim <= 1]
    groups: list[dict[str, Any]] = [{"params": decays}, {"params": free, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=config.learning_rate, weight_decay=config.weight_decay)
    return Branch(name, network, average.eval(), optimiser)


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Exponential moving average of weights and batch-norm statistics."""
    for kept, fresh in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(fresh, 1.0 - decay)
        else:
            kept.copy_(fresh)


def write_atomically(state: object, path: Path) -> None:
    """Save through a temporary file, so that a kill or a full disk never leaves half a checkpoint."""
    temporary = path.with_suffix(".partial")
    try:
        torch.save(state, temporary)
        temporary.replace(path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise TrainingFailed(f"cannot write {path.name}; free space on the disk and start again") from error


def save_branch(branch: Branch, folder: Path, epochs: int) -> None:
    state = {
        "network": branch.network.state_dict(),
        "average": branch.average.state_dict(),
        "optimiser": branch.optimiser.state_dict(),
        "best": branch.best,
        "epoch": branch.epoch,
        "seconds": branch.seconds,
        "epochs": epochs,
    }
    write_atomically(state, folder / f"{branch.name}.checkpoint.pt")


def resume_branch(branch: Branch, folder: Path) -> int | None:
    """Continue from the last whole epoch; returns the planned number of epochs, None when starting anew."""
    path = folder / f"{branch.name}.checkpoint.pt"
    if not path.exists():
        return None
    state = torch.load(path, map_location="cpu", weights_only=True)
    branch.network.load_state_dict(state["network"])
    branch.average.load_state_dict(state["average"])
    branch.optimiser.load_state_dict(state["optimiser"])
    branch.best, branch.epoch = float(state["best"]), int(state["epoch"])
    branch.seconds = float(state["seconds"])
    return int(state["epochs"])
