"""Each way to spoil a photograph spoils it more at each step, and only that way."""

import numpy as np
import pytest

from screening.imaging.arrays import Image
from screening.imaging.degrade import DEGRADATIONS


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_stronger_step_lies_further_from_the_photograph(fundus: Image, name: str) -> None:
    degradation = DEGRADATIONS[name]
    steps = [degradation.apply(fundus, strength) for strength in degradation.strengths]
    away = [float(np.abs(step.astype(int) - fundus).mean()) for step in steps]
    assert away == sorted(away) and away[0] > 0
    assert all(step.shape == fundus.shape and step.dtype == np.uint8 for step in steps)


@pytest.mark.parametrize("name", ["glare", "noise", "overexposure"])
def test_the_border_stays_dark(fundus: Image, name: str) -> None:
    degradation = DEGRADATIONS[name]
    spoilt = degradation.apply(fundus, degradation.strengths[-1])
    assert spoilt[:20, :20].max() <= 14


def test_a_field_is_cut_by_the_share_that_is_asked(fundus: Image) -> None:
    cut = DEGRADATIONS["side cut"].apply(fundus, 0.5)
    lit, before = (picture.max(axis=2) > 14 for picture in (cut, fundus))
    assert lit.sum() == pytest.approx(before.sum() / 2, rel=0.03)
