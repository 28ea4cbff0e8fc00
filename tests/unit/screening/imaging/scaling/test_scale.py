"""One function scales every table: rounding as the paper's code has it, compound scaling as its formula."""

import math
from itertools import pairwise

import pytest

from screening.imaging.scaling.grid import candidates, steps
from screening.imaging.scaling.scale import (
    Coefficients,
    Scaling,
    compound,
    round_channels,
    round_repeats,
    round_resolution,
    scale,
)
from screening.imaging.scaling.tables import EFFICIENTNET, FAMILIES, Architecture


@pytest.mark.parametrize(
    ("channels", "width", "rounded"),
    [
        (32, 1.1, 32),  # 35.2: the nearest multiple is below and loses less than a tenth
        (24, 1.1, 24),  # 26.4 to 24 loses 9.1 %
        (16, 1.22, 24),  # 19.52 to 16 would lose 18 %
        (40, 1.1, 48),  # 44: half way goes up
        (40, 1.099, 40),  # 43.96: just below half way, 9.0 % lost
        (10, 0.888, 8),  # 8.88 to 8 loses 9.9 %
        (10, 0.889, 16),  # 8.89 to 8 loses 10.01 %
        (1280, 2.0, 2560),
        (16, 0.25, 8),  # never under 8
        (20, 1.0, 20),  # a width of 1 leaves the table as it is
    ],
)
def test_channels_become_multiples_of_eight_and_lose_at_most_a_tenth(
    channels: int, width: float, rounded: int
) -> None:
    assert round_channels(channels, width) == rounded


@pytest.mark.parametrize(
    ("repeats", "depth", "rounded"), [(1, 1.0, 1), (1, 1.1, 2), (5, 1.2, 6), (4, 3.1, 13)]
)
def test_repeats_are_rounded_up(repeats: int, depth: float, rounded: int) -> None:
    assert round_repeats(repeats, depth) == rounded


@pytest.mark.parametrize("side", [224, 240, 260, 300, 380, 456, 528, 600])
def test_the_released_resolutions_come_out_exactly(side: int) -> None:
    assert round_resolution(224, side / 224) == side


def test_resolution_goes_to_the_nearest_multiple_of_four() -> None:
    assert round_resolution(224, 1.3) == 292 and round_resolution(224, 289.9 / 224) == 288


@pytest.mark.parametrize("table", FAMILIES.values(), ids=FAMILIES.keys())
def test_a_scaling_of_one_changes_no_table(table: Architecture) -> None:
    assert scale(table, Scaling()) == table == scale(table, compound(0))


def test_scaling_touches_widths_repeats_and_input_but_no_kernel_or_stride() -> None:
    scaled = scale(EFFICIENTNET, Scaling(width=2, depth=2, resolution=2))
    assert (scaled.stem_channels, scaled.head_channels, scaled.resolution) == (64, 2560, 448)
    for stage, larger in zip(EFFICIENTNET.stages, scaled.stages, strict=True):
        assert (larger.channels, larger.repeats) == (2 * stage.channels, 2 * stage.repeats)
        assert (larger.kernel, larger.stride, larger.expand) == (stage.kernel, stage.stride, stage.expand)


def test_the_papers_coefficients_keep_the_constraint_and_are_on_the_grid() -> None:
    chosen = Coefficients()
    assert (chosen.alpha, chosen.beta, chosen.gamma) == (1.2, 1.1, 1.15)
    assert chosen.cost == pytest.approx(1.2 * 1.1**2 * 1.15**2) == pytest.approx(1.920, abs=1e-3)
    found = candidates()
    assert chosen in found and Coefficients(1.2, 1.2, 1.2) not in found
    assert all(1.9 <= each.cost <= 2.1 for each in found)


def test_a_step_of_phi_about_doubles_what_is_counted() -> None:
    counted = [step.size.multiply_adds for step in steps((0.0, 2.0, 4.0))]
    doublings = [math.log2(after / before) / 2 for before, after in pairwise(counted)]
    assert all(0.85 < each < 1.15 for each in doublings)
