"""`manage.py train_scorer` trains from a folder of photographs; what is wrong is said in one sentence."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from screening.imaging.train_config import PRESETS
from screening.imaging.train_curves import CURVES_FILE
from screening.imaging.train_record import read_recipe
from tests.unit.screening.imaging.photographs import CONFIG, write_labels

Train = Callable[..., str]


@pytest.fixture
def train(photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    """The command with a preset that is finished in a moment."""
    monkeypatch.setitem(PRESETS, "default", CONFIG)

    def call(*arguments: str, data: Path = photographs) -> str:
        out = StringIO()
        call_command("train_scorer", "--data", str(data), "--out", str(tmp_path), *arguments, stdout=out)
        return out.getvalue()

    return call


def test_it_trains_one_branch_of_one_fold_and_draws_its_course(train: Train, tmp_path: Path) -> None:
    said = train("--branch", "grey", "--fold", "1", "--threads", "1")
    assert said.startswith("grey: 2 epochs, final ") and said.count("\n") == 1
    assert (tmp_path / "fold1" / CURVES_FILE).is_file()
    assert not (tmp_path / "fold1" / "colour.weights.pt").exists()


def test_what_is_given_overrides_the_preset_and_is_written_down(train: Train, tmp_path: Path) -> None:
    train("--branch", "grey", "--folds", "3", "--seed", "5", "--minutes", "0", "--weights", "random")
    recipe = read_recipe(tmp_path / "fold0")
    assert (recipe["folds"], recipe["seed"], recipe["minutes"]) == (3, 5, 0.0)
    assert recipe["backbone"] == CONFIG.backbone and recipe["initial_weights"] == "random"


def test_a_place_that_cannot_be_written_is_said(train: Train, tmp_path: Path) -> None:
    (tmp_path / "fold0").write_text("a file where the folder should be")
    with pytest.raises(CommandError, match=r"cannot write .*choose another --out"):
        train("--branch", "grey")


def test_it_goes_on_from_a_release(train: Train, tiny_release: Path, tmp_path: Path) -> None:
    assert train("--branch", "grey", "--weights", str(tiny_release)).startswith("grey: 2 epochs")
    assert read_recipe(tmp_path / "fold0")["initial_weights"] == "tiny"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--weights", "."], "card"),
        (["--weights", "nowhere.safetensors"], "nowhere.safetensors"),
        (["--fold", "9"], "fold 9"),
        (["--folds", "99"], "99 folds"),
        (["--backbone", "no_such_network"], "no_such_network"),
        (["--device", "abacus"], "abacus"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_trained(
    train: Train, tmp_path: Path, arguments: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        train(*arguments)
    assert not list(tmp_path.rglob("*.pt"))


def test_labels_that_cannot_be_used_are_said(train: Train, tmp_path: Path) -> None:
    write_labels(tmp_path, [])
    with pytest.raises(CommandError, match="no rows"):
        train(data=tmp_path)
