"""Who comes to a simulated screening: factors drawn from cause to effect.

Shares and distributions without a published table are general knowledge (K, facts 1.4), never clinical rules.
"""

import numpy as np

from risk.domain.epidemiology import AGE_BANDS, DIABETES_BY_AGE_BAND
from risk.fusion.calibration import probabilities
from risk.fusion.frame import Floats
from risk.fusion.prevalence import risks_at_prevalence

Exposures = dict[str, Floats]

SHARE_BY_AGE_BAND = (0.05, 0.08, 0.17, 0.24, 0.25, 0.15, 0.06)
OLDEST_YEARS = 92
FEMALE = 0.55
# One affected parent or sibling, and two or more.
RELATIVES: dict[str, tuple[float, float]] = {
    "family_glaucoma": (0.05, 0.005),
    "family_amd": (0.03, 0.003),
    "family_high_myopia": (0.08, 0.02),
    "family_diabetes": (0.22, 0.06),
}
STEROID_USE = 0.05
TYPE1_AMONG_DIABETICS = 0.02
LOG_ODDS_DIABETES_PER_RELATIVE = np.log(2.5)
LOG_ODDS_HYPERTENSION_IN_DIABETES = np.log(2.5)
# Share of former and of current smokers, by female.
SMOKING = {0.0: (0.25, 0.30), 1.0: (0.05, 0.06)}


def draw_exposures(patients: int, rng: np.random.Generator) -> Exposures:
    """Factors of `patients` adults, each (n,), all known. Source: facts 1.2 (diabetes), 1.4 (graph, K)."""
    drawn: Exposures = {"age_years": _ages(patients, rng)}
    drawn["female"] = (rng.random(patients) < FEMALE).astype(np.float64)
    for name, (one, more) in RELATIVES.items():
        drawn[name] = rng.choice([0.0, 1.0, 2.0], patients, p=[1 - one - more, one, more])
    drawn["steroid_use"] = (rng.random(patients) < STEROID_USE).astype(np.float64)
    drawn["smoking"] = _smoking(drawn["female"], rng)
    drawn["bmi_kg_m2"] = np.clip(rng.normal(24.0, 3.4, patients), 14, 50)
    _add_diabetes(drawn, rng)
    _add_blood_pressure(drawn, rng)
    return drawn


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
    inherited = LOG_ODDS_DIABETES_PER_RELATIVE * drawn["family_diabetes"]
    risks = risks_at_prevalence(inherited, drawn["age_years"], DIABETES_BY_AGE_BAND)
    diabetes = rng.random(patients) < risks
    duration = np.minimum(rng.gamma(1.6, 5.5, patients), drawn["age_years"] - 15)
    with_diabetes = np.clip(rng.normal(7.3, 1.4, patients) + 0.05 * (duration - 8), 5, 15)
    hba1c = np.where(diabetes, with_diabetes, np.clip(rng.normal(5.6, 0.35, patients), 4, 6.4))
    insulin = diabetes & (rng.random(patients) < probabilities(-2.4 + 0.08 * duration))
    drawn["diabetes"] = diabetes.astype(np.float64)
    drawn["diabetes_type1"] = (diabetes & (rng.random(patients) < TYPE1_AMONG_DIABETICS)).astype(np.float64)
    drawn["diabetes_duration_years"] = np.where(diabetes, duration, 0.0)
    drawn["hba1c_percent"] = hba1c
    drawn["insulin_use"] = insulin.astype(np.float64)


def _add_blood_pressure(drawn: Exposures, rng: np.random.Generator) -> None:
    patients = len(drawn["age_years"])
    expected = 117 + 0.45 * (drawn["age_years"] - 50) + 0.6 * (drawn["bmi_kg_m2"] - 24)
    systolic = np.clip(np.round(expected + rng.normal(0, 14, patients)), 85, 240)
    diastolic = np.clip(np.round(24 + 0.43 * systolic + rng.normal(0, 7, patients)), 40, 130)
    known = -6.5 + 0.045 * systolic + LOG_ODDS_HYPERTENSION_IN_DIABETES * drawn["diabetes"]
    drawn["systolic_mmhg"] = systolic
    drawn["diastolic_mmhg"] = np.minimum(diastolic, systolic - 10)
    drawn["hypertension"] = (rng.random(patients) < probabilities(known)).astype(np.float64)
