"""From a stage table to a network that runs: three kinds of block, a stem, a head."""

from torch import Tensor, nn

from screening.imaging.scaling.tables import Activation, Architecture, Stage

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {"silu": nn.SiLU, "relu6": nn.ReLU6, "relu": nn.ReLU}
_BOTTLENECK_EXPANSION = 4


def _convolution(
    channels_in: int,
    channels: int,
    kernel: int,
    activation: Activation | None,
    *,
    stride: int = 1,
    groups: int = 1,
) -> nn.Sequential:
    """Convolution, batch normalisation and, unless None, an activation."""
    layers: list[nn.Module] = [
        nn.Conv2d(channels_in, channels, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(channels),
    ]
    return nn.Sequential(*layers, *([_ACTIVATIONS[activation]()] if activation else []))


class SqueezeExcite(nn.Module):
    """Channel attention: (n, c, h, w) to the same shape. Source: Hu et al. 2018."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, squeezed, 1),
            nn.SiLU(),
            nn.Conv2d(squeezed, channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        gated: Tensor = x * self.gate(x)
        return gated


class Residual(nn.Module):
    """`body` plus its input, which goes through `shortcut` where the shapes differ."""

    def __init__(self, body: nn.Module, shortcut: nn.Module, after: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut, self.after = body, shortcut, after

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.after(self.body(x) + self.shortcut(x))
        return out


def _inverted(table: Architecture, stage: Stage, channels_in: int, stride: int) -> nn.Module:
    """Expand, depthwise, squeeze-and-excitation where the table has it, project. Source: Sandler et al. 2018."""
    inner, act = channels_in * stage.expand, table.activation
    layers = [_convolution(channels_in, inner, 1, act)] if stage.expand > 1 else []
    layers.append(_convolution(inner, inner, stage.kernel, act, stride=stride, groups=inner))
    attention = [SqueezeExcite(inner, max(1, int(channels_in * table.squeeze)))] if table.squeeze else []
    body = nn.Sequential(*layers, *attention, _convolution(inner, stage.channels, 1, None))
    if stride == 1 and channels_in == stage.channels:
        return Residual(body, nn.Identity(), nn.Identity())
    return body


def _separable(table: Architecture, stage: Stage, channels_in: int, stride: int) -> nn.Module:
    """Depthwise, then pointwise. Source: Howard et al. 2017."""
    act = table.activation
    return nn.Sequential(
        _convolution(channels_in, channels_in, stage.kernel, act, stride=stride, groups=channels_in),
        _convolution(channels_in, stage.channels, 1, act),
    )


def _bottleneck(table: Architecture, stage: Stage, channels_in: int, stride: int) -> nn.Module:
    """Narrow, convolve, widen, add. Source: He et al. 2015."""
    inner, outer, act = stage.channels, stage.channels * _BOTTLENECK_EXPANSION, table.activation
    body = nn.Sequential(
        _convolution(channels_in, inner, 1, act),
        _convolution(inner, inner, stage.kernel, act, stride=stride),
        _convolution(inner, outer, 1, None),
    )
    same = stride == 1 and channels_in == outer
    shortcut = nn.Identity() if same else _convolution(channels_in, outer, 1, None, stride=stride)
    return Residual(body, shortcut, _ACTIVATIONS[act]())


_BLOCKS = {"inverted": _inverted, "separable": _separable, "bottleneck": _bottleneck}


def _channels_out(stage: Stage) -> int:
    return stage.channels * (_BOTTLENECK_EXPANSION if stage.block == "bottleneck" else 1)


def build(table: Architecture) -> nn.Sequential:
    """A network with random weights: (n, 3, side, side) to (n, classes).

    Inside `torch.device("meta")` it has shapes and no numbers, and is made in a moment.
    """
    act, channels = table.activation, table.stem_channels
    layers: list[nn.Module] = [_convolution(3, channels, table.stem_kernel, act, stride=2)]
    if table.stem_pool:
        layers.append(nn.MaxPool2d(3, stride=2, padding=1))
    for stage in table.stages:
        for repeat in range(stage.repeats):
            layers.append(_BLOCKS[stage.block](table, stage, channels, stage.stride if repeat == 0 else 1))
            channels = _channels_out(stage)
    if table.head_channels is not None:
        layers.append(_convolution(channels, table.head_channels, 1, act))
        channels = table.head_channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, table.classes))
