"""Names become networks, files become initial weights, and what fits nothing is refused with advice."""

from pathlib import Path

import pytest

from screening.imaging.compare.choose import ComparisonInvalid, Start, choose_candidates, choose_starts
from screening.imaging.compare.study import MODERN, STUDY


def test_without_names_all_take_part_the_study_first() -> None:
    assert choose_candidates([]) == (*STUDY, *MODERN)


def test_the_studys_names_and_timms_are_understood_and_one_network_is_taken_once() -> None:
    chosen = choose_candidates(["vgg16", "VGG16", "MobileNet", "mobilenetv1_100", "resnet18"])
    assert [each.name for each in chosen] == ["VGG16", "MobileNet", "resnet18"]


@pytest.mark.parametrize(
    ("name", "near"), [("efficientnet-b3", "efficientnet_b3"), ("VGG61", "vgg16"), ("densnet", "densenet")]
)
def test_an_unknown_name_is_refused_with_those_near_it(name: str, near: str) -> None:
    with pytest.raises(ComparisonInvalid, match=f"there is no '{name}'; near it are .*{near}"):
        choose_candidates(["VGG16", name])


def test_a_name_like_no_other_is_refused_too() -> None:
    with pytest.raises(ComparisonInvalid, match="choose a name of timm's"):
        choose_candidates(["#####"])


def test_a_file_belongs_to_the_longest_name_that_it_begins_with(tmp_path: Path) -> None:
    for stem in ("resnet50d", "resnet50_imagenet", "vgg19_bn", "notes"):
        (tmp_path / f"{stem}.safetensors").touch()
    resnet, vgg = choose_candidates(["resnet50", "vgg19"])
    starts = choose_starts([resnet, vgg], tmp_path, otherwise="random")
    assert starts[resnet].label == "file resnet50_imagenet.safetensors" and starts[resnet].kind == "file"
    assert starts[vgg] == Start("random") and starts[vgg].kind == "random"


def test_without_files_all_begin_alike() -> None:
    starts = choose_starts(STUDY, None, otherwise="hub")
    assert {start.label for start in starts.values()} == {"hub"} == {start.kind for start in starts.values()}


def test_two_files_for_one_network_and_a_lost_folder_are_refused(tmp_path: Path) -> None:
    for stem in ("vgg16_a", "vgg16_b"):
        (tmp_path / f"{stem}.safetensors").touch()
    with pytest.raises(
        ComparisonInvalid, match=r"vgg16_a\.safetensors and vgg16_b\.safetensors are both for vgg16"
    ):
        choose_starts(STUDY, tmp_path, otherwise="random")
    with pytest.raises(ComparisonInvalid, match=r"--weights-dir: .*nowhere is no folder"):
        choose_starts(STUDY, tmp_path / "nowhere", otherwise="random")
