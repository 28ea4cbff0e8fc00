"""Several networks of one branch as one: trained apart, answering together."""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

State = Mapping[str, torch.Tensor]


def joined_state(members: Sequence[State]) -> dict[str, torch.Tensor]:
    """What one file holds of a branch: a single member as it is, several with their number before each name."""
    if len(members) == 1:
        return dict(members[0])
    return {f"{i}.{name}": tensor for i, state in enumerate(members) for name, tensor in state.items()}


def split_members(state: State, members: int) -> list[State]:
    """The states that `joined_state` joined; a name that belongs to none is left out."""
    if members == 1:
        return [state]
    prefixes = [f"{i}." for i in range(members)]
    return [
        {name.removeprefix(p): tensor for name, tensor in state.items() if name.startswith(p)}
        for p in prefixes
    ]


class Members(nn.Module):
    """Networks of one backbone whose mean logit is the branch's. Wide network to whoever asks: features side by side.

    Their mean logit is one linear head over all their features, so maps stay exact (screening.imaging.class_maps).
    The head is read from the members' when this is built: fill them with their weights before.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self._head = _joined_head([network.get_classifier() for network in networks])  # type: ignore[operator]

    def get_classifier(self) -> nn.Module:
        """The joined head where the members end in a linear layer; else the first one's."""
        return self._head

    def forward_features(self, images: torch.Tensor) -> torch.Tensor:
        """Features of all members along dimension 1."""
        return torch.cat([network.forward_features(images) for network in self.networks], dim=1)  # type: ignore[operator]

    def forward_head(self, features: torch.Tensor) -> torch.Tensor:
        """Mean logits (n, K) of features as `forward_features` gives them."""
        parts = features.chunk(len(self.networks), dim=1)
        return torch.stack(
            [network.forward_head(part) for network, part in zip(self.networks, parts, strict=True)]  # type: ignore[operator]
        ).mean(dim=0)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.forward_head(self.forward_features(images))


def _joined_head(heads: Sequence[nn.Module]) -> nn.Module:
    linear = [head for head in heads if isinstance(head, nn.Linear)]
    if len(linear) < len(heads):
        return heads[0]
    joined = nn.Linear(sum(head.in_features for head in linear), linear[0].out_features)
    with torch.no_grad():
        joined.weight.copy_(torch.cat([head.weight for head in linear], dim=1) / len(linear))
        joined.bias.copy_(torch.stack([head.bias for head in linear]).mean(dim=0))
    return joined.requires_grad_(requires_grad=False)
