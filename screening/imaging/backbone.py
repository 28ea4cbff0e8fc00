"""The network of one branch: any timm backbone, global pooling and one linear head."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn


def _declare_torchvision_operators() -> list[torch.library.Library]:
    """Declare the two operators timm's import of torchvision needs beside a CPU build of torch.

    The registry's torchvision wheel is built for CUDA torch; its extension cannot load here, and importing it
    stops at the missing `torchvision::nms`. None of its operators is ever called.
    """
    if torch.version.cuda is not None:
        return []
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in (
        "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
        "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    ):
        library.define(schema)  # type: ignore[no-untyped-call]
    return [library]


_OPERATORS = _declare_torchvision_operators()

import timm  # noqa: E402


class BackboneWeightsInvalid(ValueError):
    """The initial weights do not belong to this backbone."""


def build_network(backbone: str, *, outputs: int, dropout: float = 0.0, drop_path: float = 0.0) -> nn.Module:
    """A network with random weights: images (n, 3, h, w) normalised float to logits (n, outputs)."""
    network: nn.Module = timm.create_model(
        backbone, pretrained=False, num_classes=outputs, drop_rate=dropout, drop_path_rate=drop_path
    )
    return network


def load_initial_weights(network: nn.Module, path: Path) -> None:
    """Fill everything but the head from a safetensors file.

    Raises BackboneWeightsInvalid when anything but the classifier is missing or does not fit.
    """
    result = network.load_state_dict(load_file(path), strict=False)
    head = {"classifier.weight", "classifier.bias"}
    missing = set(result.missing_keys) - head
    missing = {key for key in missing if not key.endswith("num_batches_tracked")}
    if missing or result.unexpected_keys:
        raise BackboneWeightsInvalid(
            f"{path.name} does not fit this backbone: {len(missing)} tensors missing, "
            f"{len(result.unexpected_keys)} unknown. Choose the backbone the file was made for."
        )
