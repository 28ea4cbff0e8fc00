"""A pregnancy that nobody asked about, which with diabetes must not wait for the next year's visit."""

from risk.domain.features import RiskFactors, Sex

# From the first to the last years in which it occurs (K); the questionnaire asks a little wider.
POSSIBLE_FROM_AGE_YEARS = 12
POSSIBLE_UP_TO_AGE_YEARS = 55
UNASKED_WITH_DIABETES = (
    f"Diabetes, and not known whether a woman of {POSSIBLE_FROM_AGE_YEARS} to {POSSIBLE_UP_TO_AGE_YEARS} years, or a "
    "patient of unknown age or sex, is pregnant"
)


def is_unasked_with_diabetes(factors: RiskFactors) -> bool:
    """Diabetes, and nobody knows whether the patient, who could be, is pregnant (RA-06, RC-10)."""
    return factors.has_diabetes() is True and factors.pregnant is None and _is_possible(factors)


def _is_possible(factors: RiskFactors) -> bool:
    """Unknown age or sex leaves it possible."""
    if factors.sex is Sex.MALE:
        return False
    age = factors.age_years
    return age is None or POSSIBLE_FROM_AGE_YEARS <= age <= POSSIBLE_UP_TO_AGE_YEARS
