"""Training of the two branches: colour, and grey equalised. Survives a kill, adapts to its time budget."""

import argparse
import csv
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles, Image
from screening.imaging.augment import Augmentation, vary
from screening.imaging.backbone import build_network, load_initial_weights
from screening.imaging.metrics import macro_auc, official_score, patient_maximum
from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.training_data import (
    LabelledEye,
    PreparedEyes,
    prepare_eyes,
    read_labels,
    split_by_patient,
)

BRANCHES = ("colour", "grey")


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


@dataclass(frozen=True)
class TrainedRun:
    """Where a finished training left its parts."""

    folder: Path
    epochs: int
    best: dict[str, float]


def imbalance_weights(targets: torch.Tensor, *, power: float, limit: float) -> torch.Tensor:
    """Weight of a positive per label: (negatives / positives) ** power, between 1 and `limit`."""
    positives = targets.sum(dim=0).clamp(min=1.0)
    return ((len(targets) - positives) / positives).clamp(min=1.0).pow(power).clamp(max=limit)


def learning_rate_at(step: int, steps: int, *, top: float, warm_up: int) -> float:
    """Linear warm-up, then a cosine down to 1 % of `top`."""
    if step < warm_up:
        return top * (step + 1) / warm_up
    share = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return top * (0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * share))))


def to_input(batch: Image, spec: PreprocessSpec, device: str) -> torch.Tensor:
    """uint8 (n, h, w, 3 or 1) to a normalised float (n, 3, h, w) in channels_last."""
    tensor = torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float().div_(255.0)
    mean = torch.tensor(spec.mean, device=device).view(1, 3, 1, 1)
    std = torch.tensor(spec.std, device=device).view(1, 3, 1, 1)
    return ((tensor - mean) / std).contiguous(memory_format=torch.channels_last)


