import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from screening.domain.laterality import Laterality
from screening.imaging.laterality import eye_by_disc, eye_by_name
from screening.imaging.render import render_fundus

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


@pytest.mark.parametrize(
    ("name", "eye"),
    [
        ("12_right.jpg", RIGHT),
        ("12_LEFT.JPG", LEFT),
        ("OD-3.png", RIGHT),
        ("kim os 2.jpg", LEFT),
        ("R.jpg", RIGHT),
        ("IMG_L2.jpg", LEFT),
        ("김_좌안.jpg", LEFT),
        ("IMG_0042.jpg", None),
        ("left_right.jpg", None),
        ("", None),
    ],
)
def test_a_file_name_suggests_an_eye_only_where_it_names_one(name: str, eye: Laterality | None) -> None:
    assert eye_by_name(name) == eye


@pytest.mark.parametrize("eye", Laterality)
def test_a_drawn_eye_is_known_by_its_disc_or_not_at_all(eye: Laterality) -> None:
    seen = [eye_by_disc(render_fundus(seed, eye, size=384)) for seed in range(4)]
    assert set(seen) <= {eye, None}
    assert eye in seen


def test_a_picture_without_a_disc_is_unsure() -> None:
    assert eye_by_disc(np.full((300, 300, 3), 90, np.uint8)) is None


def test_real_photographs_are_told_apart_as_often_as_the_module_says(shared: Path) -> None:
    folder = shared / "data/odir5k"
    with (folder / "labels.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))[::25]
    pictures = ((row["eye"], cv2.imread(str(folder / row["file"]), cv2.IMREAD_COLOR_RGB)) for row in rows)
    told = [(eye, eye_by_disc(picture)) for eye, picture in pictures]
    sure = [(eye, seen) for eye, seen in told if seen is not None]
    right = sum((seen is RIGHT) == (eye == "right") for eye, seen in sure)
    assert len(sure) / len(told) > 0.75
    assert right / len(sure) > 0.95
