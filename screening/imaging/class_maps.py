"""Class activation maps: where in a picture a label's logit comes from. Head weights times last features, exactly.

Source: Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016.
"""

import torch
from torch import nn
from torch.nn import functional

from screening.domain.findings import LABELS


def logits_and_maps(network: nn.Module, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (n, K) and maps (n, 8, g, g) of images (n, 3, h, w), in one pass.

    A label's logit is its bias plus the mean of its map: pooling and a linear layer may change places. Needs a
    network that `ends_linearly`.
    """
    features = network.forward_features(images)  # type: ignore[operator]
    weight = network.get_classifier().weight[: len(LABELS), :, None, None]  # type: ignore[operator]
    return network.forward_head(features), functional.conv2d(features, weight)  # type: ignore[operator]


@torch.inference_mode()
def ends_linearly(network: nn.Module, size: int) -> bool:
    """Whether bias plus mean of the map is the logit, tried on noise of `size` pixels.

    VGG, MobileNetV3 or ConvNeXt have layers between pooling and head. `network` in evaluation mode.
    """
    head = network.get_classifier()  # type: ignore[operator]
    noise = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0))
    features = network.forward_features(noise)  # type: ignore[operator]
    if not isinstance(head, nn.Linear) or features.ndim != 4 or features.shape[1] != head.in_features:
        return False
    logits, maps = logits_and_maps(network, noise)
    bias = head.bias[: len(LABELS)]
    return torch.allclose(maps.mean(dim=(2, 3)) + bias, logits[:, : len(LABELS)], rtol=1e-3, atol=1e-4)
