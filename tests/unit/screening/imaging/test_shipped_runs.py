"""A release is measured on many held-out patients, and ships networks that learnt from nearly all of them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from screening.imaging import release_fit, shipped_runs
from screening.imaging.branch import TrainingFailed
from screening.imaging.card import BRANCHES
from screening.imaging.evaluate.held_out_again import held_out_photographs
from screening.imaging.held_out import read_held_out
from screening.imaging.release_draft import draft_of
from screening.imaging.release_fit import ReleaseTargets, fit_release, score_again
from screening.imaging.release_run import release_run
from screening.imaging.shipped_runs import shipped_recipes
from screening.imaging.train import train_fold
from screening.imaging.train_record import read_recipe
from tests.unit.screening.imaging.photographs import CONFIG, PATIENTS


@pytest.fixture(scope="module")
def larger(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recipe of `run`, that holds a quarter out instead of a half."""
    folder = tmp_path_factory.mktemp("larger")
    train_fold(replace(CONFIG, folds=4), photographs, folder)
    return folder


@pytest.fixture(scope="module")
def made(run: Path, larger: Path, photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases") / "made"
    return release_run([run], photographs, folder, ReleaseTargets(resamples=20), [larger]).parent


def test_the_weights_are_of_the_run_that_learnt_from_more(made: Path, larger: Path) -> None:
    states = draft_of([larger / "fold0"]).states
    for branch in BRANCHES:
        shipped, trained = load_file(made / f"{branch}.safetensors"), states[branch][0]
        name = next(name for name in shipped if name.endswith("weight") and "classifier" not in name)
        assert np.array_equal(shipped[name], trained[name].half().numpy())


def test_who_both_held_out_shows_that_both_answer_on_one_scale(made: Path, run: Path, larger: Path) -> None:
    card = json.loads((made / "card.json").read_text())
    few, many = (set(read_held_out(each).patient_ids) for each in (larger, run))
    assert few < many
    found = card["metrics"]["shipped_networks"]
    assert (card["metrics"]["patients"], found["patients"]) == (PATIENTS // 2, PATIENTS // 4)
    for answers in ("shipped", "measured"):
        assert {"macro_auc", "mean_score", "share_of_eyes"} == set(found[answers])
    assert found["engines"]["openvino-f32"]["max_difference"] <= 0.02


def test_bfloat16_ships_only_where_the_shipped_networks_may_answer_so_too(
    run: Path, larger: Path, photographs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again, targets = score_again([run], photographs, larger / "graphs"), ReleaseTargets(resamples=20)
    monkeypatch.setattr(release_fit, "may_ship", lambda row: True)
    assert fit_release(again, targets, [larger]).engine == "openvino-bf16"
    monkeypatch.setattr(
        shipped_runs, "compare_engines", lambda scores, bands: {"openvino-bf16": {"fewer": 1}}
    )
    monkeypatch.setattr(release_fit, "may_ship", lambda row: "fewer" not in row)
    assert fit_release(again, targets, []).engine == "openvino-bf16"
    assert fit_release(again, targets, [larger]).engine == "openvino-f32"


def test_only_those_whom_the_shipped_networks_never_saw_are_found_again(
    made: Path, larger: Path, photographs: Path
) -> None:
    found = {one.patient_id for one in held_out_photographs(made, photographs)}
    assert found == set(read_held_out(larger).patient_ids)


def test_another_recipe_is_refused(run: Path, larger: Path) -> None:
    recipe = read_recipe(run / "fold0")
    assert shipped_recipes([larger], recipe)[0]["folds"] == 4
    with pytest.raises(TrainingFailed, match="differ from the measured ones in learning_rate"):
        shipped_recipes([larger], recipe | {"learning_rate": 0.5})


def test_runs_that_held_out_nobody_in_common_are_refused(
    run: Path, larger: Path, photographs: Path, tmp_path: Path
) -> None:
    strangers = Path(shutil.copytree(larger, tmp_path / "strangers"))
    path = strangers / "fold0" / "heldout.csv"
    header, *rows = path.read_text().splitlines()
    moved = [
        ",".join([file, f"x{patient}", *rest]) for file, patient, *rest in (row.split(",") for row in rows)
    ]
    path.write_text("\n".join([header, *moved]) + "\n")
    with pytest.raises(TrainingFailed, match="no patient was held out"):
        release_run([run], photographs, tmp_path / "r", ReleaseTargets(resamples=20), [strangers])
    assert not (tmp_path / "r").exists()
