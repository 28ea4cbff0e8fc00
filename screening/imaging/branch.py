"""One branch while it trains: network, moving average, optimiser, plan, and its checkpoint on disk."""

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import nn

from screening.imaging.arrays import Doubles
from screening.imaging.backbone import build_network, fill_initial_weights
from screening.imaging.card import BRANCHES
from screening.imaging.initial_release import fill_from_release
from screening.imaging.targets import TARGETS
from screening.imaging.train_config import TrainConfig
from screening.imaging.train_schedule import Plan, plan_of


class TrainingFailed(RuntimeError):
    """Training cannot go on; the message says what happened and what to do."""


@dataclass
class Branch:
    """The moving parts of one branch while it trains.

    `plan`: size of every epoch; `epoch`: how many are done; `seconds`: what they took. `best`: final score of
    the kept weights; `lowest_loss`, `stale`: for a recipe that stops early.
    """

    name: str
    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.Optimizer
    plan: Plan
    epoch: int = 0
    seconds: float = 0.0
    best: float = -1.0
    lowest_loss: float = math.inf
    stale: int = 0
    reducer: torch.optim.lr_scheduler.ReduceLROnPlateau | None = None

    @property
    def finished(self) -> bool:
        return self.epoch >= len(self.plan)


_NUMBERS = ("epoch", "seconds", "best", "lowest_loss", "stale")


def open_branch(name: str, config: TrainConfig, folder: Path, data_version: str) -> Branch:
    """A branch at its last whole epoch in `folder`, or a new one with its initial weights.

    `data_version`: of what it is to learn from.

    Raises BackboneUnknown, BackboneWeightsInvalid, TrainingFailed; from a release CardInvalid, WeightsMismatch.
    """
    path = _checkpoint(name, folder)
    torch.manual_seed(config.draw_seed + BRANCHES.index(name))
    network = build_network(
        config.backbone, outputs=len(TARGETS), dropout=config.dropout, drop_path=config.drop_path
    )
    average = build_network(config.backbone, outputs=len(TARGETS))
    if not path.exists():
        _fill(network, name, config, data_version)
    average.load_state_dict(network.state_dict())
    network, average = _placed(network, config), _placed(average, config).eval()
    optimiser = _optimiser(network, config)
    branch = Branch(
        name, network, average, optimiser, plan_of(config.phases), reducer=_reducer(optimiser, config)
    )
    if path.exists():
        _restore(branch, path)
    return branch


def _fill(network: nn.Module, name: str, config: TrainConfig, data_version: str) -> None:
    if (source := Path(config.initial_weights)).is_dir():
        fill_from_release(network, source, name, config, data_version)
    else:
        fill_initial_weights(network, config.backbone, config.initial_weights)


def _placed(network: nn.Module, config: TrainConfig) -> nn.Module:
    try:
        return network.to(config.device, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
    except (RuntimeError, AssertionError) as error:  # what torch raises depends on how it was built
        raise TrainingFailed(f"device {config.device} is not there ({error}); choose cpu or cuda") from error


def _optimiser(network: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    if config.optimiser == "adam":
        return torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    if config.optimiser != "adamw":
        raise TrainingFailed(f"optimiser {config.optimiser}: choose adam or adamw")
    decays = [p for p in network.parameters() if p.ndim > 1]
    free = [p for p in network.parameters() if p.ndim <= 1]
    groups: list[dict[str, Any]] = [{"params": decays}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=config.learning_rate, weight_decay=config.weight_decay)


def _reducer(
    optimiser: torch.optim.Optimizer, config: TrainConfig
) -> torch.optim.lr_scheduler.ReduceLROnPlateau | None:
    if (rule := config.plateau) is None:
        return None
    return torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser,
        mode="max",
        factor=rule.factor,
        patience=rule.patience,
        threshold=rule.min_delta,
        threshold_mode="abs",
    )


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
    _write_whole(lambda temporary: torch.save(state, temporary), path)


def write_array(values: Doubles, path: Path) -> None:
    """The same for an array, as .npy."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.save(file, values)

    _write_whole(write, path)


def _write_whole(write: Callable[[Path], None], path: Path) -> None:
    temporary = path.with_suffix(".partial")
    try:
        write(temporary)
        temporary.replace(path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise TrainingFailed(f"cannot write {path.name}; free space on the disk and start again") from error


def _checkpoint(name: str, folder: Path) -> Path:
    return folder / f"{name}.checkpoint.pt"


def save_branch(branch: Branch, folder: Path) -> None:
    """Everything the next epoch needs. Raises TrainingFailed; the checkpoint before stays whole."""
    state = {
        "network": branch.network.state_dict(),
        "average": branch.average.state_dict(),
        "optimiser": branch.optimiser.state_dict(),
        "reducer": branch.reducer.state_dict() if branch.reducer else None,
        "plan": list(branch.plan),
        **{name: getattr(branch, name) for name in _NUMBERS},
    }
    write_atomically(state, _checkpoint(branch.name, folder))


def _restore(branch: Branch, path: Path) -> None:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        branch.network.load_state_dict(state["network"])
        branch.average.load_state_dict(state["average"])
        branch.optimiser.load_state_dict(state["optimiser"])
        if branch.reducer:
            branch.reducer.load_state_dict(state["reducer"])
        branch.plan = tuple(state["plan"])
        for name in _NUMBERS:
            setattr(branch, name, state[name])
    except (KeyError, RuntimeError, ValueError, OSError, EOFError, UnpicklingError) as error:
        raise TrainingFailed(
            f"{path.name} is damaged or of another recipe; remove it to begin this branch anew"
        ) from error
