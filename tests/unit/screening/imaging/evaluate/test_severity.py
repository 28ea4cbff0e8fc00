"""Severity against the keywords; what the machine leaves unknown counts as serious, and is shown left out too."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from screening.domain.laterality import Laterality
from screening.domain.severity import AmdStage, Severity
from screening.imaging.evaluate.patients import Eye
from screening.imaging.evaluate.severity import describe_severity
from tests.unit.screening.imaging.evaluate.cast import eye

WORDS = (
    "normal fundus",
    "mild nonproliferative retinopathy",
    "moderate non proliferative retinopathy",
    "severe nonproliferative retinopathy",
)


def graded(number: int, truth: int, given: int | None, *, seen: bool = True) -> Eye:
    return eye(
        f"p{number}",
        Laterality.LEFT,
        np.zeros(8),
        np.full(8, -1.0) if seen else None,
        keywords=WORDS[truth],
        severity=Severity(icdr=given),
    )


def described(eyes: list[Eye]) -> dict:
    return describe_severity(eyes, resamples=100, seed=1)


def test_the_weighted_kappa_is_scikit_learns_with_severe_and_proliferative_as_one() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 4, 80)
    given = np.clip(truth + rng.integers(-1, 3, 80), 0, 4)
    eyes = [graded(i, int(t), int(g)) for i, (t, g) in enumerate(zip(truth, given, strict=True))]
    kappa = described(eyes)["retinopathy"]["quadratic_kappa"]
    expected = cohen_kappa_score(truth, np.minimum(given, 3), weights="quadratic")
    assert kappa["value"] == pytest.approx(expected, abs=1e-4)
    assert kappa["interval_95"][0] < kappa["value"] < kappa["interval_95"][1]


def test_an_unknown_severity_counts_as_serious_and_is_shown_left_out() -> None:
    eyes = [graded(0, 2, 2), graded(1, 2, None), graded(2, 3, 1), graded(3, 0, None), graded(4, 0, 0)]
    moderate = described(eyes)["retinopathy"]["moderate_or_worse"]
    assert moderate["eyes"] == 3
    assert moderate["unknown_as_serious"]["sensitivity"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert moderate["unknown_as_serious"]["specificity"]["value"] == 0.5
    assert moderate["unknown_excluded"]["sensitivity"]["value"] == 0.5
    assert moderate["unknown_excluded"]["specificity"]["value"] == 1.0
    low, high = moderate["unknown_as_serious"]["sensitivity"]["wilson_95"]
    assert low < 2 / 3 < high


def test_an_ungradable_eye_is_an_unknown_severity() -> None:
    severe = described([graded(0, 3, None, seen=False), graded(1, 0, 0)])["retinopathy"]["severe_or_worse"]
    assert severe["unknown_as_serious"]["sensitivity"]["value"] == 1.0
    assert severe["unknown_excluded"]["sensitivity"]["value"] is None


def test_a_truth_that_the_keywords_leave_open_is_counted_apart() -> None:
    open_ = eye(
        "x", Laterality.LEFT, np.zeros(8), np.zeros(8), keywords="diabetic retinopathy", severity=Severity(2)
    )
    retinopathy = described([open_, graded(1, 2, 2), graded(2, 0, 0)])["retinopathy"]
    assert retinopathy["eyes_of_unknown_truth"] == 1 and retinopathy["eyes_graded_by_both"] == 2


def test_dry_and_wet_degeneration_are_found_or_not() -> None:
    def one(number: int, form: str, given: AmdStage | None) -> Eye:
        words = f"{form} age-related macular degeneration" if form else "normal fundus"
        return eye(
            f"p{number}",
            Laterality.LEFT,
            np.zeros(8),
            np.full(8, -1.0),
            keywords=words,
            severity=Severity(amd=given),
        )

    amd = described([one(0, "dry", AmdStage.DRY), one(1, "wet", AmdStage.DRY), one(2, "", None)])["amd"]
    assert amd["dry"]["unknown_as_serious"]["sensitivity"]["value"] == 1.0
    assert amd["dry"]["unknown_as_serious"]["specificity"]["value"] == 0.5
    assert amd["wet"]["unknown_as_serious"]["sensitivity"]["value"] == 0.0


def test_a_suspected_degeneration_of_no_stated_form_counts_as_either() -> None:
    def one(number: int, logit: float) -> Eye:
        words = "wet age-related macular degeneration"
        no_form = Severity(icdr=0)
        return eye(
            f"p{number}",
            Laterality.LEFT,
            np.zeros(8),
            np.full(8, logit),
            keywords=words,
            severity=no_form,
        )

    wet = described([one(0, 2.0), one(1, -2.0)])["amd"]["wet"]
    assert wet["unknown_as_serious"]["sensitivity"]["value"] == 0.5
    assert wet["unknown_excluded"]["sensitivity"]["value"] == 0.0


def test_what_cannot_be_compared_is_left_out_with_the_reason() -> None:
    ungraded = eye("a", Laterality.LEFT, np.zeros(8), np.zeros(8), keywords="normal fundus")
    assert "this release gives no severity" in described([ungraded])["left_out"]
    without = eye("a", Laterality.LEFT, np.zeros(8), np.zeros(8), severity=Severity(icdr=1))
    assert "eye_keywords" in described([without])["left_out"]
