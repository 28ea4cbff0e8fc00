"""Training ends in an ensemble, survives a kill, keeps to its time, and never trains on who is held out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from screening.imaging import train as training
from screening.imaging.branch import TrainingFailed, write_array, write_atomically
from screening.imaging.card import BRANCHES
from screening.imaging.held_out import read_held_out
from screening.imaging.targets import TARGETS
from screening.imaging.train import train_fold
from screening.imaging.train_config import Phase, Plateau
from screening.imaging.train_curves import CURVES_FILE
from screening.imaging.train_record import read_log, read_recipe
from screening.imaging.training_data import TrainingDataInvalid
from tests.unit.screening.imaging.photographs import CONFIG, PATIENTS, write_labels

STATES = ("checkpoint", "weights")


def course(folder: Path) -> list[dict[str, str]]:
    """Both logs without the time that each epoch took."""
    return [{**row, "seconds": ""} for branch in BRANCHES for row in read_log(folder, branch)]


def test_both_branches_grow_through_the_phases_and_leave_weights_and_held_out_logits(run: Path) -> None:
    for branch in BRANCHES:
        assert [(row["epoch"], row["size"]) for row in read_log(run / "fold0", branch)] == [
            ("1", "48"),
            ("2", "64"),
        ]
        assert (run / "fold0" / f"{branch}.weights.pt").is_file()
        assert np.load(run / "fold0" / f"{branch}.heldout.npy").shape == (PATIENTS, len(TARGETS))
    assert (run / "fold0" / CURVES_FILE).read_bytes().startswith(b"\x89PNG")
    assert not list(run.rglob("*.partial"))


def test_the_recipe_says_from_which_weights_it_began(run: Path) -> None:
    recipe = read_recipe(run / "fold0")
    assert recipe["initial_weights"] == "random" and recipe["data_version"].startswith("photographs")


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_killed_training_goes_on_where_it_stopped_and_ends_alike(
    run: Path, photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epochs: int
) -> None:
    with monkeypatch.context() as patch:
        kill_after(epochs, patch)
        with pytest.raises(KeyboardInterrupt):
            train_fold(CONFIG, photographs, tmp_path)
    train_fold(CONFIG, photographs, tmp_path)
    assert course(tmp_path / "fold0") == course(run / "fold0")
    for branch in BRANCHES:
        one, other = (torch.load(f / "fold0" / f"{branch}.weights.pt") for f in (run, tmp_path))
        assert all(torch.equal(one[name], other[name]) for name in one)


def kill_after(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Die at the worst moment: weights and log of an epoch are written, its checkpoint is not."""
    real: Callable[..., None] = training.save_branch
    calls = iter(range(epochs - 1))

    def dies(*arguments: object) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(training, "save_branch", dies)


def test_branches_trained_beside_each_other_are_the_same_as_in_turn(
    run: Path, photographs: Path, tmp_path: Path
) -> None:
    for branch in reversed(BRANCHES):
        train_fold(CONFIG, photographs, tmp_path, branches=[branch])
    assert course(tmp_path / "fold0") == course(run / "fold0")


def test_the_other_fold_holds_out_the_other_patients(run: Path, photographs: Path, tmp_path: Path) -> None:
    train_fold(replace(CONFIG, fold=1), photographs, tmp_path)
    first, second = (set(read_held_out(folder).patient_ids) for folder in (run, tmp_path))
    assert not first & second and len(first | second) == PATIENTS


def test_without_time_two_epochs_are_still_at_the_last_size(photographs: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, phases=(Phase(3, 48), Phase(3, 64)), minutes=0.0)
    train_fold(config, photographs, tmp_path, branches=["grey"])
    assert [row["size"] for row in read_log(tmp_path / "fold0", "grey")] == ["48", "64", "64"]


def test_a_recipe_that_stops_early_keeps_the_best_of_the_last_size(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = Plateau(factor=0.5, patience=0, min_delta=0.001, stop_after=1)
    config = replace(CONFIG, phases=(Phase(4, 48), Phase(4, 64)), plateau=rule, optimiser="adam")
    course_of = iter([(1.0, 0.9), (1.1, 0.8), (3.0, 0.5), (2.0, 0.7), (2.5, 0.6)])

    def measured(*_: object) -> dict[str, float]:
        return dict(zip(("held_loss", "final"), next(course_of), strict=True))

    monkeypatch.setattr(training, "measure_epoch", measured)
    trained = train_fold(config, photographs, tmp_path, branches=["grey"])
    log = read_log(tmp_path / "fold0", "grey")
    assert [row["size"] for row in log] == ["48", "48", "64", "64", "64"]
    assert trained.final["grey"] == 0.7
    assert [float(row["rate"]) for row in log] == pytest.approx([1e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4])


def test_a_folder_with_a_run_of_another_recipe_is_refused(run: Path, photographs: Path) -> None:
    with pytest.raises(TrainingFailed, match=r"another recipe \(batch, dropout\)"):
        train_fold(replace(CONFIG, batch=4, dropout=0.1), photographs, run)
    train_fold(replace(CONFIG, minutes=1.0, threads=2), photographs, run)


def test_a_loss_that_is_no_number_stops_with_advice(photographs: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="learning_rate"):
        train_fold(replace(CONFIG, learning_rate=1e30), photographs, tmp_path)
    assert not list((tmp_path / "fold0").glob("*.weights.pt"))


@pytest.mark.parametrize(
    "change", [lambda data: data[: len(data) // 2], lambda _: b"", lambda data: bytes(len(data))]
)
def test_a_damaged_checkpoint_is_named(
    run: Path, photographs: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    train_fold(CONFIG, photographs, tmp_path, branches=["grey"])
    path = tmp_path / "fold0" / "grey.checkpoint.pt"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(TrainingFailed, match=r"grey\.checkpoint\.pt"):
        train_fold(CONFIG, photographs, tmp_path, branches=["grey"])


def test_what_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    weights, logits = tmp_path / "colour.weights.pt", tmp_path / "colour.heldout.npy"
    write_atomically({"epoch": 1}, weights)
    write_array(np.ones(1), logits)
    for path in (weights, logits):
        path.with_suffix(".partial").mkdir()  # stands in for a disk that takes no more
    with pytest.raises(TrainingFailed, match=r"colour\.weights\.pt; free space"):
        write_atomically({"epoch": 2}, weights)
    with pytest.raises(TrainingFailed, match=r"colour\.heldout\.npy; free space"):
        write_array(np.zeros(1), logits)
    assert torch.load(weights, weights_only=True) == {"epoch": 1} and np.load(logits) == 1


def test_labels_without_photographs_start_no_run(tmp_path: Path) -> None:
    write_labels(tmp_path, [])
    with pytest.raises(TrainingDataInvalid, match="no rows"):
        train_fold(CONFIG, tmp_path, tmp_path / "out")