def _new_branch(name: str, config: TrainConfig) -> Branch:
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
def _follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Exponential moving average of weights and batch-norm statistics."""
    for kept, fresh in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(fresh, 1.0 - decay)
        else:
            kept.copy_(fresh)


def _pixels(eyes: PreparedEyes, branch: str) -> Image:
    return eyes.colour if branch == "colour" else eyes.grey


def _train_epoch(branch: Branch, eyes: PreparedEyes, config: TrainConfig, epochs: int) -> float:
    rng = np.random.default_rng([config.seed, BRANCHES.index(branch.name), branch.epoch])
    torch.manual_seed(int(rng.integers(2**31)))
    order = rng.permutation(len(eyes.targets))
    steps = len(order) // config.batch
    pixels, targets = _pixels(eyes, branch.name), torch.from_numpy(eyes.targets)
    weights = imbalance_weights(targets, power=config.imbalance_power, limit=config.imbalance_limit)
    criterion = nn.BCEWithLogitsLoss(pos_weight=weights.to(config.device))
    branch.network.train()
    total = 0.0
    for step in tqdm(range(steps), desc=f"{branch.name} {branch.epoch + 1}/{epochs}", mininterval=10):
        now = branch.epoch * steps + step
        rate = learning_rate_at(now, epochs * steps, top=config.learning_rate, warm_up=steps // 2)
        for group in branch.optimiser.param_groups:
            group["lr"] = rate
        rows = order[step * config.batch : (step + 1) * config.batch]
        varied = np.stack([vary(pixels[i], config.spec.size, rng, config.augmentation) for i in rows])
        with torch.autocast(config.device, dtype=torch.bfloat16):
            logits = branch.network(to_input(varied, config.spec, config.device))
        loss = criterion(logits.float(), targets[torch.from_numpy(rows)].to(config.device))
        if not torch.isfinite(loss):
            raise TrainingFailed(
                f"{branch.name}: the loss is not a number in epoch {branch.epoch + 1}; lower learning_rate"
            )
        branch.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(branch.network.parameters(), 2.0)
        branch.optimiser.step()
        _follow(branch.average, branch.network, min(config.ema_decay, (1 + now) / (10 + now)))
        total += float(loss.detach())
    return total / steps


@torch.no_grad()
def network_logits(network: nn.Module, pixels: Image, spec: PreprocessSpec, *, device: str) -> Doubles:
    """Logits (n, 8) of prepared pixels (n, s, s, c)."""
    network.eval()
    parts = []
    for start in range(0, len(pixels), 64):
        with torch.autocast(device, dtype=torch.bfloat16, enabled=False):
            parts.append(network(to_input(pixels[start : start + 64], spec, device)).float().cpu())
    return torch.cat(parts).double().numpy()


def write_atomically(state: object, path: Path) -> None:
    """Save through a temporary file, so that a kill or a full disk never leaves half a checkpoint."""
    temporary = path.with_suffix(".partial")
    try:
        torch.save(state, temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise TrainingFailed(
            f"cannot write {path.name}: {error.strerror}; free space and start again"
        ) from error


def _save(branch: Branch, folder: Path, epochs: int) -> None:
    state = {
        "network": branch.network.state_dict(),
        "average": branch.average.state_dict(),
        "optimiser": branch.optimiser.state_dict(),
        "best": branch.best,
        "epoch": branch.epoch,
        "epochs": epochs,
    }
    write_atomically(state, folder / f"{branch.name}.checkpoint.pt")


def _resume(branch: Branch, folder: Path) -> int | None:
    """Continue from the last whole epoch; returns the planned number of epochs, None when starting anew."""
    path = folder / f"{branch.name}.checkpoint.pt"
    if not path.exists():
        return None
    state = torch.load(path, map_location="cpu", weights_only=True)
    branch.network.load_state_dict(state["network"])
    branch.average.load_state_dict(state["average"])
    branch.optimiser.load_state_dict(state["optimiser"])
    branch.best, branch.epoch = float(state["best"]), int(state["epoch"])
    return int(state["epochs"])


def _log(folder: Path, row: dict[str, object]) -> None:
    path = folder / "log.csv"
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        if fresh:
            writer.writeheader()
        writer.writerow(row)


def _finish_epoch(
    branch: Branch, held: list[LabelledEye], eyes: PreparedEyes, config: TrainConfig, folder: Path
) -> dict[str, float]:
    """Measure the averaged weights on the held-out eyes; keep them when they are the best so far."""
    logits = network_logits(branch.average, _pixels(eyes, branch.name), config.spec, device=config.device)
    ids = [eye.patient_id for eye in held]
    _, scores = patient_maximum(ids, logits)
    _, truth = patient_maximum(ids, np.array([eye.patient_labels for eye in held], np.float64))
    measures = {
        "macro_auc": macro_auc(truth, scores),
        "final": official_score(truth, 1 / (1 + np.exp(-scores))).final,
    }
    branch.epoch += 1
    if measures["macro_auc"] > branch.best:
        branch.best = measures["macro_auc"]
        write_atomically(branch.average.state_dict(), folder / f"{branch.name}.best.pt")
        np.save(folder / f"{branch.name}.heldout.npy", logits)
    return measures


def _write_held_out(held: list[LabelledEye], folder: Path) -> None:
    header = ["file", "patient_id", "eye", "age", "sex"]
    header += [f"patient_{label}" for label in LABELS] + [f"eye_{label}" for label in LABELS]
    with (folder / "heldout.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for eye in held:
            age = "" if eye.age_years is None else eye.age_years
            labels = [*eye.patient_labels, *eye.eye_labels]
            writer.writerow([eye.path.name, eye.patient_id, eye.eye, age, eye.sex, *labels])


def _affordable_epochs(config: TrainConfig, seconds: float) -> int:
    """How many epochs of both branches fit the budget, judged by the first one."""
    return max(2, min(config.epochs, int(config.minutes * 60 / seconds)))


def train(config: TrainConfig, data: Path, out: Path) -> TrainedRun:
    """Train both branches on the photographs of `data`; `out` holds checkpoints, best weights and log.

    The branches advance epoch by epoch in turn, so that an early stop still leaves an ensemble. Raises
    TrainingDataInvalid or TrainingFailed. Started again on the same `out`, it resumes.
    """
    torch.set_num_threads(config.threads)
    out.mkdir(parents=True, exist_ok=True)
    training, held = split_by_patient(read_labels(data), held_out=config.held_out, seed=config.seed)
    _write_held_out(held, out)
    larger = PreprocessSpec(**{**asdict(config.spec), "size": config.source_size})
    seen = prepare_eyes(training, larger, progress="training photographs")
    unseen = prepare_eyes(held, config.spec, progress="held-out photographs")
    branches = [_new_branch(name, config) for name in BRANCHES]
    planned = [_resume(branch, out) for branch in branches]
    epochs = next((count for count in planned if count is not None), config.epochs)
    while any(branch.epoch < epochs for branch in branches):
        started = time.monotonic()
        first = all(branch.epoch == 0 for branch in branches)
        for branch in [b for b in branches if b.epoch == min(c.epoch for c in branches)]:
            began = time.monotonic()
            loss = _train_epoch(branch, seen, config, epochs)
            measures = _finish_epoch(branch, held, unseen, config, out)
            seconds = round(time.monotonic() - began, 1)
            row: dict[str, object] = {"branch": branch.name, "epoch": branch.epoch, "seconds": seconds}
            _log(out, {**row, "loss": round(loss, 5), **{k: round(v, 4) for k, v in measures.items()}})
            if first and branch is branches[-1]:
                epochs = _affordable_epochs(config, time.monotonic() - started)
            for each in branches:
                if each is branch or first:
                    _save(each, out, epochs)
    return TrainedRun(out, epochs, {branch.name: branch.best for branch in branches})


def main() -> None:
    """`python -m screening.imaging.train --data DIR --out DIR [--weights FILE] [--epochs N] [--minutes M]`."""
    parser = argparse.ArgumentParser(description="train both branches")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--epochs", type=int, default=TrainConfig.epochs)
    parser.add_argument("--minutes", type=float, default=TrainConfig.minutes)
    given = parser.parse_args()
    config = TrainConfig(initial_weights=given.weights, epochs=given.epochs, minutes=given.minutes)
    train(config, given.data, given.out)


if __name__ == "__main__":
    main()
