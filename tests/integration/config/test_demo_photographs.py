"""Where the demo's photographs come from."""

from pathlib import Path

import pytest

from config.demo_cast import CAST
from config.demo_photographs import NoPhotographs, source
from tests.factories import photographs

LABELS = "file,patient_id,eye\na.jpg,1,left\nb.jpg,1,right\nc.jpg,2,left\n"


def test_pairs_are_found_by_name(tmp_path: Path) -> None:
    for seed, name in enumerate(("kim_left", "kim_right", "lee_left")):
        (tmp_path / f"{name}.jpg").write_bytes(photographs.jpeg(seed))
    right, left = source(tmp_path).of(CAST[0])
    assert (right.laterality, right.data, right.synthetic) == ("R", photographs.jpeg(1), False)
    assert (left.laterality, left.data) == ("L", photographs.jpeg(0))
    assert source(tmp_path).description == "1 real pairs"


def test_pairs_are_found_in_a_labels_file_and_half_pairs_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(LABELS)
    for seed, name in enumerate("abc"):
        (tmp_path / f"{name}.jpg").write_bytes(photographs.jpeg(seed))
    assert source(tmp_path).description == "1 real pairs"
    assert source(tmp_path).of(CAST[0])[0].data == photographs.jpeg(1)


@pytest.mark.parametrize("labels", [None, "file,eye\na.jpg,left\n", "file,patient_id,eye\na.jpg,1,up\n"])
def test_a_folder_that_cannot_be_understood_says_what_it_should_hold(
    tmp_path: Path, labels: str | None
) -> None:
    if labels:
        (tmp_path / "labels.csv").write_text(labels)
    with pytest.raises(NoPhotographs, match=r"labels.csv"):
        source(tmp_path)


def test_rendered_photographs_are_marked_synthetic() -> None:
    assert all(given.synthetic for given in source(None).of(CAST[0]))
