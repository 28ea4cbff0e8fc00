"""The mean of the weights of networks that learnt the same task: one network, often better than each, at no cost.

"Model soups" (Wortsman et al., ICML 2022); with the release that a run went on from, their WiSE-FT (CVPR 2022).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from screening.imaging.backbone import BackboneWeightsInvalid
from screening.imaging.branch import TrainingFailed
from screening.imaging.card import BRANCHES, read_card, verify_weights
from screening.imaging.initial_release import check_held_out
from screening.imaging.make_release import ReleaseContent
from screening.imaging.members import State


def mean_state(states: Sequence[State]) -> dict[str, torch.Tensor]:
    """The mean of every tensor of the last state, in float32; of outputs, those that all have.

    Raises BackboneWeightsInvalid where another state lacks a name or has another shape.
    """
    try:
        return {name: _mean([state[name] for state in states]) for name in states[-1]}
    except (KeyError, RuntimeError) as error:
        raise BackboneWeightsInvalid(f"weights of other networks have no mean: {error}") from error


def _mean(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    shared = min((len(tensor) for tensor in tensors if tensor.ndim), default=None)
    return torch.stack([(each[:shared] if each.ndim else each).float() for each in tensors]).mean(dim=0)


def mean_with(draft: ReleaseContent, releases: Sequence[Path], recipe: dict[str, Any]) -> ReleaseContent:
    """The draft of a run by `recipe`, its weights the mean of its own and those of `releases`; itself without any.

    Raises CardInvalid, WeightsMismatch; BackboneWeightsInvalid where a release learnt from whom the run held out;
    TrainingFailed where it is not one network a branch like the run's.
    """
    if not releases:
        return draft
    for folder in releases:
        _check(draft, folder, recipe)
    states = {
        branch: [mean_state([draft.states[branch][0], *(_state(folder, branch) for folder in releases)])]
        for branch in BRANCHES
    }
    return replace(draft, states=states)


def _check(draft: ReleaseContent, folder: Path, recipe: dict[str, Any]) -> None:
    card = read_card(folder)
    found = (card.backbone, card.preprocess, card.members)
    if found != (draft.backbone, draft.spec, len(draft.states[BRANCHES[0]])) or card.members != 1:
        raise TrainingFailed(
            f"{folder.name} and the run are not one network a branch of the same kind and size; choose another release"
        )
    check_held_out(folder, recipe)


def _state(folder: Path, branch: str) -> State:
    state: State = load_file(verify_weights(folder, read_card(folder))[branch])
    return state
