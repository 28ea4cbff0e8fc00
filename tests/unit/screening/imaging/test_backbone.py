"""Initial weights fit their backbone, or are refused by name before anything is trained."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from screening.imaging.backbone import (
    BackboneUnknown,
    BackboneWeightsInvalid,
    build_network,
    fill_initial_weights,
    head_name,
)
from tests.unit.screening.imaging.tiny_release import BACKBONE


def network(outputs: int = 13) -> nn.Module:
    return build_network(BACKBONE, outputs=outputs)


def saved(tensors: dict[str, torch.Tensor], folder: Path) -> str:
    path = folder / "initial.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    return str(path)


def test_everything_but_the_head_is_filled_from_a_file_with_another_head(tmp_path: Path) -> None:
    source, target = network(outputs=1000), network()
    before = target.state_dict()["classifier.weight"].clone()
    fill_initial_weights(target, BACKBONE, saved(source.state_dict(), tmp_path))
    assert torch.equal(target.state_dict()["conv_stem.weight"], source.state_dict()["conv_stem.weight"])
    assert torch.equal(target.state_dict()["classifier.weight"], before)


def test_a_file_without_any_head_fits(tmp_path: Path) -> None:
    headless = {k: v for k, v in network().state_dict().items() if not k.startswith("classifier")}
    fill_initial_weights(network(), BACKBONE, saved(headless, tmp_path))


def test_random_leaves_the_network_as_it_was() -> None:
    fresh = network()
    before = fresh.state_dict()["conv_stem.weight"].clone()
    fill_initial_weights(fresh, BACKBONE, "random")
    assert torch.equal(fresh.state_dict()["conv_stem.weight"], before)


def test_weights_of_another_network_are_refused_with_the_numbers(tmp_path: Path) -> None:
    state = network().state_dict()
    lost = {name: tensor for name, tensor in state.items() if name != "conv_stem.weight"}
    lost["stem.weight"] = state["conv_stem.weight"]
    with pytest.raises(BackboneWeightsInvalid, match=r"initial\.safetensors .*1 tensors missing, 1 unknown"):
        fill_initial_weights(network(), BACKBONE, saved(lost, tmp_path))
    misshapen = {**state, "conv_stem.weight": torch.zeros(1)}
    with pytest.raises(BackboneWeightsInvalid, match="1 of another shape"):
        fill_initial_weights(network(), BACKBONE, saved(misshapen, tmp_path))


@pytest.mark.parametrize("content", [None, b"no safetensors"])
def test_a_file_that_is_missing_or_something_else_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BackboneWeightsInvalid, match=r"weights\.bin"):
        fill_initial_weights(network(), BACKBONE, str(path))


def test_a_network_that_timm_does_not_know_is_named() -> None:
    with pytest.raises(BackboneUnknown, match="no_such_network"):
        build_network("no_such_network", outputs=8)


@pytest.mark.parametrize(
    ("backbone", "head"), [(BACKBONE, "classifier"), ("test_resnet", "fc"), ("test_vit", "head")]
)
def test_the_head_is_found_whatever_a_family_calls_it(backbone: str, head: str) -> None:
    made = build_network(backbone, outputs=8)
    assert head_name(made) == head
    assert made.state_dict()[f"{head}.weight"].shape[0] == 8
