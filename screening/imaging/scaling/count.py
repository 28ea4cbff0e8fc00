"""Parameters and multiply-adds of a network, counted on shapes alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from screening.imaging.scaling.network import build
from screening.imaging.scaling.tables import Architecture


@dataclass(frozen=True)
class Size:
    """`multiply_adds`: of one picture, one forward pass; what the papers call FLOPS."""

    parameters: int
    multiply_adds: int
    resolution_px: int


def count(make: Callable[[], nn.Module], resolution_px: int) -> Size:
    """Size of the network that `make` builds, at a square input of `resolution_px`.

    Convolutions and matrix products count, as in the papers; normalisation, activations and pooling do not.
    """
    with torch.device("meta"):
        network = make().eval()
        picture = torch.empty(1, 3, resolution_px, resolution_px)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(picture)
    operations = counter.get_total_flops()  # a multiply-add is two of them
    return Size(sum(each.numel() for each in network.parameters()), operations // 2, resolution_px)


@cache
def count_table(table: Architecture) -> Size:
    """Size of the network of a stage table at the table's own resolution."""
    return count(lambda: build(table), table.resolution)
