"""Sizes are counted on our own networks, and agree with the paper, with timm and with the formula."""

from pathlib import Path

import pytest
import timm
import torch
from torch import nn

from screening.imaging.backbone import build_network
from screening.imaging.scaling.count import count, count_table
from screening.imaging.scaling.network import build
from screening.imaging.scaling.published import ROWS, TOLERANCE
from screening.imaging.scaling.report import CountedRow, count_rows
from screening.imaging.scaling.scale import Scaling, scale
from screening.imaging.scaling.tables import EFFICIENTNET, FAMILIES, Architecture


@pytest.fixture(scope="module")
def rows() -> dict[str, CountedRow]:
    return {row.published.name: row for row in count_rows()}


@pytest.mark.parametrize("index", range(8))
def test_b0_to_b7_are_within_seven_percent_of_the_paper(rows: dict[str, CountedRow], index: int) -> None:
    row = rows[f"EfficientNet-B{index}"]
    assert row.parameter_difference is not None
    assert abs(row.parameter_difference) <= TOLERANCE == 0.07
    assert abs(row.difference) <= TOLERANCE


@pytest.mark.parametrize("index", range(8))
def test_b0_to_b7_have_exactly_the_parameters_of_timms(rows: dict[str, CountedRow], index: int) -> None:
    with torch.device("meta"):
        theirs = timm.create_model(f"efficientnet_b{index}")
    assert rows[f"EfficientNet-B{index}"].size.parameters == sum(p.numel() for p in theirs.parameters())


@pytest.mark.parametrize(
    ("family", "name"),
    [("mobilenet_v1", "mobilenetv1_100"), ("mobilenet_v2", "mobilenetv2_100"), ("resnet_50", "resnet50")],
)
def test_the_other_unscaled_networks_have_the_parameters_of_timms(family: str, name: str) -> None:
    with torch.device("meta"):
        theirs = timm.create_model(name)
    assert count_table(FAMILIES[family]).parameters == sum(p.numel() for p in theirs.parameters())


def test_a_row_away_from_the_paper_says_why_and_b0_to_b7_need_no_excuse(rows: dict[str, CountedRow]) -> None:
    for name, row in rows.items():
        assert row.published.note or abs(row.difference) <= TOLERANCE, name
        assert not (name.startswith("EfficientNet") and row.published.note)


def test_the_notes_say_what_is_counted(rows: dict[str, CountedRow]) -> None:
    for name in ("MobileNetV1", "MobileNetV2"):
        published = rows[f"{name} compound"].published
        at_288 = scale(published.table, Scaling(1.2, 1.4, 288 / 224))
        assert f"counts {count_table(at_288).multiply_adds / 1e9:.2f} B" in published.note
    depth, width = rows["ResNet-50 depth"], rows["ResNet-50 width"]
    for ours, other in ((depth, width), (width, depth)):
        counted = ours.size.multiply_adds / 1e9
        assert f"{counted:.1f} beside {other.published.giga_multiply_adds}" in ours.published.note
        assert counted == pytest.approx(other.published.giga_multiply_adds, rel=0.01)


def test_every_row_of_the_paper_is_there_in_its_order() -> None:
    printed = [(row.name, row.giga_multiply_adds) for row in ROWS]
    assert printed == [
        *((f"EfficientNet-B{i}", flops) for i, flops in enumerate([0.39, 0.70, 1.0, 1.8, 4.2, 9.9, 19, 37])),
        ("MobileNetV1", 0.6),
        ("MobileNetV1 width", 2.2),
        ("MobileNetV1 resolution", 2.2),
        ("MobileNetV1 compound", 2.3),
        ("MobileNetV2", 0.3),
        ("MobileNetV2 depth", 1.2),
        ("MobileNetV2 width", 1.1),
        ("MobileNetV2 resolution", 1.2),
        ("MobileNetV2 compound", 1.3),
        ("ResNet-50", 4.1),
        ("ResNet-50 depth", 16.2),
        ("ResNet-50 width", 14.7),
        ("ResNet-50 resolution", 16.4),
        ("ResNet-50 compound", 16.7),
    ]
    assert [row.million_parameters for row in ROWS[:8]] == [5.3, 7.8, 9.2, 12, 19, 30, 43, 66]


def test_a_multiply_add_is_counted_once() -> None:
    """By hand: 9 * 3 * 8 a pixel of 16 x 16, grouped 9 * 8 a pixel, then 8 * 5 once."""

    def make() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.Conv2d(8, 8, 3, padding=1, groups=8),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 5),
        )

    assert count(make, 16).multiply_adds == 16 * 16 * (9 * 3 * 8 + 9 * 8) + 8 * 5


@pytest.mark.parametrize("table", FAMILIES.values(), ids=FAMILIES.keys())
def test_a_table_becomes_a_network_that_runs(table: Architecture) -> None:
    tiny = scale(table, Scaling(width=0.25, resolution=0.25))
    network = build(tiny).eval()
    with torch.inference_mode():
        answers = network(torch.rand(2, 3, tiny.resolution, tiny.resolution))
    assert answers.shape == (2, 1000) and answers.isfinite().all()


def test_our_b0_computes_what_timms_b0_computes() -> None:
    """The same tensors in the same order: with timm's weights ours answers alike."""
    torch.manual_seed(0)
    theirs = build_network("efficientnet_b0", outputs=1000).eval()
    ours = build(EFFICIENTNET).eval()
    values = theirs.state_dict().values()
    ours.load_state_dict(dict(zip(ours.state_dict(), values, strict=True)))
    picture = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(ours(picture), theirs(picture), atol=1e-5)


def test_the_documents_table_is_what_is_counted(rows: dict[str, CountedRow]) -> None:
    document = (Path(__file__).resolve().parents[5] / "docs" / "models" / "scaling.md").read_text("utf-8")
    lines = [line.split("|") for line in document.splitlines()]
    written = {cells[1].split("(")[0].strip(): cells for cells in lines if len(cells) == 12}
    for name, row in rows.items():
        assert float(written[name][5]) == round(row.size.parameters / 1e6, 2), name
        assert float(written[name][8]) == round(row.size.multiply_adds / 1e9, 3), name
        assert written[name][10].strip() == f"{row.difference:+.1%}", name
