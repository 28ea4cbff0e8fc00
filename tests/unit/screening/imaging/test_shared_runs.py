"""Runs become one release only where none learned what another is measured on."""

import json
import shutil
from pathlib import Path

import pytest

from screening.imaging.branch import TrainingFailed
from screening.imaging.shared_runs import read_shared_held_out, shared_folds


@pytest.fixture
def other(run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run, tmp_path / "other"))


def test_alike_runs_share_their_folds_and_held_out_eyes(run: Path, other: Path) -> None:
    assert shared_folds([run, other]) == {0: [run / "fold0", other / "fold0"]}
    assert read_shared_held_out([run, other]).files == read_shared_held_out([run]).files


def test_runs_without_a_common_fold_are_refused(run: Path, other: Path) -> None:
    (other / "fold0").rename(other / "fold1")
    with pytest.raises(TrainingFailed, match="no fold in common"):
        shared_folds([run, other])


def test_runs_of_another_size_are_refused(run: Path, other: Path) -> None:
    path = other / "fold0" / "recipe.json"
    recipe = json.loads(path.read_text())
    path.write_text(json.dumps({**recipe, "spec": {**recipe["spec"], "size": 999}}))
    with pytest.raises(TrainingFailed, match="differ in spec"):
        shared_folds([run, other])


def test_runs_that_held_out_other_patients_are_refused(run: Path, other: Path) -> None:
    path = other / "fold0" / "heldout.csv"
    header, first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([header, *rest, first]) + "\n")
    with pytest.raises(TrainingFailed, match="other patients"):
        read_shared_held_out([run, other])
