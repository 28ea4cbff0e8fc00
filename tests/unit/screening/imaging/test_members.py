"""Several networks of a branch answer as one: mean logit, exact maps, one file."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from screening.domain.findings import LABELS
from screening.imaging.backbone import build_network
from screening.imaging.card import CardInvalid, read_card
from screening.imaging.class_maps import ends_linearly, logits_and_maps
from screening.imaging.engine import open_engine
from screening.imaging.engines_agree import drawn_eyes
from screening.imaging.members import Members, joined_state, split_members
from screening.imaging.weights import build_release_network
from tests.unit.screening.imaging.tiny_release import BACKBONE, write_tiny_release


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_release(tmp_path_factory.mktemp("members") / "two", members=2)


@torch.inference_mode()
def test_a_branch_of_two_networks_gives_their_mean_logit_and_a_map_that_adds_up_to_it() -> None:
    networks = [build_network(BACKBONE, outputs=8).eval() for _ in range(2)]
    images = torch.randn(3, 3, 96, 96)
    joined = Members(networks).eval()
    logits, maps = logits_and_maps(joined, images)
    assert torch.allclose(logits, torch.stack([each(images) for each in networks]).mean(dim=0), atol=1e-5)
    assert torch.allclose(joined(images), logits, atol=1e-6)
    assert torch.allclose(
        maps, torch.stack([logits_and_maps(n, images)[1] for n in networks]).mean(dim=0), atol=1e-5
    )
    assert ends_linearly(joined, 96)


def test_networks_that_do_not_end_linearly_still_answer_together_but_have_no_maps() -> None:
    networks = [build_network("mobilenetv3_small_050", outputs=8).eval() for _ in range(2)]
    joined = Members(networks).eval()
    assert joined(torch.randn(2, 3, 64, 64)).shape == (2, 8)
    assert not ends_linearly(joined, 64)


@pytest.mark.parametrize("members", [1, 2, 3])
def test_what_is_joined_into_one_file_comes_apart_again(members: int) -> None:
    states = [{"a.weight": torch.full((2,), float(i)), "b": torch.ones(1)} for i in range(members)]
    back = split_members(joined_state(states), members)
    assert [{name: tensor.tolist() for name, tensor in state.items()} for state in back] == [
        {name: tensor.tolist() for name, tensor in state.items()} for state in states
    ]


def test_a_release_of_two_members_scores_the_same_in_torch_and_openvino(release: Path) -> None:
    card, eyes = read_card(release), drawn_eyes(release)
    assert card.members == 2
    one, other = (
        open_engine(release, card, engine=name, cache_dir=None).explain(eyes.colour, eyes.grey)
        for name in ("torch-f32", "openvino-f32")
    )
    for mine, theirs in zip(one, other, strict=True):
        assert mine is not None and theirs is not None
        assert np.abs(mine - theirs).max() < 1e-2
    assert one[0].shape == (2, len(eyes.colour), len(LABELS))


@pytest.mark.parametrize("members", [1, 3])
def test_a_card_that_names_another_number_of_networks_is_refused(
    release: Path, tmp_path: Path, members: int
) -> None:
    folder = Path(shutil.copytree(release, tmp_path / "copy"))
    raw = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**raw, "members": members}))
    with pytest.raises(CardInvalid, match=r"weights do not fit|does not hold"):
        build_release_network(folder, read_card(folder))


@pytest.mark.parametrize("members", [0, -1, 1.5, "2"])
def test_a_card_with_an_impossible_number_of_networks_is_refused(
    release: Path, tmp_path: Path, members: object
) -> None:
    folder = Path(shutil.copytree(release, tmp_path / "copy"))
    raw = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**raw, "members": members}))
    with pytest.raises(CardInvalid, match="members"):
        read_card(folder)
