"""Training ends in an ensemble, survives a kill, and names what is wrong with its data."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging import train as training
from screening.imaging.branch import TrainConfig, TrainingFailed, write_atomically
from screening.imaging.calibrate import PointTargets
from screening.imaging.card import read_card
from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.release_run import release_run
from screening.imaging.render import Lesion, render_fundus
from screening.imaging.train import imbalance_weights, learning_rate_at, train
from screening.imaging.training_data import TrainingDataInvalid, read_labels, split_by_patient
from tests.unit.screening.imaging.tiny_release import BACKBONE

PATIENTS, HELD_OUT = 24, 16
CONFIG = TrainConfig(
    backbone=BACKBONE,
    spec=PreprocessSpec(size=64),
    source_size=72,
    epochs=2,
    batch=8,
    held_out=0.5,
    learning_rate=1e-3,
)
COLUMNS = ["file", "patient_id", "eye", "age", "sex"]
COLUMNS += [f"patient_{x}" for x in LABELS] + [f"eye_{x}_derived" for x in LABELS]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered patients: every label occurs, both eyes of a patient carry the same one."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "images").mkdir()
    pictures = [
        render_fundus(seed, eye, size=256, lesions=[lesion] if lesion else [])
        for seed, (eye, lesion) in enumerate(
            [(Laterality.LEFT, Lesion.EXUDATES), (Laterality.RIGHT, None), (Laterality.LEFT, None)]
        )
    ]
    rows = []
    for patient in range(PATIENTS):
        labels = [int(patient % len(LABELS) == i) for i in range(len(LABELS))]
        for eye in ("left", "right"):
            file = f"images/{patient}_{eye}.jpg"
            cv2.imwrite(str(folder / file), pictures[patient % 3][:, :, ::-1])
            rows.append([file, patient, eye, 1 if patient == 0 else 50, "Female", *labels, *labels])
    write_labels(folder, rows)
    return folder


def write_labels(folder: Path, rows: list[list[object]], columns: list[str] = COLUMNS) -> None:
    with (folder / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    trained = train(CONFIG, data, folder)
    assert trained.epochs == 2
    return folder


def log(folder: Path) -> list[dict[str, str]]:
    with (folder / "log.csv").open() as file:
        return list(csv.DictReader(file))


def test_both_branches_advance_in_turn_and_leave_their_best_weights(run: Path) -> None:
    rows = [(row["branch"], row["epoch"]) for row in log(run)]
    assert rows == [("colour", "1"), ("grey", "1"), ("colour", "2"), ("grey", "2")]
    for branch in ("colour", "grey"):
        assert (run / f"{branch}.best.pt").is_file()
        assert np.load(run / f"{branch}.heldout.npy").shape == (2 * HELD_OUT, 8)
    assert not list(run.glob("*.partial"))


def test_a_killed_training_goes_on_where_it_stopped(
    run: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_after(2, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        train(CONFIG, data, tmp_path)
    monkeypatch.undo()
    train(CONFIG, data, tmp_path)
    whole = [{**row, "seconds": ""} for row in log(run)]
    assert [{**row, "seconds": ""} for row in log(tmp_path)] == whole


def kill_after(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., float] = training._train_epoch
    calls = iter(range(epochs))

    def dies(*arguments: object) -> float:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(training, "_train_epoch", dies)


def test_a_finished_run_becomes_a_release_measured_through_the_serving_code(
    run: Path, data: Path, tmp_path: Path
) -> None:
    card_path = release_run(run, data, tmp_path / "made", targets=PointTargets(), resamples=20)
    card = read_card(card_path.parent)
    assert card.backbone == BACKBONE and card.preprocess == CONFIG.spec
    for label, point in card.operating_points.items():
        assert 0 <= point.abstain_below <= point.threshold <= 1, label
    patients = (run / "heldout_logits.csv").read_text().splitlines()
    shipped = (tmp_path / "made" / "heldout_logits.csv").read_text().splitlines()
    assert len(patients) == len(shipped) == 1 + HELD_OUT
    assert patients[0].startswith("patient_id,age,sex,patient_N")
    assert sorted(line.split(",")[3:11] for line in patients[1:]) == sorted(
        line.split(",")[:8] for line in shipped[1:]
    )


def test_a_loss_that_is_no_number_stops_with_advice(data: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="learning_rate"):
        train(replace(CONFIG, learning_rate=1e30), data, tmp_path)


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "colour.checkpoint.pt"
    write_atomically({"epoch": 1}, path)
    path.with_suffix(".partial").mkdir()  # stands in for a disk that takes no more
    with pytest.raises(TrainingFailed, match=r"colour\.checkpoint\.pt"):
        write_atomically({"epoch": 2}, path)
    assert torch.load(path, weights_only=True) == {"epoch": 1}


def test_no_patient_is_in_both_parts_and_every_label_in_each(data: Path) -> None:
    eyes = read_labels(data)
    parts = split_by_patient(eyes, held_out=0.5, seed=1)
    first, second = ({eye.patient_id for eye in part} for part in parts)
    assert not first & second and len(first | second) == PATIENTS
    for part in parts:
        assert np.sum([eye.eye_labels for eye in part], axis=0).min() > 0
    assert parts == split_by_patient(eyes, held_out=0.5, seed=1)


def test_an_age_of_one_is_unknown(data: Path) -> None:
    assert read_labels(data)[0].age_years is None and read_labels(data)[2].age_years == 50


ROW: list[object] = ["images/1_left.jpg", 1, "left", 50, "Male", *[0] * 16]


@pytest.mark.parametrize(
    ("columns", "row", "named"),
    [
        (COLUMNS[:-1], ROW[:-1], "eye_O_derived"),
        (COLUMNS, [*ROW[:3], "old", *ROW[4:]], "row 2"),
        (COLUMNS, [*ROW[:-1], 2], "row 2"),
        (COLUMNS, [*ROW[:-1], "x"], "row 2"),
    ],
)
def test_labels_that_cannot_be_used_name_row_or_column(
    tmp_path: Path, columns: list[str], row: list[object], named: str
) -> None:
    write_labels(tmp_path, [row], columns)
    with pytest.raises(TrainingDataInvalid, match=named):
        read_labels(tmp_path)


def test_labels_without_a_row_or_with_a_lost_photograph_are_refused(tmp_path: Path) -> None:
    write_labels(tmp_path, [])
    with pytest.raises(TrainingDataInvalid, match="no rows"):
        read_labels(tmp_path)
    write_labels(tmp_path, [ROW])
    with pytest.raises(TrainingDataInvalid, match=r"1_left\.jpg"):
        training.prepare_eyes(read_labels(tmp_path), CONFIG.spec, progress="test")


def test_rare_labels_weigh_more_within_limits() -> None:
    targets = torch.zeros(100, 4)
    targets[:50, 0] = targets[:10, 1] = targets[:1, 2] = 1
    assert imbalance_weights(targets, power=0.5, limit=4.0).tolist() == pytest.approx([1.0, 3.0, 4.0, 4.0])


def test_the_learning_rate_warms_up_and_falls_to_a_hundredth() -> None:
    rates = [learning_rate_at(step, 100, top=1.0, warm_up=10) for step in range(101)]
    assert rates[0] == pytest.approx(0.1) and rates[10] == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[100] == pytest.approx(0.01)
