"""Training of the two branches: colour, and grey equalised. Survives a kill, adapts to its time budget."""

import argparse
import csv
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles, Image
from screening.imaging.augment import vary
from screening.imaging.branch import (
    Branch,
    TrainConfig,
    TrainingFailed,
    follow,
    new_branch,
    resume_branch,
    save_branch,
    write_atomically,
)
from screening.imaging.card import BRANCHES
from screening.imaging.metrics import macro_auc, official_score, patient_maximum
from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.training_data import (
    LabelledEye,
    PreparedEyes,
    data_version,
    prepare_eyes,
    read_labels,
    split_by_patient,
)

RECIPE_FILE = "recipe.json"


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
        follow(branch.average, branch.network, min(config.ema_decay, (1 + now) / (10 + now)))
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


def _log(folder: Path, branch: Branch, measures: dict[str, float]) -> None:
    path = folder / "log.csv"
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(["branch", "epoch", "seconds", *measures])
        rounded = [round(value, 5) for value in measures.values()]
        writer.writerow([branch.name, branch.epoch, round(branch.seconds, 1), *rounded])


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


def write_recipe(config: TrainConfig, data: Path, out: Path) -> None:
    """Keep beside the checkpoints what a card must say about how they came to be."""
    recipe = asdict(config)
    recipe["initial_weights"] = config.initial_weights.name if config.initial_weights else "random"
    recipe["data_version"] = data_version(data)
    (out / RECIPE_FILE).write_text(json.dumps(recipe, indent=1) + "\n", encoding="utf-8")


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
    write_recipe(config, data, out)
    training, held = split_by_patient(read_labels(data), held_out=config.held_out, seed=config.seed)
    _write_held_out(held, out)
    larger = PreprocessSpec(**{**asdict(config.spec), "size": config.source_size})
    seen = prepare_eyes(training, larger, progress="training photographs")
    unseen = prepare_eyes(held, config.spec, progress="held-out photographs")
    branches = [new_branch(name, config) for name in BRANCHES]
    planned = [resume_branch(branch, out) for branch in branches]
    epochs = next((count for count in planned if count is not None), config.epochs)
    while (branch := min(branches, key=lambda each: each.epoch)).epoch < epochs:
        began = time.monotonic()
        loss = _train_epoch(branch, seen, config, epochs)
        measures = _finish_epoch(branch, held, unseen, config, out)
        branch.seconds = time.monotonic() - began
        _log(out, branch, {"loss": loss, **measures})
        if all(each.epoch == 1 for each in branches):
            epochs = _affordable_epochs(config, sum(each.seconds for each in branches))
        for each in branches:
            save_branch(each, out, epochs)
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
