"""Which answers a simulated clinic does not get. Shares follow facts 1.5 (expected missing, K)."""

import numpy as np

from risk.domain.epidemiology import DIABETICS_UNAWARE
from risk.fusion.exposures import Exposures
from risk.fusion.frame import COLUMN_NAMES, Floats

# Columns of one question go missing together.
MISSING: dict[tuple[str, ...], float] = {
    ("diabetes", "diabetes_type1", "diabetes_duration_years", "insulin_use"): 0.05,
    ("diabetes_duration_years",): 0.10,
    ("hba1c_percent",): 0.55,
    ("hypertension",): 0.05,
    ("systolic_mmhg", "diastolic_mmhg"): 0.15,
    ("smoking",): 0.05,
    ("bmi_kg_m2",): 0.10,
    ("steroid_use",): 0.05,
    ("family_glaucoma", "family_amd", "family_high_myopia", "family_diabetes"): 0.20,
}
# Older people leave more out: so much more a year of age.
MORE_PER_YEAR = 0.01
ONLY_AGE_AND_SEX = 0.15


def answered(exposures: Exposures, rng: np.random.Generator) -> Floats:
    """What the clinic's questionnaire says of these people: (n, columns) in the order of COLUMN_NAMES, with NaN.

    Some do not know of their diabetes; duration and insulin are unknown, not zero, without diabetes.
    """
    told = _as_told(exposures, rng)
    patients = len(told["age_years"])
    for names, share in MISSING.items():
        likely = np.clip(share * (1 + MORE_PER_YEAR * (exposures["age_years"] - 55)), 0, 1)
        hidden = rng.random(patients) < likely
        for name in names:
            told[name] = np.where(hidden, np.nan, told[name])
    values = np.stack([told[name] for name in COLUMN_NAMES], axis=1)
    only_age_and_sex = rng.random(patients) < ONLY_AGE_AND_SEX
    values[only_age_and_sex, 2:] = np.nan
    return values


def _as_told(exposures: Exposures, rng: np.random.Generator) -> Exposures:
    told = dict(exposures)
    unaware = rng.random(len(exposures["diabetes"])) < DIABETICS_UNAWARE
    aware = (exposures["diabetes"] == 1) & ~unaware
    told["diabetes"] = aware.astype(np.float64)
    told["diabetes_type1"] = np.where(aware, exposures["diabetes_type1"], 0.0)
    told["diabetes_duration_years"] = np.where(aware, exposures["diabetes_duration_years"], np.nan)
    told["insulin_use"] = np.where(aware, exposures["insulin_use"], np.nan)
    return told
