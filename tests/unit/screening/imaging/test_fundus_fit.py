"""The likeness is fitted so that it separates, and so that unheard-of values never speak for a fundus."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from screening.domain.fundus_likeness import FundusLikeness
from screening.imaging.arrays import Image
from screening.imaging.fundus_features import NAMES
from screening.imaging.fundus_fit import (
    Sample,
    as_module,
    features_of,
    fit_likeness,
    left_out_kinds,
    scores,
    variants,
)
from screening.imaging.fundus_photographs import fitted_photographs, other_photographs


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Photographs around 0 in every feature; each kind away in one feature, the third beyond the first."""
    rng = np.random.default_rng(0)
    kinds = [""] * 300 + ["first"] * 60 + ["second"] * 60 + ["third"] * 60
    values = rng.normal(0, 1, (len(kinds), len(NAMES)))
    for kind, feature, side in (("first", 0, 4), ("second", 1, -4), ("third", 0, 6)):
        values[[each == kind for each in kinds], feature] += side
    spoilt = np.array([number % 6 == 5 for number in range(300)] + [False] * 180)
    return Sample(values, kinds, spoilt)


@pytest.fixture(scope="module")
def likeness(sample: Sample) -> FundusLikeness:
    return fit_likeness(sample)


def test_few_unspoilt_photographs_fall_below_the_limit(sample: Sample, likeness: FundusLikeness) -> None:
    kept = scores(likeness, sample.values[sample.fundus & ~sample.spoilt]) >= 0
    assert 0.99 <= kept.mean() < 1


def test_kinds_are_told_apart(sample: Sample, likeness: FundusLikeness) -> None:
    assert (scores(likeness, sample.values[~sample.fundus]) >= 0).mean() < 0.1


def test_a_kind_left_out_is_measured_by_a_fit_that_never_saw_it(sample: Sample) -> None:
    passed = left_out_kinds(sample, folds=3)
    assert set(passed) == {"first", "second", "third"}
    # no other kind lies below the photographs in the second feature, so the fit cannot know
    assert passed["second"] > 0.5 > 0.2 > passed["third"]


def test_the_table_that_is_written_is_the_one_that_was_fitted(
    likeness: FundusLikeness, tmp_path: Path
) -> None:
    path = tmp_path / "table.py"
    path.write_text(as_module(likeness), encoding="utf-8")
    table = runpy.run_path(str(path))
    assert table["BIAS"] == likeness.bias
    assert [row[0] for row in table["FEATURES"]] == list(NAMES)


def test_a_photograph_is_fitted_in_other_frames_and_two_spoilt_copies(fundus: Image) -> None:
    made = list(variants(fundus, np.random.default_rng(1)))
    assert [spoilt for _, spoilt in made] == [False] * 6 + [True] * 2
    assert all(np.isfinite(features_of(picture)).all() for picture, _ in made)


def test_photographs_of_a_fitted_patient_are_never_measured(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for patient in range(900):
        for eye in ("left", "right"):
            (tmp_path / "images" / f"{patient}_{eye}.jpg").touch()
    fitted = {path.stem.split("_")[0] for path in fitted_photographs(tmp_path)}
    others = other_photographs(tmp_path, 20, seed=3)
    assert others == other_photographs(tmp_path, 20, seed=3)
    assert others and not {path.stem.split("_")[0] for path in others} & fitted
