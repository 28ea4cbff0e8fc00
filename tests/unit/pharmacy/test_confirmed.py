"""The supplement follows from a confirmed stage of macular degeneration and from nothing else (PH-84)."""

from itertools import product

import pytest

from pharmacy.domain.confirmed import indications_of
from pharmacy.domain.formulary import AMD_INTERMEDIATE
from screening.domain.diagnosis import SEVERITIES, Diagnosis
from screening.domain.findings import Label
from screening.domain.laterality import Laterality

R, L = Laterality.RIGHT, Laterality.LEFT


def amd(**stages: str) -> frozenset[str]:
    return indications_of(Diagnosis(Laterality(eye), Label.AMD, stage) for eye, stage in stages.items())


@pytest.mark.parametrize(
    "stages",
    [
        {"R": "intermediate"},
        {"R": "none", "L": "intermediate"},
        {"R": "late-wet", "L": "intermediate"},
        {"R": "late-dry", "L": "early"},
        {"R": "late-wet", "L": "none"},
    ],
)
def test_intermediate_disease_or_late_in_one_of_two_judged_eyes_is_what_it_is_for(
    stages: dict[str, str],
) -> None:
    assert amd(**stages) == {AMD_INTERMEDIATE}


@pytest.mark.parametrize(
    "stages",
    [
        {},
        {"R": "none", "L": "none"},
        {"R": "early", "L": "early"},
        {"R": "late-wet"},
        {"R": "late-wet", "L": "late-dry"},
    ],
)
def test_early_none_late_in_both_or_an_eye_that_nobody_judged_is_not(stages: dict[str, str]) -> None:
    assert amd(**stages) == frozenset()


def test_no_other_disease_confirms_anything() -> None:
    others = [
        Diagnosis(eye, label, stage)
        for label, stages in SEVERITIES.items()
        for stage, eye in product(stages, (R, L))
        if label is not Label.AMD
    ]
    assert indications_of(others) == frozenset()
