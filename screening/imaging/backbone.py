"""The network of one branch: any timm backbone, global pooling and one linear head."""

from pathlib import Path

import torch
from safetensors import SafetensorError
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


class BackboneUnknown(ValueError):
    """timm has no network of this name."""


def build_network(backbone: str, *, outputs: int, dropout: float = 0.0, drop_path: float = 0.0) -> nn.Module:
    """A network with random weights: images (n, 3, h, w) normalised float to logits (n, outputs).

    `drop_path` is left out where the network has no paths to drop, as VGG, Inception or DenseNet.
    Raises BackboneUnknown.
    """
    if not timm.is_model(backbone):
        raise BackboneUnknown(f"timm has no network {backbone}; see timm.list_models()")

    def make(**options: float) -> nn.Module:
        network: nn.Module = timm.create_model(
            backbone, pretrained=False, num_classes=outputs, drop_rate=dropout, **options
        )
        return network

    try:
        return make(drop_path_rate=drop_path)
    except TypeError as error:
        if "drop_path_rate" not in str(error):
            raise
        return make()


def fill_initial_weights(network: nn.Module, backbone: str, source: str) -> None:
    """Fill everything but the head from `source`: a safetensors file, "hub" (timm's own) or "random".

    Raises BackboneWeightsInvalid when the file is missing or anything but the classifier does not fit, or
    when the hub cannot be reached.
    """
    if source == "random":
        return
    state = _from_hub(backbone) if source == "hub" else _from_file(Path(source))
    head = head_name(network)
    state = {name: tensor for name, tensor in state.items() if name.rpartition(".")[0] != head}
    fill_all_but_head(network, state, head, Path(source).name)


def head_name(network: nn.Module) -> str:
    """Where the linear head is in the network's state, e.g. `classifier`."""
    head = network.get_classifier()  # type: ignore[operator]
    return next(str(name) for name, module in network.named_modules() if module is head)


def _from_file(path: Path) -> dict[str, torch.Tensor]:
    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise BackboneWeightsInvalid(f"{path.name} cannot be read as safetensors: {error}") from error


def _from_hub(backbone: str) -> dict[str, torch.Tensor]:
    try:
        return dict(timm.create_model(backbone, pretrained=True).state_dict())
    except Exception as error:  # the hub's client raises whatever its transport raises
        raise BackboneWeightsInvalid(
            f"no weights for {backbone} from the hub ({error}); name a file, or begin with random weights"
        ) from error


def fill_all_but_head(network: nn.Module, state: dict[str, torch.Tensor], head: str, source: str) -> None:
    """Raises BackboneWeightsInvalid where `state` is not just what `network` has without its head."""
    own = network.state_dict()
    wanted = {
        name for name in own if name.rpartition(".")[0] != head and not name.endswith("num_batches_tracked")
    }
    misshapen = {name for name in state if name in own and state[name].shape != own[name].shape}
    missing, unknown = wanted - set(state), set(state) - set(own)
    if missing or unknown or misshapen:
        raise BackboneWeightsInvalid(
            f"{source} does not fit this backbone: {len(missing)} tensors missing, {len(unknown)} unknown, "
            f"{len(misshapen)} of another shape. Choose the backbone the file was made for."
        )
    network.load_state_dict(state, strict=False)
