"""A map lies where the network saw what it shows, through crop, padding and scale."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from screening.domain.exam_result import EyeResult
from screening.domain.findings import LABELS, Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from screening.imaging.arrays import Floats
from screening.imaging.explain import Place, joined_maps, map_pictures, on_photograph
from screening.imaging.preprocess import Box
from screening.imaging.scorer import PhotographBytes, Scorer, open_scorer

WIDE = Place(Box(300, 100, 400, 300), width=1000, height=500)  # padded above and below to a square of 400


def grid(*, hot: tuple[int, int]) -> Floats:
    values = np.zeros((8, 8), np.float32)
    values[hot] = 1
    return values


@pytest.mark.parametrize(
    "place", [WIDE, Place(Box(0, 0, 500, 500), 500, 500), Place(Box(20, 0, 160, 300), 200, 300)]
)
@pytest.mark.parametrize("hot", [(3, 2), (4, 5)])
def test_the_hottest_cell_is_hottest_where_it_was_cut_from(place: Place, hot: tuple[int, int]) -> None:
    shown = on_photograph(grid(hot=hot), place)
    assert max(shown.shape) == 192
    y, x = np.unravel_index(shown.argmax(), shown.shape)
    scale, cell = place.width / shown.shape[1], place.box.square.width / 8
    expected = (
        place.box.square.left + (hot[1] + 0.5) * cell,
        place.box.square.top + (hot[0] + 0.5) * cell,
    )
    assert np.abs(np.subtract(expected, ((x + 0.5) * scale, (y + 0.5) * scale))).max() < cell / 4


def test_nothing_is_shown_outside_the_field() -> None:
    shown = on_photograph(np.ones((8, 8), np.float32), WIDE)
    height, width = shown.shape
    assert shown[: int(0.19 * height)].max() == 0 and shown[:, int(0.71 * width) :].max() == 0
    assert shown[height // 2, width // 2] == pytest.approx(1)
    assert shown.mean() == pytest.approx(400 * 300 / (1000 * 500), abs=0.01)


def test_a_small_photograph_is_not_enlarged() -> None:
    assert on_photograph(np.ones((8, 8), np.float32), Place(Box(0, 0, 90, 60), 90, 60)).shape == (60, 90)


def test_branches_are_joined_by_their_mean() -> None:
    both = np.stack([np.full((1, 8, 2, 2), 3.0), np.full((1, 8, 2, 2), -1.0)]).astype(np.float32)
    assert (joined_maps(both) == 1.0).all()


def eye(**decisions: Decision) -> EyeResult:
    findings = tuple(Finding(label, 0.5, 0.0, 0.5, decisions.get(label, Decision.ABSENT)) for label in LABELS)
    return EyeResult(Laterality.RIGHT, Gradability.GRADABLE, (), findings)


def test_pictures_are_made_of_diseases_present_or_left_to_a_person_that_some_place_speaks_for() -> None:
    maps = np.stack([grid(hot=(3, 3))] * 8)
    maps[LABELS.index(Label.MYOPIA)] = -1.0
    found = map_pictures(
        maps, eye(N=Decision.PRESENT, D=Decision.PRESENT, G=Decision.ABSTAIN, M=Decision.PRESENT), WIDE
    )
    assert set(found) == {Label.DIABETES, Label.GLAUCOMA}
    picture = cv2.imdecode(np.frombuffer(found[Label.DIABETES], np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (96, 192, 4)
    assert picture[..., 3].max() == 255 and picture[0, 0, 3] == 0
    assert len(found[Label.DIABETES]) < 12_000


def test_scoring_with_maps_gives_the_same_results(
    tiny_release: Path, engine_cache: Path, fundus_jpeg: bytes
) -> None:
    scorer: Scorer = open_scorer(tiny_release, engine="openvino", cache_dir=engine_cache)
    photographs = [PhotographBytes(Laterality.RIGHT, data) for data in (fundus_jpeg, b"broken", fundus_jpeg)]
    explained = scorer.explain(photographs)
    assert [each.eye for each in explained] == scorer.score(photographs)
    assert explained[0].maps == explained[2].maps and explained[1].maps == {}
    suspected = {f.label for f in explained[0].eye.findings if f.decision is not Decision.ABSENT}
    assert explained[0].maps and set(explained[0].maps) <= suspected - {Label.NORMAL}
