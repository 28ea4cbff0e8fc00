"""Photographs that cannot be judged are told apart, each with its reason."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason, QualityThresholds
from screening.imaging.arrays import Image
from screening.imaging.decode import decode_photograph
from screening.imaging.degrade import DEGRADATIONS, compressed, noisy
from screening.imaging.fundus_photographs import other_photographs
from screening.imaging.measure_gate import WORSE, hostile_pictures, improves, levels_as_it_grows, refused
from screening.imaging.preprocess import frame_field
from screening.imaging.quality import assess, blockiness, measure_quality
from screening.imaging.reframe import ALL_FRAMES, filling_the_frame
from screening.imaging.render import render_fundus

LIMITS = QualityThresholds()


def reasons(picture: Image, *, synthetic: bool = False) -> tuple[QualityReason, ...]:
    judgement = assess(picture, LIMITS, synthetic=synthetic)
    assert judgement.gradability is Gradability.UNGRADABLE
    return judgement.reasons


def brighter(picture: Image, factor: float) -> Image:
    return np.clip(picture * factor, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("laterality", Laterality)
def test_a_sharp_fundus_is_gradable(laterality: Laterality) -> None:
    judgement = assess(render_fundus(3, laterality, size=448), LIMITS)
    assert judgement.gradability is Gradability.GRADABLE


def test_a_strongly_blurred_fundus_is_ungradable(blurred_fundus: Image) -> None:
    assert reasons(blurred_fundus) == (QualityReason.BLURRED,)
    assert reasons(blurred_fundus, synthetic=True) == (QualityReason.BLURRED,)


def test_too_little_light_is_the_only_reason_in_the_dark(fundus: Image) -> None:
    assert reasons(brighter(fundus, 0.12)) == (QualityReason.TOO_DARK,)
    assert reasons(np.zeros((300, 300, 3), np.uint8)) == (QualityReason.TOO_DARK,)


def test_an_overexposed_fundus_is_ungradable(fundus: Image) -> None:
    burnt = np.where(fundus.max(axis=2, keepdims=True) > 14, brighter(fundus, 1.0) // 5 + 204, fundus)
    assert QualityReason.TOO_BRIGHT in reasons(burnt.astype(np.uint8))


@pytest.mark.parametrize("side", ["top", "left"])
def test_half_a_field_is_ungradable(fundus: Image, side: str) -> None:
    half = fundus.copy()
    half[: 280 if side == "top" else 512, : 280 if side == "left" else 512] = 0
    assert QualityReason.FIELD_CUT_OFF in reasons(half)


def _waves(rng: np.random.Generator) -> Image:
    coarse = rng.integers(0, 256, (24, 24, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (400, 400), interpolation=cv2.INTER_CUBIC))


def _document(rng: np.random.Generator) -> Image:
    page = np.full((500, 380, 3), 246, np.uint8)
    for line in range(20):
        text = "".join(chr(int(c)) for c in rng.integers(97, 123, 28))
        cv2.putText(page, text, (12, 24 + 24 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (20, 20, 20), 1)
    return page


def _grain(rng: np.random.Generator) -> Image:
    orange = np.array([200, 110, 60]) * rng.uniform(0.4, 1.2, (400, 400, 1))
    return orange.clip(0, 255).astype(np.uint8)


def _slices(rng: np.random.Generator) -> Image:
    """Grey layers on black, as optical coherence tomography draws them."""
    rows = np.arange(400)[:, None] + 20 * np.sin(np.arange(400) / 60)[None, :]
    layers = 120 * np.exp(-(((rows - 200) / 40) ** 2)) + rng.normal(0, 12, (400, 400))
    return np.repeat(layers.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


NO_FUNDUS = {
    "white noise": lambda rng: rng.integers(0, 256, (400, 400, 3)).astype(np.uint8),
    "texture": _waves,
    "document": _document,
    "orange grain": _grain,
    "plain orange": lambda rng: np.full((300, 300, 3), (200, 110, 60), np.uint8),
    "plain white": lambda rng: np.full((300, 300, 3), 255, np.uint8),
    "layers": _slices,
}


@pytest.mark.parametrize("draw", NO_FUNDUS.values(), ids=NO_FUNDUS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_no_fundus_is_never_scored(draw: object, seed: int) -> None:
    picture = draw(np.random.default_rng(seed))  # type: ignore[operator]
    assert reasons(picture) == (QualityReason.NOT_A_FUNDUS,)


def test_the_synthetic_mark_lifts_only_the_fundus_check() -> None:
    grain = _grain(np.random.default_rng(0))
    assert reasons(grain) == (QualityReason.NOT_A_FUNDUS,)
    assert QualityReason.NOT_A_FUNDUS not in assess(grain, LIMITS, synthetic=True).reasons


def test_more_defocus_never_looks_sharper(fundus: Image) -> None:
    sharpness, worst = [], []
    for blur in (0.0, 1.5, 3.0, 5.0, 8.0, 14.0):
        seen = fundus if not blur else np.asarray(cv2.GaussianBlur(fundus, (0, 0), blur))
        sharpness.append(measure_quality(frame_field(seen, 14)).sharpness)
        worst.append(WORSE[assess(seen, LIMITS).gradability])
    assert sharpness[:5] == sorted(sharpness[:5], reverse=True)
    assert worst == sorted(worst) and worst[-1] == 2


def test_noise_never_passes_for_detail(fundus: Image, blurred_fundus: Image) -> None:
    for picture in (fundus, blurred_fundus):
        found = [
            measure_quality(frame_field(noisy(picture, levels), 14)).sharpness for levels in (0, 6, 12, 24)
        ]
        assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("cut", [(0, 0), (3, 5)])
def test_blocks_of_compression_are_seen_wherever_their_grid_begins(
    fundus: Image, cut: tuple[int, int]
) -> None:
    found = [blockiness(compressed(fundus, quality)[cut[0] :, cut[1] :]) for quality in (90, 30, 10, 4)]
    assert found == sorted(found)
    assert found[0] < 2 < 5 < found[-1]


def test_a_field_that_fills_the_frame_covers_its_disc(fundus: Image) -> None:
    assert measure_quality(frame_field(filling_the_frame()(fundus), 14)).roundness == 1.0


def test_a_border_does_not_change_the_judgement(fundus: Image, blurred_fundus: Image) -> None:
    for picture in (fundus, blurred_fundus):
        bordered = np.asarray(cv2.copyMakeBorder(picture, 20, 20, 180, 180, cv2.BORDER_CONSTANT))
        assert assess(bordered, LIMITS) == assess(picture, LIMITS)


def photographs(shared: Path, number: int) -> list[Image]:
    """Real ones of patients on whom nothing was fitted."""
    paths = other_photographs(shared / "data" / "odir5k", number, seed=1)
    return [decode_photograph(path.read_bytes()) for path in paths]


def test_at_least_97_percent_of_real_photographs_can_be_judged(shared: Path) -> None:
    judged = [assess(rgb, LIMITS).gradability for rgb in photographs(shared, 200)]
    assert judged.count(Gradability.UNGRADABLE) <= 0.03 * len(judged)


@pytest.mark.parametrize("name", ALL_FRAMES)
def test_as_many_can_be_judged_in_another_frame(shared: Path, name: str) -> None:
    judged = [assess(ALL_FRAMES[name](rgb), LIMITS).gradability for rgb in photographs(shared, 60)]
    assert judged.count(Gradability.UNGRADABLE) <= 0.03 * len(judged)


@pytest.mark.slow
@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_photograph_spoilt_more_is_never_judged_better(shared: Path, name: str) -> None:
    walks = [levels_as_it_grows(rgb, DEGRADATIONS[name], LIMITS) for rgb in photographs(shared, 36)]
    assert not [levels for levels in walks if improves(levels)]
    assert all(levels[-1] == WORSE[Gradability.UNGRADABLE] for levels in walks)


def test_hostile_pictures_that_decode_are_no_fundus(shared: Path) -> None:
    found = refused(hostile_pictures(shared / "data" / "images-hostile"), LIMITS)
    assert found["tried"] > 50 and found["refused"] >= 0.99, found["let_through"]
