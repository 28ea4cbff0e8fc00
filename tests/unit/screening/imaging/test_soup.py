"""The mean of the weights of a run and of releases is measured and shipped as one network."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from screening.imaging.backbone import BackboneWeightsInvalid
from screening.imaging.branch import TrainingFailed
from screening.imaging.card import BRANCHES, read_card
from screening.imaging.release_draft import draft_of
from screening.imaging.release_fit import ReleaseTargets
from screening.imaging.release_run import release_run
from screening.imaging.soup import mean_state, mean_with
from screening.imaging.train import train_fold
from screening.imaging.train_record import read_recipe
from tests.unit.screening.imaging.photographs import CONFIG, PATIENTS
from tests.unit.screening.imaging.tiny_release import write_tiny_release

TARGETS = ReleaseTargets(resamples=20)


@pytest.fixture(scope="module")
def earlier(run: Path, photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases") / "earlier"
    return release_run([run], photographs, folder, TARGETS).parent


@pytest.fixture(scope="module")
def further(earlier: Path, photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that went on from the release."""
    folder = tmp_path_factory.mktemp("further")
    train_fold(replace(CONFIG, initial_weights=str(earlier), mixup=0.5), photographs, folder)
    return folder


def test_weights_are_the_mean_of_the_runs_and_the_releases_and_the_card_says_of_which(
    further: Path, earlier: Path, photographs: Path, tmp_path: Path
) -> None:
    made = release_run([further], photographs, tmp_path / "made", TARGETS, averaged=[earlier]).parent
    states = draft_of([further / "fold0"]).states
    for branch in BRANCHES:
        before, shipped = (load_file(each / f"{branch}.safetensors") for each in (earlier, made))
        for name in ("conv_stem.weight", "classifier.weight", "bn1.running_var"):
            own = states[branch][0][name][: len(before[name])]
            assert torch.equal(shipped[name], ((own + before[name].float()) / 2).half()), name
    card = json.loads((made / "card.json").read_text())
    assert (read_card(made).members, card["metrics"]["patients"]) == (1, PATIENTS // 2)
    assert card["recipes"][0]["initial_weights"] == "earlier"
    assert [recipe["initial_weights"] for recipe in card["averaged_with"]["earlier"]] == ["random"]


def test_without_a_release_the_draft_stays_as_it_is(further: Path) -> None:
    draft = draft_of([further / "fold0"])
    assert mean_with(draft, [], read_recipe(further / "fold0")) is draft


def test_a_release_that_learnt_from_whom_the_run_held_out_is_refused(further: Path, earlier: Path) -> None:
    recipe = read_recipe(further / "fold0") | {"fold": 1}
    with pytest.raises(BackboneWeightsInvalid, match="holds out"):
        mean_with(draft_of([further / "fold0"]), [earlier], recipe)


def test_a_release_of_another_size_is_refused(further: Path, tmp_path: Path) -> None:
    other = write_tiny_release(tmp_path / "other", size=96)
    with pytest.raises(TrainingFailed, match="other and the run are not"):
        mean_with(draft_of([further / "fold0"]), [other], read_recipe(further / "fold0"))


def test_to_ship_others_and_to_average_at_once_is_refused(
    further: Path, earlier: Path, tmp_path: Path
) -> None:
    with pytest.raises(TrainingFailed, match="choose to ship or to average"):
        release_run([further], tmp_path, tmp_path / "made", TARGETS, [further], [earlier])


def test_weights_of_other_networks_have_no_mean() -> None:
    one, other = {"stem.weight": torch.zeros(2, 3)}, {"stem.weight": torch.zeros(2, 4)}
    for states in ([one, other], [one, {"trunk.weight": torch.zeros(2, 3)}]):
        with pytest.raises(BackboneWeightsInvalid, match="other networks"):
            mean_state(states)


def test_numbers_without_dimension_are_averaged_too() -> None:
    assert mean_state([{"steps": torch.tensor(1)}, {"steps": torch.tensor(4)}])["steps"] == 2.5
