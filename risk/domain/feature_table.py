"""Every feature of the fusion beside the photograph: one row a question or measurement, nothing stated elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """One question or measurement of the questionnaire.

    `low` and `high` are both plausible, None for a choice; `code` is how others name it, or why there is none;
    `columns` of the fusion's frame are read from it; `missing` is the share of a community clinic's patients of
    whom it is expected to be unknown, and `evidence` the tag of the whole row (facts 1.5).
    """

    name: str
    columns: tuple[str, ...]
    unit: str
    low: float | None
    high: float | None
    code: str
    missing: float
    source: str
    evidence: str


_NO_CODE = "none: no code was checked"
_FAMILY = ("family_glaucoma", "family_amd", "family_high_myopia", "family_diabetes")

# Ends of ranges, shares missing and codes: facts 1.5, K; no paper was checked for any of them.
FEATURES: tuple[Feature, ...] = (
    Feature("age_years", ("age_years",), "years", 0, 120, "LOINC 30525-0", 0.0, "facts 1.5 row 10", "K"),
    Feature(
        "sex", ("female",), "choice", None, None, "FHIR administrative-gender", 0.0, "facts 1.5 row 11", "K"
    ),
    Feature(
        "diabetes",
        ("diabetes", "diabetes_type1"),
        "choice",
        None,
        None,
        "ICD-10 E10, E11",
        0.05,
        "facts 1.5 row 16",
        "K",
    ),
    Feature(
        "diabetes_duration_years",
        ("diabetes_duration_years",),
        "years",
        0,
        70,
        _NO_CODE,
        0.10,
        "facts 1.5 row 17",
        "K",
    ),
    Feature(
        "hba1c_percent",
        ("hba1c_percent",),
        "% (NGSP)",
        3.5,
        20,
        "LOINC 4548-4",
        0.55,
        "facts 1.5 row 18",
        "K",
    ),
    Feature(
        "insulin_use", ("insulin_use",), "yes or no", None, None, _NO_CODE, 0.05, "facts 1.5 row 19", "K"
    ),
    Feature(
        "systolic_mmhg", ("systolic_mmhg",), "mmHg", 60, 260, "LOINC 8480-6", 0.15, "facts 1.5 row 20", "K"
    ),
    Feature(
        "diastolic_mmhg", ("diastolic_mmhg",), "mmHg", 30, 160, "LOINC 8462-4", 0.15, "facts 1.5 row 20", "K"
    ),
    Feature(
        "hypertension",
        ("hypertension", "hypertension_untreated"),
        "choice",
        None,
        None,
        "ICD-10 I10",
        0.05,
        "facts 1.5 row 21",
        "K",
    ),
    Feature("smoking", ("smoking",), "choice", None, None, "LOINC 72166-2", 0.05, "facts 1.5 row 22", "K"),
    Feature("bmi_kg_m2", ("bmi_kg_m2",), "kg/m²", 10, 70, "LOINC 39156-5", 0.10, "facts 1.5 row 23", "K"),
    Feature(
        "steroid_use", ("steroid_use",), "yes or no", None, None, _NO_CODE, 0.10, "facts 1.5 row 26", "K"
    ),
    Feature(
        "family_history",
        _FAMILY,
        "relatives",
        None,
        None,
        "FHIR FamilyMemberHistory",
        0.20,
        "facts 1.5 rows 12 to 15",
        "K",
    ),
    Feature(
        "refraction_right_dioptres",
        ("refraction_dioptres",),
        "dioptres",
        -30,
        20,
        _NO_CODE,
        0.45,
        "facts 1.5 row 24",
        "K",
    ),
    Feature(
        "refraction_left_dioptres",
        ("refraction_dioptres",),
        "dioptres",
        -30,
        20,
        _NO_CODE,
        0.45,
        "facts 1.5 row 24",
        "K",
    ),
    Feature("iop_right_mmhg", ("iop_mmhg",), "mmHg", 3, 80, "LOINC 79892-6", 0.60, "facts 1.5 row 25", "K"),
    Feature("iop_left_mmhg", ("iop_mmhg",), "mmHg", 3, 80, "LOINC 79893-4", 0.60, "facts 1.5 row 25", "K"),
    Feature(
        "low_education", ("low_education",), "yes or no", None, None, _NO_CODE, 0.15, "facts 1.5 row 27", "K"
    ),
)
MISSING: dict[str, float] = {row.name: row.missing for row in FEATURES}
