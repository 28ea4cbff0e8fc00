"""Who comes to a simulated screening: factors drawn from cause to effect.

Shares and distributions without a published table are general knowledge (K, facts 1.4), never clinical rules.
"""

import numpy as np

from risk.domain.epidemiology import AGE_BANDS, DIABETES_BY_AGE_BAND
from risk.fusion.calibration import probabilities
from risk.fusion.frame import Floats
from risk.fusion.prevalence import fitted_to_bands

Exposures = dict[str, Floats]

SHARE_BY_AGE_BAND = (0.05, 0.08, 0.17, 0.24, 0.25, 0.15, 0.06)
OLDEST_YEARS = 92
FEMALE = 0.55
RURAL = 0.25
STEROID_USE = 0.05
TYPE1_AMONG_DIABETICS = 0.02
LOG_ODDS_HYPERTENSION_IN_DIABETES = np.log(2.5)
# Share of former and of current smokers, by female.
SMOKING = {0.0: (0.25, 0.30), 1.0: (0.05, 0.06)}


def draw_exposures(patients: int, rng: np.random.Generator) -> Exposures:
    """Factors of `patients` adults, each (n,), all known. Source: facts 1.2 (diabetes), 1.4 (graph, K).

    Family history comes later: it is drawn given what each patient is liable to (risk.fusion.family).
    """
    drawn: Exposures = {"age_years": _ages(patients, rng)}
    drawn["female"] = _yes(rng, np.full(patients, FEMALE))
    drawn["rural"] = _yes(rng, np.full(patients, RURAL))
    schooling = -1.9 + 0.09 * (drawn["age_years"] - 50) + 0.8 * drawn["rural"]
    drawn["low_education"] = _yes(rng, probabilities(schooling))
    drawn["steroid_use"] = _yes(rng, np.full(patients, STEROID_USE))
    drawn["smoking"] = _smoking(drawn["female"], rng)
    drawn["bmi_kg_m2"] = np.clip(rng.normal(24.0, 3.4, patients), 14, 50)
    _add_diabetes(drawn, rng)
    _add_blood_pressure(drawn, rng)
    _add_eyes(drawn, rng)
    return drawn


def _yes(rng: np.random.Generator, share: Floats) -> Floats:
    """1 with these probabilities (n,), else 0."""
    return (rng.random(len(share)) < share).astype(np.float64)


def _ages(patients: int, rng: np.random.Generator) -> Floats:
    ends = (*AGE_BANDS[1:], OLDEST_YEARS)
    band = rng.choice(len(AGE_BANDS), patients, p=SHARE_BY_AGE_BAND)
    ages: Floats = np.floor(rng.uniform(np.array(AGE_BANDS)[band], np.array(ends)[band]))
    return ages


def _smoking(female: Floats, rng: np.random.Generator) -> Floats:
    former = np.where(female == 1, SMOKING[1.0][0], SMOKING[0.0][0])
    current = np.where(female == 1, SMOKING[1.0][1], SMOKING[0.0][1])
    drawn = rng.random(len(female))
    smoking: Floats = np.select([drawn < current, drawn < current + former], [2.0, 1.0], 0.0)
    return smoking


def _add_diabetes(drawn: Exposures, rng: np.random.Generator) -> None:
    """Diabetes and what goes with it; duration and insulin are 0 without diabetes."""
    patients = len(drawn["age_years"])
    heavier = 0.08 * (drawn["bmi_kg_m2"] - 24)
    log_odds = fitted_to_bands(heavier, drawn["age_years"], np.array(DIABETES_BY_AGE_BAND))
    liability = rng.logistic(size=patients)
    diabetes = log_odds + liability > 0
    duration = np.minimum(rng.gamma(1.6, 5.5, patients), drawn["age_years"] - 15)
    with_diabetes = np.clip(rng.normal(7.3, 1.4, patients) + 0.05 * (duration - 8), 5, 15)
    hba1c = np.where(diabetes, with_diabetes, np.clip(rng.normal(5.6, 0.35, patients), 4, 6.4))
    insulin = diabetes & (rng.random(patients) < probabilities(-2.4 + 0.08 * duration))
    drawn["diabetes"] = diabetes.astype(np.float64)
    drawn["diabetes_liability"] = liability
    drawn["diabetes_type1"] = (diabetes & (rng.random(patients) < TYPE1_AMONG_DIABETICS)).astype(np.float64)
    drawn["diabetes_duration_years"] = np.where(diabetes, duration, 0.0)
    drawn["hba1c_percent"] = hba1c
    drawn["insulin_use"] = insulin.astype(np.float64)


def _add_blood_pressure(drawn: Exposures, rng: np.random.Generator) -> None:
    """Pressure rises with age and weight; a known high one is treated less often where a doctor is far."""
    patients = len(drawn["age_years"])
    expected = 117 + 0.45 * (drawn["age_years"] - 50) + 0.6 * (drawn["bmi_kg_m2"] - 24)
    systolic = np.clip(np.round(expected + rng.normal(0, 14, patients)), 85, 240)
    diastolic = np.clip(np.round(24 + 0.43 * systolic + rng.normal(0, 7, patients)), 40, 130)
    known = -6.5 + 0.045 * systolic + LOG_ODDS_HYPERTENSION_IN_DIABETES * drawn["diabetes"]
    drawn["systolic_mmhg"] = systolic
    drawn["diastolic_mmhg"] = np.minimum(diastolic, systolic - 10)
    drawn["hypertension"] = _yes(rng, probabilities(known))
    untreated = probabilities(-1.0 + 0.5 * drawn["rural"] + 0.3 * drawn["low_education"])
    drawn["hypertension_untreated"] = drawn["hypertension"] * _yes(rng, untreated)


def _add_eyes(drawn: Exposures, rng: np.random.Generator) -> None:
    """The more short-sighted eye's refraction and the higher eye's pressure.

    Median refraction -1.8 D at 25 and 0 at 65 years, high myopia 7 % at 25 to 49 years (facts 1.2, 1.4); eye
    pressure about 14 mmHg, lower with age and higher with blood pressure.
    """
    patients, age = len(drawn["age_years"]), drawn["age_years"]
    typical = np.minimum(-1.8 + 0.045 * (age - 25), 0.5) - 0.4 * (1 - drawn["low_education"]) + 0.5
    stretched = rng.gamma(0.9, 2.4, patients) - 1.4
    refraction = typical - stretched + rng.normal(0, 0.7, patients)
    drawn["refraction_dioptres"] = np.clip(np.round(refraction * 4) / 4, -25, 10)
    pressure = 14.2 - 0.02 * (age - 50) + 0.03 * (drawn["systolic_mmhg"] - 120) + rng.normal(0, 2.8, patients)
    drawn["iop_mmhg"] = np.clip(np.round(pressure), 5, 50)
