"""The one scaling function: a stage table and three multipliers to the stage table of the larger network.

Source: Tan & Le 2019, EfficientNet, section 3.3: depth = alpha**phi, width = beta**phi, resolution = gamma**phi,
with alpha * beta**2 * gamma**2 near 2, so that every step of phi about doubles the multiply-adds.
"""

import math
from dataclasses import dataclass, replace

from screening.imaging.scaling.tables import Architecture, Stage

CHANNEL_STEP = 8
RESOLUTION_STEP = 4  # the resolutions released for B0 to B7 are all multiples of 4


@dataclass(frozen=True)
class Scaling:
    """How many times wider, deeper and larger in input side; 1 leaves the table as it is."""

    width: float = 1.0
    depth: float = 1.0
    resolution: float = 1.0


@dataclass(frozen=True)
class Coefficients:
    """Depth alpha, width beta, resolution gamma: found by a grid search at phi = 1, then fixed."""

    alpha: float = 1.2
    beta: float = 1.1
    gamma: float = 1.15

    @property
    def cost(self) -> float:
        """By how much one step of phi multiplies the multiply-adds, before anything is rounded."""
        return self.alpha * self.beta**2 * self.gamma**2


def compound(phi: float, coefficients: Coefficients = Coefficients()) -> Scaling:
    """The multipliers of compound scaling at `phi`."""
    return Scaling(
        width=coefficients.beta**phi, depth=coefficients.alpha**phi, resolution=coefficients.gamma**phi
    )


def round_channels(channels: int, width: float) -> int:
    """Channels times `width` to the nearest multiple of 8, upwards where that would lose more than a tenth.

    Source: `round_filters` of the paper's published code.
    """
    if width == 1:
        return channels
    wanted = channels * width
    rounded = max(CHANNEL_STEP, int(wanted + CHANNEL_STEP / 2) // CHANNEL_STEP * CHANNEL_STEP)
    return rounded + CHANNEL_STEP if rounded < 0.9 * wanted else rounded


def round_repeats(repeats: int, depth: float) -> int:
    """Repeats times `depth`, rounded up. Source: `round_repeats` of the paper's published code."""
    return math.ceil(round(repeats * depth, 9))  # 5 * 1.2 is 6, not the 6.000000000000001 of floating point


def round_resolution(side_px: int, resolution: float) -> int:
    """Side of the input in pixels, to the nearest multiple of 4."""
    return max(1, round(side_px * resolution / RESOLUTION_STEP)) * RESOLUTION_STEP


def scale(table: Architecture, scaling: Scaling) -> Architecture:
    """The scaled network's stage table: every width, every repeat and the input, by the same three numbers."""

    def scale_stage(stage: Stage) -> Stage:
        return replace(
            stage,
            channels=round_channels(stage.channels, scaling.width),
            repeats=round_repeats(stage.repeats, scaling.depth),
        )

    head = table.head_channels
    return replace(
        table,
        stem_channels=round_channels(table.stem_channels, scaling.width),
        stages=tuple(scale_stage(stage) for stage in table.stages),
        head_channels=None if head is None else round_channels(head, scaling.width),
        resolution=round_resolution(table.resolution, scaling.resolution),
    )
