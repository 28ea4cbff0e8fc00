"""How common the six fused diseases are, and what makes them more likely: the ground of the simulator."""

from dataclasses import dataclass
from math import exp, log

from screening.domain.findings import Label
from screening.domain.rules import Rule

# Lower ends of the age bands; the last band is open.
AGE_BANDS: tuple[int, ...] = (20, 30, 40, 50, 60, 70, 80)


@dataclass(frozen=True)
class Prevalence:
    """Share of a population with the disease, by AGE_BANDS."""

    by_age_band: tuple[float, ...]
    rule: Rule


@dataclass(frozen=True)
class Effect:
    """One factor of one disease: log-odds per unit of a column of the fusion frame."""

    column: str
    log_odds: float
    evidence: str


# Glaucoma: Korea 19+, 4.0 % with adjusted odds ratios by decade. Cataract and macular degeneration are scaled
# to what the image labels mean: a quarter of any opacity is visible enough, and drusen alone are labelled
# "other" (61 % of the keyworded macular eyes of the photographs' set are not drusen alone).
PREVALENCE: dict[Label, Prevalence] = {
    Label.GLAUCOMA: Prevalence(
        (0.015, 0.025, 0.024, 0.039, 0.075, 0.074, 0.074),
        Rule("RE-01", "Glaucoma by age: 4.0 % of adults in Korea", "KNHANES iovs 2357461, facts 1.2", "V"),
    ),
    Label.CATARACT: Prevalence(
        (0.002, 0.005, 0.028, 0.09, 0.18, 0.23, 0.25),
        Rule("RE-02", "Visible cataract by age: a quarter of any opacity", "facts 1.2 (by decade)", "K"),
    ),
    Label.AMD: Prevalence(
        (0.001, 0.005, 0.022, 0.069, 0.124, 0.192, 0.207),
        Rule(
            "RE-03",
            "Macular degeneration beyond drusen by age",
            "KNHANES 2017-20 x 0.61, facts 1.2, 1.1",
            "K",
        ),
    ),
    Label.HYPERTENSION: Prevalence(
        (0.005, 0.015, 0.035, 0.05, 0.065, 0.08, 0.09),
        Rule(
            "RE-04",
            "Hypertensive retinopathy: 5-6 % at 40-80 years",
            "SiMES, SINDI, facts 1.2; by age K",
            "K",
        ),
    ),
    Label.MYOPIA: Prevalence(
        (0.01, 0.015, 0.02, 0.022, 0.026, 0.03, 0.03),
        Rule("RE-05", "Myopic macular degeneration: 2.1 %", "Zou 2020, facts 1.2; by age K", "K"),
    ),
}
RETINOPATHY_AMONG_DIABETICS = 0.206
DIABETES_BY_AGE_BAND: tuple[float, ...] = (0.012, 0.025, 0.062, 0.123, 0.185, 0.216, 0.216)
DIABETICS_UNAWARE = 0.25

# Odds ratios of facts 1.3, adjusted where stated there.
EFFECTS: dict[Label, tuple[Effect, ...]] = {
    Label.DIABETES: (
        Effect("diabetes_duration_years", log(1.08), "V"),
        Effect("hba1c_percent", log(1.52), "V"),
        Effect("systolic_mmhg", log(1.02), "V"),
        Effect("bmi_kg_m2", log(0.91), "V"),
        Effect("insulin_use", log(2.05), "V"),
        Effect("hypertension_untreated", log(2.0), "V"),
    ),
    Label.GLAUCOMA: (
        Effect("family_glaucoma", log(2.8), "V"),
        Effect("hypertension", log(1.87), "V"),
        Effect("female", log(0.71), "V"),
        Effect("steroid_use", log(1.7), "K"),
        Effect("iop_mmhg", log(1.13), "V"),
        Effect("refraction_dioptres", -log(1.21), "V"),
    ),
    Label.CATARACT: (
        Effect("diabetes", log(1.78), "V"),
        Effect("hypertension", log(1.23), "V"),
        Effect("ever_smoked", log(1.41), "V"),
        Effect("steroid_use", log(2.0), "K"),
        Effect("female", log(1.12), "V"),
        Effect("low_education", log(1.3), "K"),
    ),
    Label.AMD: (
        Effect("family_amd", log(3.0), "K"),
        Effect("female", -log(1.27), "V"),
        Effect("smokes_now", log(1.3), "K"),
        Effect("low_education", log(1.36), "V"),
        Effect("refraction_dioptres", log(1.08), "V"),
    ),
    Label.HYPERTENSION: (
        Effect("systolic_mmhg", log(1.02), "V"),
        Effect("hypertension", log(1.75), "K"),
        Effect("bmi_kg_m2", log(1.04), "V"),
        Effect("female", log(0.65), "V"),
    ),
    Label.MYOPIA: (
        Effect("family_high_myopia", log(3.11), "V"),
        Effect("female", log(2.0), "V"),
        Effect("refraction_dioptres", -log(1.7), "V"),
        Effect("low_education", log(1.9), "V"),
    ),
}
# A year of age, facts 1.3: glaucoma in Namil, cataract Rim 2015, macula KNHANES 2017-20, myopic macula AEEC. The
# simulator does without: prevalence by age band says it.
AGE_ODDS_RATIOS: dict[Label, float] = {
    Label.GLAUCOMA: 1.033,
    Label.CATARACT: 1.11,
    Label.AMD: 1.08,
    Label.MYOPIA: 1.13,
}
# Two affected relatives count as 1.5 of one: both parents with glaucoma 4.88, one parent 3.13 to 2.8.
SECOND_RELATIVE = 0.5
# Diabetes itself: two or three times with one parent, four to six with both (facts 1.3, K).
FAMILY_DIABETES_ODDS_RATIO = 2.5
FAMILY_ODDS_RATIOS: dict[str, float] = {
    effect.column: exp(effect.log_odds)
    for effects in EFFECTS.values()
    for effect in effects
    if effect.column.startswith("family_")
} | {"family_diabetes": FAMILY_DIABETES_ODDS_RATIO}

RULES: tuple[Rule, ...] = (
    *(row.rule for row in PREVALENCE.values()),
    Rule(
        "RE-06",
        "Diabetic retinopathy: 20.6 % of people with diabetes",
        "Diabetes 73 Suppl 504-P, facts 1.2",
        "V",
    ),
    Rule("RE-07", "Diabetes: 13.8 % at 40 years and over", "Jee 2013, facts 1.2; by age K", "K"),
    Rule("RE-08", "A quarter of people with diabetes do not know it", "product", "K"),
    Rule("RE-09", "Odds ratios of factors for the six fused diseases", "facts 1.3, tagged one by one", "K"),
    Rule("RE-10", "Two affected relatives count as one and a half", "JEBP 2025, facts 1.3", "V"),
)
