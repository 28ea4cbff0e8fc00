"""Every engine gives the same answer, for any number of pictures."""

from pathlib import Path

import numpy as np
import pytest

from screening.imaging.card import Card, WeightsMismatch, read_card
from screening.imaging.engine import Engine, EngineUnknown, open_engine
from screening.imaging.ensemble import sigmoid

TOLERANCE = 0.02


@pytest.fixture(scope="module")
def card(tiny_release: Path) -> Card:
    return read_card(tiny_release)


@pytest.fixture(scope="module")
def pixels(card: Card) -> tuple[np.ndarray, np.ndarray]:
    rng, size = np.random.default_rng(0), card.preprocess.size
    return (
        rng.integers(0, 256, (11, size, size, 3), dtype=np.uint8),
        rng.integers(0, 256, (11, size, size, 1), dtype=np.uint8),
    )


@pytest.fixture(scope="module")
def reference(tiny_release: Path, card: Card) -> Engine:
    return open_engine(tiny_release, card, engine="torch-f32", cache_dir=None)


def test_openvino_agrees_with_torch(
    tiny_release: Path, card: Card, engine_cache: Path, reference: Engine, pixels: tuple[np.ndarray, ...]
) -> None:
    fast = open_engine(tiny_release, card, engine="openvino", cache_dir=engine_cache)
    assert fast.name == "openvino-f32"
    expected = reference.logits(*pixels)
    assert np.ptp(sigmoid(expected)[0], axis=0).max() > 5 * TOLERANCE, "the pictures must differ to tell"
    assert np.abs(sigmoid(fast.logits(*pixels)) - sigmoid(expected)).max() <= TOLERANCE


@pytest.mark.parametrize("engine", ["torch", "openvino"])
@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_any_number_of_pictures_keeps_its_order(
    tiny_release: Path,
    card: Card,
    engine_cache: Path,
    reference: Engine,
    pixels: tuple[np.ndarray, ...],
    engine: str,
    count: int,
) -> None:
    opened = open_engine(tiny_release, card, engine=engine, cache_dir=engine_cache)
    logits = opened.logits(*(each[:count] for each in pixels))
    assert logits.shape == (2, count, 8) and logits.dtype == np.float32
    assert np.allclose(logits, reference.logits(*pixels)[:, :count], atol=0.05)


def test_the_two_branches_read_their_own_picture(reference: Engine, pixels: tuple[np.ndarray, ...]) -> None:
    colour, grey = pixels
    both, other = reference.logits(colour, grey), reference.logits(colour, grey[::-1].copy())
    assert np.allclose(both[0], other[0], atol=1e-5)
    assert not np.allclose(both[1], other[1], atol=1e-3)


def test_a_converted_graph_is_kept_and_read_without_torch(
    tiny_release: Path, card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_engine(tiny_release, card, engine="openvino", cache_dir=tmp_path)
    assert [path.name for path in tmp_path.glob("*/*")] and not list(tmp_path.glob("tmp*"))
    monkeypatch.setattr("screening.imaging.weights.build_release_network", None)
    open_engine(tiny_release, card, engine="openvino", cache_dir=tmp_path)


def test_a_kept_graph_does_not_excuse_changed_weights(
    tiny_release: Path, card: Card, engine_cache: Path, tmp_path: Path
) -> None:
    open_engine(tiny_release, card, engine="openvino", cache_dir=engine_cache)
    for file in ("card.json", "colour.safetensors"):
        (tmp_path / file).write_bytes((tiny_release / file).read_bytes())
    (tmp_path / "grey.safetensors").write_bytes(b"other weights")
    with pytest.raises(WeightsMismatch, match="grey"):
        open_engine(tmp_path, card, engine="openvino", cache_dir=engine_cache)


def test_an_engine_of_another_name_is_refused_with_the_choice(tiny_release: Path, card: Card) -> None:
    with pytest.raises(EngineUnknown, match="openvino, "):
        open_engine(tiny_release, card, engine="onnx", cache_dir=None)
