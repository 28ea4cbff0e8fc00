"""Run a comparison: every network trained by the same recipe on the same fold, one finished row at a time."""

import gc
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from screening.domain.findings import LABELS
from screening.imaging.card import BRANCHES
from screening.imaging.compare.choose import Start
from screening.imaging.compare.cost import count_backbone, measure_backbone
from screening.imaging.compare.measures import final_interval, measure, trivial
from screening.imaging.compare.rows import Row, is_finished, keep_plan, read_rows, row_name, write_row
from screening.imaging.compare.study import Candidate
from screening.imaging.ensemble import ensemble_log_odds, sigmoid
from screening.imaging.held_out import read_held_out
from screening.imaging.train import train_fold
from screening.imaging.train_config import TrainConfig
from screening.imaging.training_data import TrainingDataInvalid, read_labels


def compare(config: TrainConfig, data: Path, out: Path, starts: Mapping[Candidate, Start]) -> list[Row]:
    """Train and measure every network that has no finished row in `out`; returns all rows there are.

    A network that fails leaves a row with its reason, and the next one goes on. Raises TrainingDataInvalid
    and ComparisonInvalid before the first, because what is wrong with data or plan is wrong for all.
    """
    read_labels(data)
    keep_plan(config, data, out)
    waiting = [(each, start) for each, start in starts.items() if not is_finished(out, each, start)]
    for candidate, start in (bar := tqdm(waiting, desc="networks", unit="network")):
        bar.set_postfix_str(candidate.name)
        write_row(out, candidate, start, _attempt(config, data, out, candidate, start))
        gc.collect()  # optimiser and network refer to each other; the next network needs the room
    return read_rows(out)


def _attempt(config: TrainConfig, data: Path, out: Path, candidate: Candidate, start: Start) -> Row:
    row = Row(candidate.name, candidate.backbone, start.label, start.kind)
    try:
        return _run(row, config, data, out / "runs" / row_name(candidate, start), start)
    except TrainingDataInvalid:
        raise
    except Exception as error:  # any fault of one network is its row's; the others still count
        return replace(row, reason=f"{type(error).__name__}: {error}")


def _run(row: Row, config: TrainConfig, data: Path, folder: Path, start: Start) -> Row:
    began, size_px = time.monotonic(), config.spec.size
    own = replace(config, backbone=row.backbone, initial_weights=start.source)
    trained = train_fold(own, data, folder)
    row = _with_scores(row, folder, seed=config.seed)
    size = count_backbone(row.backbone, size_px)
    speed = measure_backbone(row.backbone, size_px, threads=config.threads)
    _drop_weights(trained.folder)
    return replace(
        row,
        parameters=size.parameters,
        multiply_adds=size.multiply_adds,
        milliseconds=speed.milliseconds,
        threads=speed.threads,
        load=round(os.getloadavg()[0], 1),
        seconds=round(time.monotonic() - began, 1),
    )


def _with_scores(row: Row, run: Path, *, seed: int) -> Row:
    held = read_held_out(run)
    branches = held.branch_logits[:, :, : len(LABELS)]
    logits = dict(zip(BRANCHES, branches, strict=True)) | {"both": ensemble_log_odds(branches)}
    truth = held.by_patient(logits["both"])[1]
    scores = {name: sigmoid(held.by_patient(each)[2]) for name, each in logits.items()}
    return replace(
        row,
        scores={name: measure(truth, each).as_dict() for name, each in scores.items()},
        trivial={name: measures.as_dict() for name, measures in trivial(truth).items()},
        interval=final_interval(truth, scores["both"], seed=seed),
        patients=len(truth),
    )


def _drop_weights(folder: Path) -> None:
    """A row stands on logits; checkpoints of nine networks and more would fill a disk."""
    for path in (*folder.glob("*.checkpoint.pt"), *folder.glob("*.weights.pt")):
        path.unlink()
