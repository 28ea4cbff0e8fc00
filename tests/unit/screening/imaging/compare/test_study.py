"""The study's two tables are there as printed, and each of its networks is one that timm builds."""

import pytest
import torch
from torch import nn

from screening.imaging.backbone import build_network
from screening.imaging.compare.cost import count_backbone
from screening.imaging.compare.study import MODERN, PUBLISHED_ENSEMBLE, PUBLISHED_SINGLE, STUDY, Candidate
from screening.management.commands.compare_backbones import _SMOKE


def test_the_table_of_single_classifiers_is_as_printed() -> None:
    assert [tuple(vars(row).values()) for row in PUBLISHED_SINGLE] == [
        ("EfficientNetB3", 0.92, 0.71, 0.66, 0.92, 0.74, 0.52, 0.89, 0.72),
        ("Xception", 0.92, 0.70, 0.64, 0.92, 0.73, 0.51, 0.89, 0.71),
        ("VGG16", 0.91, 0.68, 0.58, 0.91, 0.72, 0.50, 0.89, 0.70),
        ("InceptionResNetV2", 0.91, 0.71, 0.64, 0.91, 0.72, 0.49, 0.88, 0.70),
        ("VGG19", 0.91, 0.70, 0.57, 0.91, 0.70, 0.48, 0.88, 0.69),
        ("InceptionV3", 0.91, 0.68, 0.64, 0.91, 0.72, 0.46, 0.87, 0.68),
        ("DenseNet", 0.91, 0.69, 0.60, 0.91, 0.70, 0.45, 0.87, 0.67),
        ("ResNet50", 0.89, 0.65, 0.56, 0.90, 0.67, 0.45, 0.84, 0.65),
    ]


def test_the_table_of_ensembles_is_as_printed() -> None:
    assert [tuple(vars(row).values()) for row in PUBLISHED_ENSEMBLE] == [
        ("VGG16", 0.69, 0.45, 0.85, 0.66),
        ("VGG19", 0.69, 0.45, 0.86, 0.66),
        ("Xception", 0.68, 0.43, 0.85, 0.65),
        ("InceptionV3", 0.68, 0.47, 0.87, 0.67),
        ("EfficientNetB3", 0.73, 0.50, 0.88, 0.70),
        ("ResNet50", 0.66, 0.42, 0.85, 0.64),
        ("MobileNet", 0.67, 0.39, 0.87, 0.64),
        ("InceptionResNetV2", 0.72, 0.47, 0.87, 0.69),
        ("DenseNet", 0.70, 0.44, 0.85, 0.66),
    ]


@pytest.mark.parametrize("row", [*PUBLISHED_SINGLE, *PUBLISHED_ENSEMBLE], ids=lambda row: row.name)
def test_final_is_the_mean_of_auc_kappa_and_f1(row: object) -> None:
    printed = vars(row)
    assert printed["final"] == pytest.approx(
        (printed["auc"] + printed["kappa"] + printed["f1"]) / 3, abs=0.01
    )


def test_the_nine_of_the_study_are_those_of_its_ensembles() -> None:
    assert len(STUDY) == 9 and {each.name for each in STUDY} == {row.name for row in PUBLISHED_ENSEMBLE}
    assert {row.name for row in PUBLISHED_SINGLE} == {each.name for each in STUDY} - {"MobileNet"}


@pytest.mark.parametrize("candidate", [*STUDY, *MODERN], ids=lambda each: each.backbone)
def test_every_network_is_built_with_the_recipes_dropout_and_takes_a_photograph_of_the_smoke_run(
    candidate: Candidate,
) -> None:
    with torch.device("meta"):
        network = build_network(candidate.backbone, outputs=13, dropout=0.3, drop_path=0.1)
    assert isinstance(network.get_classifier(), nn.Linear)  # type: ignore[operator]
    assert count_backbone(candidate.backbone, _SMOKE["size"]).multiply_adds > 1e7
