import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.domain.epidemiology import AGE_BANDS, DIABETES_BY_AGE_BAND, PREVALENCE, RETINOPATHY_AMONG_DIABETICS
from risk.fusion.cohort import Cohort, simulate_cohort
from risk.fusion.frame import COLUMN_NAMES
from risk.fusion.heldout import HeldOut
from risk.fusion.prevalence import age_band, risks_at_prevalence
from screening.domain.findings import Label

PATIENTS = 40_000


@pytest.fixture(scope="module")
def cohort(heldout: HeldOut) -> Cohort:
    return simulate_cohort(PATIENTS, heldout, np.random.default_rng(3))


def assert_share(found: np.ndarray, expected: float) -> None:
    """Within four standard errors of a share of that size."""
    error = np.sqrt(expected * (1 - expected) / len(found))
    assert abs(found.mean() - expected) < 4 * error


@pytest.mark.parametrize("label", PREVALENCE)
@pytest.mark.parametrize("band", range(len(AGE_BANDS)))
def test_every_age_band_is_as_ill_as_published(cohort: Cohort, label: Label, band: int) -> None:
    members = age_band(cohort.exposures["age_years"]) == band
    assert_share(cohort.labels[members, FUSED_LABELS.index(label)], PREVALENCE[label].by_age_band[band])


def test_diabetes_and_retinopathy_are_as_common_as_published(cohort: Cohort) -> None:
    diabetic = cohort.exposures["diabetes"] == 1
    retinopathy = cohort.labels[:, FUSED_LABELS.index(Label.DIABETES)]
    bands = age_band(cohort.exposures["age_years"])
    for band, expected in enumerate(DIABETES_BY_AGE_BAND):
        assert_share(diabetic[bands == band], expected)
    assert_share(retinopathy[diabetic], RETINOPATHY_AMONG_DIABETICS)
    assert not retinopathy[~diabetic].any()


def test_family_history_has_its_published_odds_ratio(cohort: Cohort) -> None:
    glaucoma = cohort.labels[:, FUSED_LABELS.index(Label.GLAUCOMA)]
    affected, none = (cohort.exposures["family_glaucoma"] == count for count in (1, 0))
    a, b = glaucoma[affected].sum(), (~glaucoma[affected]).sum()
    c, d = glaucoma[none].sum(), (~glaucoma[none]).sum()
    error = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    assert abs(np.log(a * d / (b * c)) - np.log(2.8)) < 4 * error


def test_image_logits_are_those_of_real_patients_with_the_same_labels(
    cohort: Cohort, heldout: HeldOut
) -> None:
    donors = {tuple(row): tuple(truth) for row, truth in zip(heldout.logits, heldout.labels, strict=True)}
    known_sets = {tuple(truth) for truth in heldout.labels}
    for logits, labels in zip(cohort.image_logits[:500], cohort.labels[:500], strict=True):
        assert tuple(logits) in donors
        if tuple(labels) in known_sets:
            assert donors[tuple(logits)] == tuple(labels)


def test_answers_are_missing_as_often_as_in_a_clinic(cohort: Cohort) -> None:
    missing = dict(zip(COLUMN_NAMES, np.isnan(cohort.frame.values).mean(axis=0), strict=True))
    assert missing["age_years"] == 0
    assert 0.5 < missing["hba1c_percent"] < 0.75
    assert 0.2 < missing["systolic_mmhg"] < 0.35


def test_some_people_do_not_know_of_their_diabetes(cohort: Cohort) -> None:
    told = cohort.frame.column("diabetes")[cohort.exposures["diabetes"] == 1]
    assert 0.2 < (told[~np.isnan(told)] == 0).mean() < 0.3


def test_a_simulated_patient_is_plausible(cohort: Cohort) -> None:
    drawn = cohort.exposures
    assert (drawn["diastolic_mmhg"] < drawn["systolic_mmhg"]).all()
    assert (drawn["diabetes_duration_years"] <= drawn["age_years"]).all()
    assert (drawn["age_years"] >= 20).all()


def test_the_same_seed_gives_the_same_cohort(heldout: HeldOut) -> None:
    first, second = (simulate_cohort(500, heldout, np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(first.frame.values, second.frame.values)
    np.testing.assert_array_equal(first.image_logits, second.image_logits)


def test_the_intercept_reaches_the_prevalence_whatever_the_effects_are() -> None:
    effects = np.random.default_rng(0).normal(0, 3, 1000)
    risks = risks_at_prevalence(effects, np.full(1000, 45.0), [0.07] * len(AGE_BANDS))
    assert risks.mean() == pytest.approx(0.07, abs=1e-6)
