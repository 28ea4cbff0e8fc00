"""Maps are exact: with the bias, the mean of a map is the logit, in every engine; other weights give other maps."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from screening.imaging.backbone import build_network
from screening.imaging.card import BRANCHES, read_card
from screening.imaging.class_maps import ends_linearly
from screening.imaging.engine import open_engine
from tests.unit.screening.imaging.tiny_release import write_tiny_release

# In logits. In bfloat16 a number has three digits, and the maps of trained heads reach tens.
TOLERANCE = {"f32": 1e-3, "bf16": 0.15}
Pixels = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def pixels(tiny_release: Path) -> Pixels:
    rng, size = np.random.default_rng(1), read_card(tiny_release).preprocess.size
    colour, grey = (rng.integers(0, 256, (5, size, size, channels), dtype=np.uint8) for channels in (3, 1))
    return colour, grey


def explained(folder: Path, engine: str, pixels: Pixels, cache: Path | None = None) -> Pixels:
    logits, maps = open_engine(folder, read_card(folder), engine=engine, cache_dir=cache).explain(*pixels)
    assert maps is not None
    return logits, maps


@pytest.mark.parametrize("precision", ["f32", "bf16"])
@pytest.mark.parametrize("kind", ["torch", "openvino"])
def test_the_mean_of_a_map_and_the_bias_are_the_logit(
    tiny_release: Path, engine_cache: Path, pixels: Pixels, kind: str, precision: str
) -> None:
    opened = open_engine(
        tiny_release, read_card(tiny_release), engine=f"{kind}-{precision}", cache_dir=engine_cache
    )
    _, maps = opened.explain(*pixels)
    weights = [load_file(tiny_release / f"{branch}.safetensors") for branch in BRANCHES]
    biases = np.stack([each["classifier.bias"][:8].astype(np.float32) for each in weights])
    assert maps is not None and maps.shape[:3] == (2, 5, 8) and maps.dtype == np.float32
    rebuilt = maps.mean(axis=(3, 4)) + biases[:, np.newaxis]
    assert np.abs(rebuilt - opened.logits(*pixels)[:, :, :8]).max() <= TOLERANCE[precision]
    assert maps.std(axis=(3, 4)).min() > 0.05, "a flat map would pass, and show nothing"


def test_both_engines_give_the_same_maps_in_the_order_of_the_pictures(
    tiny_release: Path, engine_cache: Path, pixels: Pixels
) -> None:
    logits, maps = explained(tiny_release, "torch-f32", pixels)
    fast_logits, fast = explained(tiny_release, "openvino-f32", pixels, engine_cache)
    assert np.abs(fast - maps).max() < 1e-3 * np.abs(maps).max()
    assert np.allclose(fast_logits, logits, atol=1e-3)
    assert not np.allclose(maps[:, 0], maps[:, 1], atol=0.1)


def test_other_random_weights_give_another_map(tiny_release: Path, tmp_path: Path, pixels: Pixels) -> None:
    other = write_tiny_release(tmp_path / "other", seed=8)
    _, maps = explained(tiny_release, "torch-f32", pixels)
    _, changed = explained(other, "torch-f32", pixels)
    alike = [
        np.corrcoef(one.ravel(), two.ravel())[0, 1]
        for one, two in zip(maps[0].reshape(40, -1), changed[0].reshape(40, -1), strict=True)
    ]
    assert abs(np.mean(alike)) < 0.3


@pytest.mark.parametrize("engine", ["torch-f32", "openvino-f32"])
def test_no_pictures_give_no_maps(
    tiny_release: Path, engine_cache: Path, pixels: Pixels, engine: str
) -> None:
    none = pixels[0][:0], pixels[1][:0]
    logits, maps = explained(tiny_release, engine, none, engine_cache)
    assert logits.shape == (2, 0, 8) and maps.shape[:3] == (2, 0, 8)


def test_a_backbone_with_layers_after_pooling_has_no_maps() -> None:
    torch.manual_seed(0)
    assert ends_linearly(build_network("test_efficientnet", outputs=8).eval(), 96)
    for backbone in ("test_convnext", "test_vit"):  # a norm after pooling; no pooling at all
        assert not ends_linearly(build_network(backbone, outputs=8).eval(), 160)
