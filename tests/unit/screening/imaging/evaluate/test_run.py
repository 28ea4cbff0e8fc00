"""The whole document of an evaluation: what was measured on whom, and every group beside all."""

from collections import Counter

import numpy as np
import pytest

from screening.domain.laterality import Laterality
from screening.imaging.evaluate.patients import Eye
from screening.imaging.evaluate.run import age_band, evaluate_eyes
from tests.unit.screening.imaging.evaluate.cast import CARD, EVALUATED, cohort, eye


def document(eyes: list[Eye], **evaluated: str) -> dict:
    return evaluate_eyes(eyes, CARD, EVALUATED | evaluated, resamples=20, seed=1).document


def test_every_eye_and_every_patient_is_counted() -> None:
    eyes = cohort(1, ungradable=0.3)
    made = document(eyes)
    ungradable = made["ungradable"]
    patients = {one.photograph.patient_id for one in eyes}
    assert made["patients"] == ungradable["as_referral"]["patients"] == len(patients)
    assert ungradable["eyes"] == sum(ungradable["eyes_by_gradability"].values()) == len(eyes)
    assert ungradable["reasons_of_ungradable"] == {"blurred": sum(not one.judged for one in eyes)}
    assert sum(ungradable["patients_by_eyes_judged"].values()) == len(patients)
    neither = ungradable["patients_by_eyes_judged"]["neither"]
    assert neither > 0 and ungradable["excluded"]["patients"] == len(patients) - neither


@pytest.mark.parametrize("kind", ["sex", "age_band"])
def test_subgroups_add_up_to_all(kind: str) -> None:
    groups = document(cohort(2))["subgroups"][kind]
    assert len(groups) > 1 and sum(part["patients"] for part in groups.values()) == 60
    for part in groups.values():
        assert part["official"]["final"] is not None and part["baselines"]["prevalence"]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (49, "under 50"),
        (50, "50 to 59"),
        (59, "50 to 59"),
        (60, "60 to 69"),
        (70, "70 and over"),
        (None, "unknown"),
    ],
)
def test_age_bands_and_the_unknown_age(age: int | None, band: str) -> None:
    assert age_band(eye("a", Laterality.LEFT, np.zeros(8), None, age=age).photograph) == band


def test_numbers_from_the_training_table_carry_a_warning() -> None:
    assert "warning" not in document(cohort(3))["evaluated"]
    assert "new patients" in document(cohort(3), data=CARD.data_version)["evaluated"]["warning"]


def test_a_set_in_which_nobody_could_be_judged_is_still_a_result() -> None:
    eyes = cohort(4, ungradable=1.0)
    made = document(eyes)
    assert made["ungradable"]["excluded"] is None and "left_out" in made["eyes"]
    assert made["referral"]["ungradable_as_referral"]["sensitivity"] == 1.0
    assert made["referral"]["ungradable_excluded"] == {"patients": 0}
    assert Counter(one.judged for one in eyes) == {False: len(eyes)}
