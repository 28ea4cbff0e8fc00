import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.domain.epidemiology import (
    AGE_BANDS,
    DIABETES_BY_AGE_BAND,
    EFFECTS,
    FAMILY_ODDS_RATIOS,
    PREVALENCE,
    RETINOPATHY_AMONG_DIABETICS,
    SECOND_RELATIVE,
)
from risk.fusion.calibration import probabilities
from risk.fusion.cohort import Cohort, World, simulate_cohort
from risk.fusion.exposures import FEMALE
from risk.fusion.family import RELATIVES
from risk.fusion.frame import COLUMN_NAMES
from risk.fusion.heldout import HeldOut
from risk.fusion.prevalence import age_band, by_sex, fitted_to_bands
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


def odds_ratio(ill: np.ndarray, exposed: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Logarithm of the odds ratio and its standard error."""
    a, b = ill[exposed].sum(), (~ill[exposed]).sum()
    c, d = ill[others].sum(), (~ill[others]).sum()
    return float(np.log(a * d / (b * c))), float(np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


DISEASE_OF = {
    "family_glaucoma": Label.GLAUCOMA,
    "family_amd": Label.AMD,
    "family_high_myopia": Label.MYOPIA,
    "family_diabetes": None,
}


@pytest.mark.parametrize("name", RELATIVES)
@pytest.mark.parametrize("relatives", [1, 2])
def test_family_history_has_its_published_odds_ratio(cohort: Cohort, name: str, relatives: int) -> None:
    label = DISEASE_OF[name]
    ill = cohort.labels[:, FUSED_LABELS.index(label)] if label else cohort.exposures["diabetes"] == 1
    told = cohort.exposures[name]
    found, error = odds_ratio(ill, told == relatives, told == 0)
    expected = np.log(FAMILY_ODDS_RATIOS[name]) * (1 if relatives == 1 else 1 + SECOND_RELATIVE)
    assert abs(found - expected) < 4 * error
    assert_share(told == relatives, RELATIVES[name][relatives - 1])


def test_who_is_nearly_ill_has_affected_relatives_too(cohort: Cohort) -> None:
    """Drawn given liability, not given the diagnosis: among people without diabetes too."""
    healthy = cohort.exposures["diabetes"] == 0
    carried = cohort.exposures["diabetes_liability"][healthy]
    relatives = cohort.exposures["family_diabetes"][healthy]
    upper = carried > np.median(carried)
    assert relatives[upper].mean() > 1.15 * relatives[~upper].mean()


def adjusted(cohort: Cohort, label: Label) -> dict[str, tuple[float, float]]:
    """Log-odds of each drawn factor and standard errors, by logistic regression with age band and sex."""
    drawn = cohort.exposures
    own = {"ever_smoked": np.minimum(drawn["smoking"], 1), "smokes_now": np.maximum(drawn["smoking"] - 1, 0)}
    names = [e.column for e in EFFECTS[label] if e.column != "female" and e.column not in RELATIVES]
    some = drawn["diabetes"] == 1 if label is Label.DIABETES else np.ones(len(drawn["diabetes"]), np.bool_)
    groups = age_band(drawn["age_years"]) * 2 + drawn["female"].astype(int)
    if label is Label.DIABETES:
        groups = np.zeros_like(groups)  # its intercept is one for all
    strata = (groups[:, None] == np.unique(groups[some])).astype(float)
    values = np.column_stack([own.get(name, drawn.get(name)) for name in names])
    design = np.column_stack([values - values.mean(axis=0), strata])[some]
    truth = cohort.labels[some, FUSED_LABELS.index(label)].astype(float)
    weights = np.zeros(design.shape[1])
    for _ in range(25):
        risk = probabilities(design @ weights)
        information = design.T @ (design * (risk * (1 - risk))[:, None]) + 1e-9 * np.eye(len(weights))
        weights += np.linalg.solve(information, design.T @ (truth - risk))
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return {name: (weights[i], errors[i]) for i, name in enumerate(names)}


@pytest.mark.parametrize("label", FUSED_LABELS)
def test_every_published_odds_ratio_is_found_again(cohort: Cohort, label: Label) -> None:
    found = adjusted(cohort, label)
    for effect in EFFECTS[label]:
        if effect.column in found:
            log_odds, error = found[effect.column]
            assert abs(log_odds - effect.log_odds) < 4 * error, effect.column


@pytest.mark.parametrize("label", PREVALENCE)
def test_women_and_men_differ_as_published_and_their_mean_is_the_band(label: Label) -> None:
    bands = np.array(PREVALENCE[label].by_age_band)
    women_ratio = np.exp(next(e.log_odds for e in EFFECTS[label] if e.column == "female"))
    men, women = by_sex(bands, women_ratio, FEMALE).T
    np.testing.assert_allclose((1 - FEMALE) * men + FEMALE * women, bands)
    np.testing.assert_allclose(women / (1 - women) / (men / (1 - men)), women_ratio)


@pytest.mark.parametrize("label", PREVALENCE)
@pytest.mark.parametrize("sex", [0, 1])
def test_each_sex_is_as_ill_as_published(cohort: Cohort, label: Label, sex: int) -> None:
    women_ratio = np.exp(next(e.log_odds for e in EFFECTS[label] if e.column == "female"))
    expected = by_sex(np.array(PREVALENCE[label].by_age_band), women_ratio, FEMALE)
    bands = age_band(cohort.exposures["age_years"])
    for band in range(len(AGE_BANDS)):
        members = (bands == band) & (cohort.exposures["female"] == sex)
        assert_share(cohort.labels[members, FUSED_LABELS.index(label)], expected[band, sex])


def test_refraction_is_as_in_the_published_cohorts(cohort: Cohort) -> None:
    age, refraction = cohort.exposures["age_years"], cohort.exposures["refraction_dioptres"]
    assert np.median(refraction[age < 30]) == pytest.approx(-1.8, abs=0.4)
    assert np.median(refraction[(age >= 62) & (age < 68)]) == pytest.approx(0.0, abs=0.4)
    assert 0.045 < (refraction[(age >= 25) & (age < 50)] <= -6).mean() < 0.09


def test_another_world_has_the_effects_and_the_prevalence_that_are_asked_for(heldout: HeldOut) -> None:
    worlds = (World(), World(prevalence=2.0), World(effects=1.5))
    usual, more, stronger = (
        simulate_cohort(PATIENTS, heldout, np.random.default_rng(5), world) for world in worlds
    )
    column = FUSED_LABELS.index(Label.GLAUCOMA)
    assert more.prevalence(Label.GLAUCOMA) == pytest.approx(2 * usual.prevalence(Label.GLAUCOMA), rel=0.1)
    told = stronger.exposures["family_glaucoma"]
    found, error = odds_ratio(stronger.labels[:, column], told == 1, told == 0)
    assert abs(found - 1.5 * np.log(FAMILY_ODDS_RATIOS["family_glaucoma"])) < 4 * error


def test_relatives_are_told_with_the_error_of_self_report(cohort: Cohort) -> None:
    told = cohort.frame.column("family_diabetes")
    known, affected = ~np.isnan(told), cohort.exposures["family_diabetes"] > 0
    assert (told[known & affected] > 0).mean() == pytest.approx(0.6, abs=0.02)
    assert (told[known & ~affected] == 0).mean() == pytest.approx(0.95, abs=0.01)


def test_a_cuff_errs_by_five_mmhg(cohort: Cohort) -> None:
    error = cohort.frame.column("systolic_mmhg") - cohort.exposures["systolic_mmhg"]
    assert np.nanstd(error) == pytest.approx(5.0, abs=0.15)


def test_what_is_missing_depends_on_what_it_would_have_been(cohort: Cohort) -> None:
    hidden = np.isnan(cohort.frame.column("smoking"))
    smokes = cohort.exposures["smoking"] == 2
    assert hidden[smokes].mean() > 1.05 * hidden[~smokes].mean()
    poor = cohort.exposures["low_education"] == 1
    refracted = np.isnan(cohort.frame.column("refraction_dioptres"))
    assert refracted[poor].mean() > 1.1 * refracted[~poor].mean()


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
    moved = fitted_to_bands(effects, np.full(1000, 45.0), np.full(len(AGE_BANDS), 0.07))
    assert probabilities(moved).mean() == pytest.approx(0.07, abs=1e-6)
