"""A training goes on from a release: each branch from its own, and never over patients that the release learnt from."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from screening.imaging.backbone import BackboneWeightsInvalid, build_network
from screening.imaging.card import WeightsMismatch
from screening.imaging.initial_release import fill_from_release
from screening.imaging.targets import TARGETS
from tests.unit.screening.imaging.photographs import CONFIG
from tests.unit.screening.imaging.tiny_release import BACKBONE, write_tiny_release


def network() -> nn.Module:
    torch.manual_seed(1)
    return build_network(BACKBONE, outputs=len(TARGETS))


def learnt_from(release: Path, folder: Path, **dealt: int) -> Path:
    """A copy of the release whose card says by which folds it learnt from data of the version `own`."""
    copy = Path(shutil.copytree(release, folder / "copy"))
    card = json.loads((copy / "card.json").read_text())
    recipe = {"data_version": "own", "folds": 2, "fold": 0, "seed": CONFIG.seed} | dealt
    (copy / "card.json").write_text(json.dumps(card | {"recipes": [recipe]}))
    return copy


@pytest.mark.parametrize("branch", ["colour", "grey"])
def test_each_branch_goes_on_with_its_own_network_and_outputs(tiny_release: Path, branch: str) -> None:
    shipped, filled, fresh = load_file(tiny_release / f"{branch}.safetensors"), network(), network()
    fill_from_release(filled, tiny_release, branch, CONFIG, "own")
    state, head = filled.state_dict(), fresh.state_dict()["classifier.weight"]
    assert torch.equal(state["conv_stem.weight"], shipped["conv_stem.weight"].float())
    assert torch.equal(state["classifier.weight"][:8], shipped["classifier.weight"].float())
    assert torch.equal(state["classifier.weight"][8:], head[8:])


def test_a_release_that_learnt_from_patients_held_out_here_is_refused_with_the_folds_to_choose(
    tiny_release: Path, tmp_path: Path
) -> None:
    folder = learnt_from(tiny_release, tmp_path, folds=5, fold=3)
    with pytest.raises(BackboneWeightsInvalid, match=r"holds out; choose folds 5, fold 3, seed \d+"):
        fill_from_release(network(), folder, "grey", CONFIG, "own")


@pytest.mark.parametrize("key", ["shipped_recipes", "recipe"])
def test_so_is_one_whose_card_tells_it_otherwise(tiny_release: Path, tmp_path: Path, key: str) -> None:
    folder = learnt_from(tiny_release, tmp_path)
    card = json.loads((folder / "card.json").read_text())
    told = card["recipes"][0] | {"fold": 1}
    if key == "recipe":
        del card["recipes"]
    (folder / "card.json").write_text(json.dumps(card | {key: told if key == "recipe" else [told]}))
    with pytest.raises(BackboneWeightsInvalid, match="fold 1"):
        fill_from_release(network(), folder, "grey", CONFIG, "own")


def test_of_other_data_or_by_the_same_folds_it_is_not(tiny_release: Path, tmp_path: Path) -> None:
    same = learnt_from(tiny_release, tmp_path)
    fill_from_release(network(), same, "grey", CONFIG, "own")
    fill_from_release(network(), same, "grey", replace(CONFIG, fold=1), "another clinic's")


def test_a_release_of_another_backbone_or_of_several_networks_is_refused(
    tiny_release: Path, tmp_path: Path
) -> None:
    with pytest.raises(BackboneWeightsInvalid, match="not one resnet18"):
        fill_from_release(network(), tiny_release, "grey", replace(CONFIG, backbone="resnet18"), "own")
    two = write_tiny_release(tmp_path / "two", members=2)
    with pytest.raises(BackboneWeightsInvalid, match="two is 2 of"):
        fill_from_release(network(), two, "grey", CONFIG, "own")


def test_a_damaged_release_or_none_is_refused(tiny_release: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsMismatch, match=r"no card\.json"):
        fill_from_release(network(), tmp_path, "grey", CONFIG, "own")
    damaged = Path(shutil.copytree(tiny_release, tmp_path / "damaged"))
    (damaged / "grey.safetensors").write_bytes(b"torn")
    with pytest.raises(WeightsMismatch, match=r"grey\.safetensors"):
        fill_from_release(network(), damaged, "grey", CONFIG, "own")
