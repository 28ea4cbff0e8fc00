"""`manage.py measure_quality` from photographs to numbers, and what it refuses; no database is at hand here."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from screening.domain.laterality import Laterality
from screening.imaging.arrays import Image
from screening.imaging.render import render_fundus

PEOPLE = 3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered eyes, one of them photographed badly."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "images").mkdir()
    for person in range(PEOPLE):
        drawn = render_fundus(person, Laterality.RIGHT, size=448, blur_px=9 if person == 0 else 0)
        cv2.imwrite(str(folder / "images" / f"{person}_right.jpg"), drawn[:, :, ::-1])
    return folder


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A grey page, a file that is no picture, and a picture smaller than a photograph."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    cv2.imwrite(str(folder / "page.png"), _page(400))
    cv2.imwrite(str(folder / "small.png"), _page(100))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    return folder


def _page(side: int) -> Image:
    page = np.full((side, side, 3), 230, np.uint8)
    page[:: max(1, side // 20)] = 20
    return page


def test_every_number_is_written(data: Path, hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "gate.json"
    call_command("measure_quality", data=data, hostile=hostile, json=out, sampled=1, drawn=1)
    found = json.loads(out.read_text())
    photographs = found["photographs"]
    assert photographs["number"] == PEOPLE and photographs["ungradable"] == 1
    assert photographs["reasons"]["ungradable"] == {"blurred": 1}
    assert all(each["number"] == 1 for each in [*found["other_frames"].values(), *found["spoilt"].values()])
    assert found["hostile"]["tried"] == 1 and found["hostile"]["let_through"] == {}
    assert found["drawn_kinds_fitted"]["tried"] > found["drawn_kinds_reserved"]["tried"] > 0
    assert found["milliseconds_at_3_megapixels"] > 0


def test_a_folder_without_photographs_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="images holds no"):
        call_command("measure_quality", data=tmp_path, json=tmp_path / "gate.json")


def test_a_hostile_folder_that_is_not_there_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no folder"):
        call_command("measure_quality", data=data, hostile=tmp_path / "none", json=tmp_path / "gate.json")


def test_a_release_that_is_not_there_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="releases: "):
        call_command("measure_quality", data=data, json=tmp_path / "gate.json", release="none")
