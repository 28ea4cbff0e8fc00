"""Stage tables of the networks that are scaled: what a paper prints, and nothing that a scaling decides."""

from dataclasses import dataclass
from typing import Literal

Block = Literal["inverted", "separable", "bottleneck"]
Activation = Literal["silu", "relu6", "relu"]


@dataclass(frozen=True)
class Stage:
    """One row of a stage table: `repeats` blocks of one kind, of which the first has the stride.

    `channels`: what a block puts out; for a bottleneck its inner width, of which it puts out four times.
    `expand`: how much wider an inverted bottleneck is inside.
    """

    block: Block
    channels: int
    repeats: int
    stride: int
    kernel: int = 3
    expand: int = 1


@dataclass(frozen=True)
class Architecture:
    """A network as data. `squeeze`: share of a block's input channels in its squeeze-and-excitation; 0 for none.

    `head_channels`: width of the last 1x1 convolution, None where there is none. `resolution`: side of the
    square input in pixels.
    """

    name: str
    activation: Activation
    stem_channels: int
    stages: tuple[Stage, ...]
    head_channels: int | None = None
    stem_kernel: int = 3
    stem_pool: bool = False
    squeeze: float = 0.0
    resolution: int = 224
    classes: int = 1000


EFFICIENTNET = Architecture(  # Tan & Le 2019, table 1
    "efficientnet",
    "silu",
    stem_channels=32,
    stages=(
        Stage("inverted", 16, 1, 1),
        Stage("inverted", 24, 2, 2, expand=6),
        Stage("inverted", 40, 2, 2, kernel=5, expand=6),
        Stage("inverted", 80, 3, 2, expand=6),
        Stage("inverted", 112, 3, 1, kernel=5, expand=6),
        Stage("inverted", 192, 4, 2, kernel=5, expand=6),
        Stage("inverted", 320, 1, 1, expand=6),
    ),
    head_channels=1280,
    squeeze=0.25,
)
MOBILENET_V1 = Architecture(  # Howard et al. 2017, table 1
    "mobilenet_v1",
    "relu",
    stem_channels=32,
    stages=(
        Stage("separable", 64, 1, 1),
        Stage("separable", 128, 2, 2),
        Stage("separable", 256, 2, 2),
        Stage("separable", 512, 6, 2),
        Stage("separable", 1024, 2, 2),
    ),
)
MOBILENET_V2 = Architecture(  # Sandler et al. 2018, table 2
    "mobilenet_v2",
    "relu6",
    stem_channels=32,
    stages=(
        Stage("inverted", 16, 1, 1),
        Stage("inverted", 24, 2, 2, expand=6),
        Stage("inverted", 32, 3, 2, expand=6),
        Stage("inverted", 64, 4, 2, expand=6),
        Stage("inverted", 96, 3, 1, expand=6),
        Stage("inverted", 160, 3, 2, expand=6),
        Stage("inverted", 320, 1, 1, expand=6),
    ),
    head_channels=1280,
)
RESNET_50 = Architecture(  # He et al. 2015, table 1; the stride sits on the 3x3 convolution
    "resnet_50",
    "relu",
    stem_channels=64,
    stages=(
        Stage("bottleneck", 64, 3, 1),
        Stage("bottleneck", 128, 4, 2),
        Stage("bottleneck", 256, 6, 2),
        Stage("bottleneck", 512, 3, 2),
    ),
    stem_kernel=7,
    stem_pool=True,
)
FAMILIES: dict[str, Architecture] = {
    table.name: table for table in (EFFICIENTNET, MOBILENET_V1, MOBILENET_V2, RESNET_50)
}
