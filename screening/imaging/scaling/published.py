"""What the paper prints, and why a count of ours differs where it does.

Source: Tan & Le 2019, EfficientNet: table 2 (B0 to B7) and table 3 (scaled MobileNets and ResNet-50). The
multipliers of B0 to B7 are those of the paper's published code; table 3 prints its own.
"""

from dataclasses import dataclass

from screening.imaging.scaling.scale import Scaling
from screening.imaging.scaling.tables import EFFICIENTNET, MOBILENET_V1, MOBILENET_V2, RESNET_50, Architecture

TOLERANCE = 0.07


@dataclass(frozen=True)
class PublishedRow:
    """One network of the paper. `note`: what explains a difference, or what the paper leaves open."""

    name: str
    table: Architecture
    scaling: Scaling
    giga_multiply_adds: float
    million_parameters: float | None = None
    note: str = ""


def _released(
    index: int, width: float, depth: float, side_px: int, parameters: float, operations: float
) -> PublishedRow:
    scaling = Scaling(width, depth, side_px / EFFICIENTNET.resolution)
    return PublishedRow(f"EfficientNet-B{index}", EFFICIENTNET, scaling, operations, parameters)


_ROUNDED_SIDE = (
    "1.3 x 224 is 291.2, here 292 px, and the last maps come out 10 px wide instead of 9.1; at 288 px, the "
    "nearest multiple of the network's stride, the same table counts {at_288} B. The paper does not say how it "
    "rounded. Few repeats also round up a lot (2 x 1.4 to 3)."
)
_SAME_AS_V1 = "The paper prints no multipliers here; those it prints for MobileNetV1 are used. "
_EXCHANGED = (
    "Our counts of depth and width each fit the other row of the paper (14.6 beside 14.7, 16.1 beside 16.2): "
    "the two rows look exchanged there, which we cannot prove."
)
_COMPOUND = Scaling(width=1.2, depth=1.4, resolution=1.3)

ROWS: tuple[PublishedRow, ...] = (
    _released(0, 1.0, 1.0, 224, 5.3, 0.39),
    _released(1, 1.0, 1.1, 240, 7.8, 0.70),
    _released(2, 1.1, 1.2, 260, 9.2, 1.0),
    _released(3, 1.2, 1.4, 300, 12, 1.8),
    _released(4, 1.4, 1.8, 380, 19, 4.2),
    _released(5, 1.6, 2.2, 456, 30, 9.9),
    _released(6, 1.8, 2.6, 528, 43, 19),
    _released(7, 2.0, 3.1, 600, 66, 37),
    PublishedRow("MobileNetV1", MOBILENET_V1, Scaling(), 0.6),
    PublishedRow("MobileNetV1 width", MOBILENET_V1, Scaling(width=2), 2.2),
    PublishedRow("MobileNetV1 resolution", MOBILENET_V1, Scaling(resolution=2), 2.2),
    PublishedRow(
        "MobileNetV1 compound", MOBILENET_V1, _COMPOUND, 2.3, note=_ROUNDED_SIDE.format(at_288="2.24")
    ),
    PublishedRow("MobileNetV2", MOBILENET_V2, Scaling(), 0.3),
    PublishedRow("MobileNetV2 depth", MOBILENET_V2, Scaling(depth=4), 1.2),
    PublishedRow("MobileNetV2 width", MOBILENET_V2, Scaling(width=2), 1.1),
    PublishedRow("MobileNetV2 resolution", MOBILENET_V2, Scaling(resolution=2), 1.2),
    PublishedRow(
        "MobileNetV2 compound",
        MOBILENET_V2,
        _COMPOUND,
        1.3,
        note=_SAME_AS_V1 + _ROUNDED_SIDE.format(at_288="1.28"),
    ),
    PublishedRow("ResNet-50", RESNET_50, Scaling(), 4.1),
    PublishedRow("ResNet-50 depth", RESNET_50, Scaling(depth=4), 16.2, note=_EXCHANGED),
    PublishedRow("ResNet-50 width", RESNET_50, Scaling(width=2), 14.7, note=_EXCHANGED),
    PublishedRow("ResNet-50 resolution", RESNET_50, Scaling(resolution=2), 16.4),
    PublishedRow("ResNet-50 compound", RESNET_50, _COMPOUND, 16.7, note=_SAME_AS_V1.strip()),
)
