"""A branch that goes on from a release's own: its network and the outputs that the release kept."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from screening.imaging.backbone import BackboneWeightsInvalid, fill_all_but_head, head_name
from screening.imaging.card import CARD_FILE, Card, read_card, recipes_on, verify_weights
from screening.imaging.train_config import TrainConfig

_DEALT_BY = ("folds", "fold", "seed")


def fill_from_release(
    network: nn.Module, folder: Path, branch: str, config: TrainConfig, data_version: str
) -> None:
    """Fill `network` with the weights of `branch` in the release `folder`; outputs that a release drops begin anew.

    Raises CardInvalid, WeightsMismatch, or BackboneWeightsInvalid: where the release is of another backbone or of
    several networks a branch, or where it learnt from patients of the same data whom this training holds out.
    """
    card = read_card(folder)
    _check(card, folder, config, data_version)
    state = {name: tensor.float() for name, tensor in load_file(verify_weights(folder, card)[branch]).items()}
    head = head_name(network)
    kept = {name: state.pop(name) for name in list(state) if name.rpartition(".")[0] == head}
    fill_all_but_head(network, state, head, folder.name)
    with torch.no_grad():
        for name, own in network.named_parameters():
            if name in kept:
                own[: len(kept[name])] = kept[name]


def _check(card: Card, folder: Path, config: TrainConfig, data_version: str) -> None:
    if card.backbone != config.backbone or card.members != 1:
        raise BackboneWeightsInvalid(
            f"{folder.name} is {card.members} of {card.backbone} a branch, not one {config.backbone}; choose another"
        )
    check_held_out(folder, asdict(config) | {"data_version": data_version})


def check_held_out(folder: Path, recipe: Mapping[str, Any]) -> None:
    """Raises BackboneWeightsInvalid where a release learnt from patients whom a run by `recipe` holds out."""
    for learnt in recipes_of(folder):
        same = [name for name in _DEALT_BY if learnt[name] == recipe[name]]
        if learnt["data_version"] == recipe["data_version"] and len(same) < len(_DEALT_BY):
            wanted = ", ".join(f"{name} {learnt[name]}" for name in _DEALT_BY)
            raise BackboneWeightsInvalid(
                f"{folder.name} learnt from patients whom this training holds out; choose {wanted}"
            )


def recipes_of(folder: Path) -> list[dict[str, Any]]:
    """How the networks of a release were trained, from its card; nothing where the card does not say."""
    return recipes_on(json.loads((folder / CARD_FILE).read_text(encoding="utf-8")))
