"""One pass of one branch over its photographs, and its answers to held-out ones."""

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from screening.imaging.arrays import Doubles, Image
from screening.imaging.branch import Branch, TrainingFailed, follow
from screening.imaging.card import BRANCHES
from screening.imaging.preprocess import PreprocessSpec, resize_square
from screening.imaging.train_batches import Lesson, batches
from screening.imaging.train_config import TrainConfig
from screening.imaging.train_loss import criterion_of
from screening.imaging.train_schedule import learning_rate_at, share_done

_EVALUATION_BATCH = 32
_MAX_GRADIENT = 2.0
_WARM_UP = 0.5  # epochs


def to_input(batch: Image, spec: PreprocessSpec, device: str) -> torch.Tensor:
    """uint8 (n, h, w, 3 or 1) to a normalised float (n, 3, h, w) in channels_last."""
    tensor = torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float().div_(255.0)
    mean = torch.tensor(spec.mean, device=device).view(1, 3, 1, 1)
    std = torch.tensor(spec.std, device=device).view(1, 3, 1, 1)
    return ((tensor - mean) / std).contiguous(memory_format=torch.channels_last)


def train_epoch(branch: Branch, lesson: Lesson, config: TrainConfig) -> tuple[float, float]:
    """Train `branch` for its next epoch; returns (last learning rate, mean loss).

    Raises TrainingFailed on a loss that is no number.
    """
    criterion = criterion_of(torch.from_numpy(lesson.answers), config)
    branch.network.train()
    torch.manual_seed(_seed(branch, config)[0])
    steps, size = lesson.steps(config.batch), branch.plan[branch.epoch]
    total = 0.0
    made = batches(lesson, config, size=size, seed=_seed(branch, config))
    bar = tqdm(made, total=steps, desc=_title(branch), mininterval=10)
    for step, (pixels, answers) in enumerate(bar):
        _set_rate(branch, config, step, steps)
        with torch.autocast(config.device, dtype=torch.bfloat16):
            logits = branch.network(to_input(pixels, config.spec, config.device))
        loss = criterion(logits.float(), torch.from_numpy(answers).to(config.device))
        total += _learn(branch, loss)
        decay = min(config.ema_decay, _warm_decay(branch.epoch * steps + step))
        follow(branch.average, branch.network, decay)
    return float(branch.optimiser.param_groups[0]["lr"]), total / steps


def _title(branch: Branch) -> str:
    return f"{branch.name} {branch.epoch + 1}/{len(branch.plan)} at {branch.plan[branch.epoch]} px"


def _seed(branch: Branch, config: TrainConfig) -> list[int]:
    """Belongs to the epoch, so that a resumed training draws what an undisturbed one would have drawn."""
    return [config.draw_seed + branch.epoch, BRANCHES.index(branch.name), config.fold]


def _warm_decay(step: int) -> float:
    """A moving average that begins short, so that the first weights are soon forgotten."""
    return (1 + step) / (10 + step)


def _set_rate(branch: Branch, config: TrainConfig, step: int, steps: int) -> None:
    if branch.reducer is not None:
        return
    now = share_done(branch.plan, branch.epoch + step / steps)
    rate = learning_rate_at(now, top=config.learning_rate, warm_up=share_done(branch.plan, _WARM_UP))
    for group in branch.optimiser.param_groups:
        group["lr"] = rate


def _learn(branch: Branch, loss: torch.Tensor) -> float:
    if not torch.isfinite(loss):
        raise TrainingFailed(
            f"{branch.name}: the loss is not a number in epoch {branch.epoch + 1}; lower learning_rate"
        )
    branch.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(branch.network.parameters(), _MAX_GRADIENT)
    branch.optimiser.step()
    return float(loss.detach())


@torch.no_grad()
def network_logits(network: nn.Module, pixels: Image, config: TrainConfig, *, size: int) -> Doubles:
    """Logits (n, K) of prepared pixels (n, s, s, c), looked at in `size` pixels."""
    network.eval()
    parts = []
    for start in range(0, len(pixels), _EVALUATION_BATCH):
        batch = [resize_square(each, size) for each in pixels[start : start + _EVALUATION_BATCH]]
        stacked = np.stack(batch).reshape(len(batch), size, size, pixels.shape[3])
        with torch.autocast(config.device, dtype=torch.bfloat16):
            parts.append(network(to_input(stacked, config.spec, config.device)).float().cpu())
    return torch.cat(parts).double().numpy()
