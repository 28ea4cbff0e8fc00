"""From a release folder to the network with its weights."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load
from torch import nn

from screening.imaging.backbone import build_network
from screening.imaging.card import BRANCHES, Card, CardInvalid, read_card, verify_weights
from screening.imaging.class_maps import ends_linearly, logits_and_maps
from screening.imaging.members import Members, State, split_members
from screening.imaging.preprocess import PreprocessSpec


class TwoBranches(nn.Module):
    """Both branches in one graph: uint8 pixels in, logits and maps out, normalisation inside.

    Inputs: colour (n, s, s, 3) and grey (n, s, s, 1) uint8. Outputs, colour first, float32: logits
    (2, n, card.outputs), and class activation maps (2, n, 8, g, g) on the last features' grid where the
    backbone ends in pooling and one linear layer; another backbone has none.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, colour: nn.Module, grey: nn.Module, spec: PreprocessSpec) -> None:
        super().__init__()
        self.colour, self.grey = colour, grey
        self.explains = all(ends_linearly(network, spec.size) for network in (colour, grey))
        self.register_buffer("mean", torch.tensor(spec.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(spec.std).view(1, 3, 1, 1))

    def _normalise(self, pixels: torch.Tensor) -> torch.Tensor:
        return (pixels.permute(0, 3, 1, 2).float() / 255.0 - self.mean) / self.std

    def forward(self, colour: torch.Tensor, grey: torch.Tensor) -> tuple[torch.Tensor, ...]:
        images = self._normalise(colour), self._normalise(grey)
        if not self.explains:
            return (torch.stack([self.colour(images[0]), self.grey(images[1])]).float(),)
        pairs = logits_and_maps(self.colour, images[0]), logits_and_maps(self.grey, images[1])
        logits, maps = (torch.stack(each).float() for each in zip(*pairs, strict=True))
        return logits, maps


@dataclass(frozen=True)
class Release:
    """A release ready to score: its card, and its network in evaluation mode (float32, CPU)."""

    card: Card
    network: TwoBranches


def load_release(folder: Path, *, card_sha256: str | None = None) -> Release:
    """Read the card, verify every file against its hash, then build the network.

    Raises WeightsMismatch or CardInvalid, saying which file or field and what to do.
    """
    card = read_card(folder, card_sha256=card_sha256)
    return Release(card, build_release_network(folder, card))


def build_release_network(folder: Path, card: Card) -> TwoBranches:
    """The network of a card with its verified weights."""
    paths = verify_weights(folder, card)
    branches = [_load_branch(paths[branch], card) for branch in BRANCHES]
    network = TwoBranches(branches[0].eval(), branches[1].eval(), card.preprocess)
    return network.eval()


def _load_branch(path: Path, card: Card) -> nn.Module:
    whole = load(path.read_bytes())
    states = split_members(whole, card.members)
    if sum(map(len, states)) != len(whole):
        raise CardInvalid(f"{path.name} does not hold the {card.members} networks its card names")
    networks = [_load_member(path, card, state) for state in states]
    return networks[0] if len(networks) == 1 else Members(networks).eval()


def _load_member(path: Path, card: Card, state: State) -> nn.Module:
    network = build_network(card.backbone, outputs=card.outputs)
    state = {name: tensor.float() for name, tensor in state.items()}
    expected = {
        name: tensor.shape
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    if expected != {name: tensor.shape for name, tensor in state.items()}:
        raise CardInvalid(f"{path.name}: the weights do not fit backbone {card.backbone} named on the card")
    network.load_state_dict(state, strict=False)
    return network.eval()
