"""What an answer may be at all. Unknown is always allowed, implausible never."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NoReturn

from risk.domain.feature_table import FEATURES
from risk.domain.features import Diabetes, IopMethod, RiskFactors, Sex
from risk.errors import ImplausibleAnswer
from screening.domain.rules import Rule


class Implausibility(StrEnum):
    """Why an answer was refused; the portal words each of these."""

    UNKNOWN_FIELD = "unknown-field"
    WRONG_TYPE = "wrong-type"
    NOT_A_CHOICE = "not-a-choice"
    OUT_OF_RANGE = "out-of-range"
    WRONG_UNIT = "wrong-unit"
    CONTRADICTION = "contradiction"
    DATE_IN_PAST = "date-in-past"
    DATE_TOO_FAR = "date-too-far"


@dataclass(frozen=True)
class PlausibleRange:
    """Both ends are allowed values."""

    low: float
    high: float
    unit: str


PLAUSIBLE: dict[str, PlausibleRange] = {
    row.name: PlausibleRange(row.low, row.high, row.unit)
    for row in FEATURES
    if row.low is not None and row.high is not None
}
HBA1C_MMOL_MOL_UP_TO = 195.0  # 20 % NGSP is 195 mmol/mol: above it the number is neither unit


@dataclass(frozen=True)
class OtherUnit:
    """Values, both ends included, that another unit would give: refused, never converted silently."""

    low: float
    high: float
    advice: str


# Only ranges in which the intended unit is impossible.
OTHER_UNITS: dict[str, OtherUnit] = {
    "hba1c_percent": OtherUnit(
        20.0001, HBA1C_MMOL_MOL_UP_TO, "this looks like mmol/mol; enter HbA1c in % (NGSP)"
    ),
    "systolic_mmhg": OtherUnit(8, 35, "this looks like kPa; enter mmHg"),
    "diastolic_mmhg": OtherUnit(4, 21, "this looks like kPa; enter mmHg"),
    "iop_right_mmhg": OtherUnit(0.4, 2.9999, "this looks like kPa; enter mmHg"),
    "iop_left_mmhg": OtherUnit(0.4, 2.9999, "this looks like kPa; enter mmHg"),
    "refraction_right_dioptres": OtherUnit(
        -3000, -30.0001, "this looks like hundredths; enter dioptres, such as -3.5"
    ),
    "refraction_left_dioptres": OtherUnit(
        -3000, -30.0001, "this looks like hundredths; enter dioptres, such as -3.5"
    ),
}
APPOINTMENT_WITHIN_DAYS = 3 * 365
FAMILY_MEMBERS_UP_TO = 20

RULES: tuple[Rule, ...] = (
    Rule("RP-01", "Each measurement lies in its plausible range, or is unknown", "facts 1.5", "K"),
    Rule("RP-02", "HbA1c above 20 is mmol/mol, not %: refused, never converted silently", "facts 1.5", "K"),
    Rule("RP-03", "Diastolic pressure lies below systolic pressure", "facts 1.5", "K"),
    Rule("RP-04", "Diabetes has not lasted longer than the patient has lived", "facts 1.5", "K"),
    Rule("RP-05", "No diabetes excludes its duration and insulin; a man is not pregnant", "product", "P"),
    Rule(
        "RP-06",
        "A next eye appointment is today or later, within three years, in a known care",
        "product",
        "P",
    ),
    Rule("RP-07", "A pressure in kPa, a refraction in hundredths: refused, never converted", "product", "P"),
    Rule("RP-08", "A way of measuring eye pressure comes with an eye pressure", "product", "P"),
)


def check_range(name: str, value: float) -> None:
    """Raise ImplausibleAnswer when `value` is out of range. Source: facts 1.5 (K), rules RP-01, RP-02, RP-07."""
    allowed = PLAUSIBLE[name]
    other = OTHER_UNITS.get(name)
    if other is not None and other.low <= value <= other.high:
        refuse(name, Implausibility.WRONG_UNIT, other.advice)
    if not allowed.low <= value <= allowed.high:
        advice = f"enter {allowed.low:g} to {allowed.high:g} {allowed.unit}, or leave it unknown"
        refuse(name, Implausibility.OUT_OF_RANGE, advice)


def check_consistency(factors: RiskFactors, *, today: date) -> None:
    """Raise ImplausibleAnswer when two answers cannot both be true. Rules RP-03 to RP-06, RP-08."""
    _check_pressure(factors)
    _check_eye_pressure(factors)
    _check_diabetes(factors)
    _check_pregnancy(factors)
    _check_appointment(factors, today)


def _check_pressure(factors: RiskFactors) -> None:
    systolic, diastolic = factors.systolic_mmhg, factors.diastolic_mmhg
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        advice = "must be below systolic_mmhg; check whether the two were exchanged"
        refuse("diastolic_mmhg", Implausibility.CONTRADICTION, advice)


def _check_eye_pressure(factors: RiskFactors) -> None:
    told = factors.measurements
    if (
        told.iop_method is IopMethod.UNKNOWN
        or told.iop_right_mmhg is not None
        or told.iop_left_mmhg is not None
    ):
        return
    advice = "was given without an eye pressure; enter one, or leave it unknown"
    refuse("measurements.iop_method", Implausibility.CONTRADICTION, advice)


def _check_diabetes(factors: RiskFactors) -> None:
    duration, age = factors.diabetes_duration_years, factors.age_years
    if duration is not None and age is not None and duration > age:
        advice = "is longer than the patient's age; enter years since the diagnosis"
        refuse("diabetes_duration_years", Implausibility.CONTRADICTION, advice)
    if factors.diabetes is not Diabetes.NONE:
        return
    if duration is not None:
        advice = "was given although diabetes is none; correct one of the two"
        refuse("diabetes_duration_years", Implausibility.CONTRADICTION, advice)
    if factors.insulin_use:
        advice = "was given although diabetes is none; correct one of the two"
        refuse("insulin_use", Implausibility.CONTRADICTION, advice)


def _check_pregnancy(factors: RiskFactors) -> None:
    if factors.pregnant and factors.sex is Sex.MALE:
        advice = "contradicts the sex in the patient's record; correct one of the two"
        refuse("pregnant", Implausibility.CONTRADICTION, advice)


def _check_appointment(factors: RiskFactors, today: date) -> None:
    appointment = factors.next_eye_appointment
    if appointment is None:
        return
    if appointment < today:
        refuse(
            "next_eye_appointment",
            Implausibility.DATE_IN_PAST,
            "enter a date from today on, or leave it unknown",
        )
    if appointment > today + timedelta(days=APPOINTMENT_WITHIN_DAYS):
        refuse("next_eye_appointment", Implausibility.DATE_TOO_FAR, "lies years ahead; check the year")
    if factors.under_eye_care is False:
        advice = "was given although under_eye_care is false; correct one of the two"
        refuse("next_eye_appointment", Implausibility.CONTRADICTION, advice)


def refuse(name: str, code: Implausibility, advice: str) -> NoReturn:
    """Raise ImplausibleAnswer for the field `name`; `advice` says what to do, without the answer itself."""
    raise ImplausibleAnswer(name, code, advice)
