"""From the questionnaire's answers to typed risk factors."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from risk.domain import plausibility
from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    FamilyMember,
    Hypertension,
    IopMethod,
    Measurements,
    Relation,
    RiskFactors,
    Sex,
    Smoking,
    Symptoms,
)
from risk.domain.plausibility import Implausibility, refuse
from risk.errors import ImplausibleAnswer

Choice = TypeVar("Choice", bound=StrEnum)

MEASUREMENT_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Measurements))
SYMPTOM_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Symptoms))


def parse_risk_factors(
    answers: Mapping[str, object], *, age_years: int | None, sex: Sex, today: date
) -> RiskFactors:
    """Typed risk factors from the answers of one questionnaire.

    Parameters
    ----------
    answers : keys of `ANSWER_FIELDS`; a key left out or None is unknown. `symptoms` maps the names of
        `SYMPTOM_FIELDS` to true, false or None; `family_history` is a list of
        `{"condition": ..., "relation": ...}`, empty when the patient knows of none; `measurements` maps the
        names of `MEASUREMENT_FIELDS`.
    age_years, sex : from the patient's record, not from the questionnaire.
    today : the clinic's date, for the appointment.

    Raises
    ------
    ImplausibleAnswer
        For an unknown key, a wrong type, a value outside its range, or answers that contradict each other.
        Rules RP-01 to RP-08.
    """
    for name in answers:
        if name not in ANSWER_FIELDS:
            refuse(name, Implausibility.UNKNOWN_FIELD, "is not a question of this questionnaire; remove it")
    known: dict[str, Any] = {
        name: _READERS[name](name, value) for name, value in answers.items() if value is not None
    }
    if age_years is not None:
        plausibility.check_range("age_years", age_years)
    factors = RiskFactors(age_years=age_years, sex=sex, **known)
    plausibility.check_consistency(factors, today=today)
    return factors


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(name, Implausibility.WRONG_TYPE, "enter a number, or leave it unknown")
    # A whole number is always finite, and one too large for a float is out of range.
    if isinstance(value, float) and not math.isfinite(value):
        refuse(name, Implausibility.WRONG_TYPE, "enter a number, or leave it unknown")
    plausibility.check_range(name, value)
    return float(value)


def _whole_number(name: str, value: object) -> int:
    number = _number(name, value)
    if not number.is_integer():
        refuse(name, Implausibility.WRONG_TYPE, "enter a whole number")
    return int(number)


def _yes_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        refuse(name, Implausibility.WRONG_TYPE, "answer true or false, or leave it unknown")
    return value


def _choice_of(choices: type[Choice]) -> Callable[[str, object], Choice]:
    def read(name: str, value: object) -> Choice:
        for choice in choices:
            if value == choice.value:
                return choice
        refuse(name, Implausibility.NOT_A_CHOICE, f"choose one of {', '.join(choices)}")

    return read


def _iso_date(name: str, value: object) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        refuse(name, Implausibility.WRONG_TYPE, "enter a date as YYYY-MM-DD")


def _family_members(name: str, value: object) -> tuple[FamilyMember, ...]:
    if not isinstance(value, list | tuple):
        refuse(name, Implausibility.WRONG_TYPE, "give a list of relatives, empty when none is affected")
    if len(value) > plausibility.FAMILY_MEMBERS_UP_TO:
        refuse(
            name, Implausibility.OUT_OF_RANGE, f"give at most {plausibility.FAMILY_MEMBERS_UP_TO} relatives"
        )
    return tuple(_family_member(name, row) for row in value)


def _family_member(name: str, row: object) -> FamilyMember:
    if not isinstance(row, Mapping) or set(row) != {"condition", "relation"}:
        refuse(name, Implausibility.WRONG_TYPE, "each relative has a condition and a relation")
    condition = _choice_of(FamilyCondition)(name, row["condition"])
    return FamilyMember(condition, _choice_of(Relation)(name, row["relation"]))


def _symptoms(name: str, value: object) -> Symptoms:
    if not isinstance(value, Mapping):
        refuse(name, Implausibility.WRONG_TYPE, "give each symptom as true, false or unknown")
    for key in value:
        if key not in SYMPTOM_FIELDS:
            refuse(
                f"{name}.{key}", Implausibility.UNKNOWN_FIELD, "is not a symptom of this checklist; remove it"
            )
    return Symptoms(
        **{key: _yes_no(f"{name}.{key}", told) for key, told in value.items() if told is not None}
    )


def _measurements(name: str, value: object) -> Measurements:
    if not isinstance(value, Mapping):
        refuse(name, Implausibility.WRONG_TYPE, "give each measurement by its name, or leave it unknown")
    known: dict[str, Any] = {}
    for key, told in value.items():
        if key not in MEASUREMENT_FIELDS:
            refuse(
                f"{name}.{key}", Implausibility.UNKNOWN_FIELD, "is not a measurement known here; remove it"
            )
        if told is not None:
            known[key] = _measurement(name, key, told)
    return Measurements(**known)


def _measurement(section: str, key: str, told: object) -> object:
    """Refused under its full name, such as `measurements.iop_right_mmhg`."""
    try:
        return _MEASURES.get(key, _number)(key, told)
    except ImplausibleAnswer as refused:
        raise ImplausibleAnswer(f"{section}.{key}", refused.code, refused.advice) from None


_MEASURES: dict[str, Callable[[str, object], object]] = {
    "iop_method": _choice_of(IopMethod),
    "low_education": _yes_no,
}
_READERS: dict[str, Callable[[str, object], object]] = {
    "diabetes": _choice_of(Diabetes),
    "diabetes_duration_years": _number,
    "hba1c_percent": _number,
    "insulin_use": _yes_no,
    "hypertension": _choice_of(Hypertension),
    "systolic_mmhg": _whole_number,
    "diastolic_mmhg": _whole_number,
    "smoking": _choice_of(Smoking),
    "bmi_kg_m2": _number,
    "family_history": _family_members,
    "steroid_use": _yes_no,
    "pregnant": _yes_no,
    "under_eye_care": _yes_no,
    "next_eye_appointment": _iso_date,
    "symptoms": _symptoms,
    "measurements": _measurements,
}
ANSWER_FIELDS: tuple[str, ...] = tuple(_READERS)
