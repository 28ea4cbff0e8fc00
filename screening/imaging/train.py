"""Training of one fold: colour, and grey equalised, each its own network. Survives a kill, keeps to its time."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import torch

from screening.imaging.arrays import Doubles, Floats, Image
from screening.imaging.branch import Branch, open_branch, save_branch, write_array, write_atomically
from screening.imaging.card import BRANCHES
from screening.imaging.evaluate.labels import data_name
from screening.imaging.folds import deal_folds, split_fold
from screening.imaging.held_out import write_held_out
from screening.imaging.train_batches import Lesson
from screening.imaging.train_config import TrainConfig
from screening.imaging.train_epoch import network_logits, train_epoch
from screening.imaging.train_measure import measure_epoch
from screening.imaging.train_record import log_epoch, write_recipe
from screening.imaging.train_schedule import after_phase, replan
from screening.imaging.training_data import LabelledEye, answers_of, prepare_branch, read_labels


@dataclass(frozen=True)
class TrainedRun:
    """Where a finished training of one fold left its parts, and the final score of each branch alone."""

    folder: Path
    epochs: dict[str, int]
    final: dict[str, float]


@dataclass(frozen=True)
class _Material:
    """One branch's photographs: those it learns from, and those held out, at the release's size."""

    lesson: Lesson
    held: list[LabelledEye]
    unseen: Image
    answers: Floats


def train_fold(
    config: TrainConfig,
    data: Path,
    out: Path,
    *,
    branches: Sequence[str] = BRANCHES,
    on_epoch: Callable[[Path], object] | None = None,
) -> TrainedRun:
    """Train `branches` on the photographs of `data` that are not in `config.fold`; `out`/fold<i> holds the run.

    The branches advance epoch by epoch in turn, so that an early stop still leaves an ensemble; two processes
    may also train one branch each into the same folder. `on_epoch` is called with the run's folder after each
    epoch of a branch. Raises TrainingDataInvalid, BackboneWeightsInvalid or
    TrainingFailed. Started again on the same `out`, it resumes at the last whole epoch.
    """
    torch.set_num_threads(config.threads)
    cv2.setNumThreads(1)
    folder = out / f"fold{config.fold}"
    folder.mkdir(parents=True, exist_ok=True)
    eyes = read_labels(data)
    parts = split_fold(eyes, deal_folds(eyes, folds=config.folds, seed=config.seed), config.fold)
    write_recipe(config, data, folder)
    write_held_out(parts[1], folder)
    opened = [open_branch(name, config, folder, data_name(data)) for name in branches]
    materials = {branch.name: _material(branch, parts, config) for branch in opened if not branch.finished}
    while waiting := [branch for branch in opened if not branch.finished]:
        branch = min(waiting, key=lambda each: each.epoch)
        _advance(branch, materials[branch.name], config, folder)
        if on_epoch:
            on_epoch(folder)
    return TrainedRun(
        folder,
        {branch.name: branch.epoch for branch in opened},
        {branch.name: branch.best for branch in opened},
    )


def _material(
    branch: Branch, parts: tuple[list[LabelledEye], list[LabelledEye]], config: TrainConfig
) -> _Material:
    training, held = parts
    larger = replace(config.spec, size=round(config.spec.size * config.source_margin))
    pixels = prepare_branch(training, larger, branch.name, progress=f"{branch.name}: training photographs")
    unseen = prepare_branch(held, config.spec, branch.name, progress=f"{branch.name}: held-out photographs")
    return _Material(Lesson(pixels, answers_of(training)), held, unseen, answers_of(held))


def _advance(branch: Branch, material: _Material, config: TrainConfig, folder: Path) -> None:
    """One epoch: learn, measure on the held-out eyes, keep the weights, plan what is left, write it all down."""
    began = time.monotonic()
    size = branch.plan[branch.epoch]
    rate, loss = train_epoch(branch, material.lesson, config)
    logits = network_logits(branch.average, material.unseen, config, size=size)
    measures = measure_epoch(material.held, material.answers, logits, config)
    branch.epoch += 1
    took = time.monotonic() - began
    branch.seconds += took
    _keep(branch, measures["final"], logits, config, folder)
    _replan(branch, measures, took / size**2, config)
    row = {"epoch": branch.epoch, "size": size, "seconds": round(took, 1), "rate": rate, "loss": loss}
    log_epoch(folder, branch.name, {**row, **measures})
    save_branch(branch, folder)


def _keep(branch: Branch, final: float, logits: Doubles, config: TrainConfig, folder: Path) -> None:
    """Write weights and held-out logits; a recipe with a plateau keeps only those of the best final score."""
    if config.plateau is not None and final <= branch.best:
        return
    branch.best = final
    write_atomically(branch.average.state_dict(), folder / f"{branch.name}.weights.pt")
    write_array(logits, folder / f"{branch.name}.heldout.npy")


def _replan(branch: Branch, measures: dict[str, float], per_pixel: float, config: TrainConfig) -> None:
    done, left = branch.plan[: branch.epoch], config.minutes * 60 - branch.seconds
    branch.plan = replan(config.phases, done, seconds_per_pixel=per_pixel, seconds_left=left)
    if branch.reducer is None or config.plateau is None:
        return
    branch.reducer.step(measures["final"])
    improved = measures["held_loss"] < branch.lowest_loss
    branch.lowest_loss = min(branch.lowest_loss, measures["held_loss"])
    branch.stale = 0 if improved else branch.stale + 1
    if branch.stale >= config.plateau.stop_after:
        branch.plan = after_phase(config.phases, done)
    if branch.plan[branch.epoch :][:1] != done[-1:]:
        _begin_phase(branch)


def _begin_phase(branch: Branch) -> None:
    """Losses of another size are no measure for this one, and the weights kept must be of the last size."""
    branch.lowest_loss, branch.stale = math.inf, 0
    if not branch.finished:
        branch.best = -1.0
