"""What a simulated clinic gets to know: with error, and not of everybody. Shares follow facts 1.5 (K)."""

import numpy as np

from risk.domain.epidemiology import DIABETICS_UNAWARE
from risk.domain.feature_table import MISSING as SHARE
from risk.fusion.exposures import Exposures
from risk.fusion.family import RELATIVES
from risk.fusion.frame import COLUMN_NAMES, Floats

# Columns of one question go missing together.
MISSING: dict[tuple[str, ...], float] = {
    ("diabetes", "diabetes_type1", "diabetes_duration_years", "insulin_use"): SHARE["diabetes"],
    ("diabetes_duration_years",): SHARE["diabetes_duration_years"],
    ("hba1c_percent",): SHARE["hba1c_percent"],
    ("hypertension", "hypertension_untreated"): SHARE["hypertension"],
    ("systolic_mmhg", "diastolic_mmhg"): SHARE["systolic_mmhg"],
    ("smoking",): SHARE["smoking"],
    ("bmi_kg_m2",): SHARE["bmi_kg_m2"],
    ("steroid_use",): SHARE["steroid_use"],
    tuple(RELATIVES): SHARE["family_history"],
    ("refraction_dioptres",): SHARE["refraction_right_dioptres"],
    ("iop_mmhg",): SHARE["iop_right_mmhg"],
    ("low_education",): SHARE["low_education"],
}
# Older people leave more out: so much more a year of age; so do people far from a clinic or with little schooling.
MORE_PER_YEAR = 0.01
MORE_IF_RURAL, MORE_IF_LOW_EDUCATION = 0.2, 0.2
# Not at random: who smokes now, and who is heavy, leaves just that out more often.
MORE_IF_SMOKING, MORE_IF_HEAVY, HEAVY_KG_M2 = 0.5, 0.5, 28.0
ONLY_AGE_AND_SEX = 0.15
# Self-reported family history against the truth; error of a cuff, a refraction and a tonometer. K, facts 1.4.
FAMILY_SENSITIVITY, FAMILY_SPECIFICITY = 0.6, 0.95
CUFF_SD_MMHG, REFRACTION_SD_DIOPTRES, TONOMETER_SD_MMHG = 5.0, 0.35, 1.5


def answered(exposures: Exposures, rng: np.random.Generator, *, family_flipped: float = 0.0) -> Floats:
    """What the clinic's questionnaire says of these people: (n, columns) in the order of COLUMN_NAMES, with NaN.

    Some do not know of their diabetes; duration and insulin are unknown, not zero, without diabetes.
    `family_flipped`: the share of whom "no relative" and "one relative" are exchanged once more.
    """
    told = _as_told(exposures, rng, family_flipped)
    patients = len(told["age_years"])
    for names, share in MISSING.items():
        hidden = rng.random(patients) < np.clip(share * _reluctance(names[0], exposures), 0, 1)
        for name in names:
            told[name] = np.where(hidden, np.nan, told[name])
    values = np.stack([told[name] for name in COLUMN_NAMES], axis=1)
    only_age_and_sex = rng.random(patients) < ONLY_AGE_AND_SEX
    values[only_age_and_sex, 2:] = np.nan
    return values


def _reluctance(name: str, exposures: Exposures) -> Floats:
    """How many times as often as on average each patient's answer is missing (n,)."""
    older = MORE_PER_YEAR * (exposures["age_years"] - 55)
    further = MORE_IF_RURAL * exposures["rural"] + MORE_IF_LOW_EDUCATION * exposures["low_education"]
    own: Floats = np.zeros(len(older))
    if name == "smoking":
        own = MORE_IF_SMOKING * (exposures["smoking"] == 2).astype(np.float64)
    elif name == "bmi_kg_m2":
        own = MORE_IF_HEAVY * (exposures["bmi_kg_m2"] > HEAVY_KG_M2).astype(np.float64)
    more: Floats = 1 + older + further + own
    return more


def _as_told(exposures: Exposures, rng: np.random.Generator, family_flipped: float) -> Exposures:
    told = dict(exposures)
    unaware = rng.random(len(exposures["diabetes"])) < DIABETICS_UNAWARE
    aware = (exposures["diabetes"] == 1) & ~unaware
    told["diabetes"] = aware.astype(np.float64)
    told["diabetes_type1"] = np.where(aware, exposures["diabetes_type1"], 0.0)
    told["diabetes_duration_years"] = np.where(aware, exposures["diabetes_duration_years"], np.nan)
    told["insulin_use"] = np.where(aware, exposures["insulin_use"], np.nan)
    for name in RELATIVES:
        told[name] = _recalled(exposures[name], rng, family_flipped)
    return told | _measured(exposures, rng)


def _recalled(relatives: Floats, rng: np.random.Generator, flipped: float) -> Floats:
    """Relatives as they are told: some are forgotten, and some told of who were not affected."""
    known = np.where(rng.random(len(relatives)) < FAMILY_SENSITIVITY, relatives, 0.0)
    invented = (relatives == 0) & (rng.random(len(relatives)) >= FAMILY_SPECIFICITY)
    told = np.where(invented, 1.0, known)
    exchanged = rng.random(len(relatives)) < flipped
    recalled: Floats = np.where(exchanged, np.where(told == 0, 1.0, 0.0), told)
    return recalled


def _measured(exposures: Exposures, rng: np.random.Generator) -> Exposures:
    def read(name: str, sd: float, low: float, high: float) -> Floats:
        values = exposures[name]
        return np.clip(np.round(values + rng.normal(0, sd, len(values)), 1), low, high)

    systolic = np.round(read("systolic_mmhg", CUFF_SD_MMHG, 70, 255))
    diastolic = np.round(read("diastolic_mmhg", CUFF_SD_MMHG, 35, 150))
    return {
        "systolic_mmhg": systolic,
        "diastolic_mmhg": np.minimum(diastolic, systolic - 5),
        "refraction_dioptres": read("refraction_dioptres", REFRACTION_SD_DIOPTRES, -30, 20),
        "iop_mmhg": np.round(read("iop_mmhg", TONOMETER_SD_MMHG, 3, 80)),
    }
