"""Stored answers as the questionnaire's controls show them."""

from typing import Any

from config.intake.answers import CONTROLS, PAIRS, PREGNANCY, SAFETY_YES_NO
from pharmacy.domain.safety_answers import SafetyAnswers
from risk.domain.answers import SYMPTOM_FIELDS
from risk.domain.features import RiskFactors

SAID = {True: "yes", False: "no", None: ""}


def typed_of(factors: RiskFactors, safety: SafetyAnswers) -> dict[str, Any]:
    """Stored answers as the controls show them."""
    return _told(factors) | _measured(factors) | _safe(safety, factors)


def _told(factors: RiskFactors) -> dict[str, Any]:
    insulin = "-insulin" if factors.diabetes == "type2" and factors.insulin_use else ""
    family = [f"{one.condition}:{one.relation}" for one in factors.family_history or ()]
    told = {name: SAID[getattr(factors.symptoms, name)] for name in SYMPTOM_FIELDS}
    return {name: said for name, said in told.items() if name not in CONTROLS} | {
        **{control: _pair(factors, *pair) for control, pair in PAIRS.items()},
        "diabetes": "" if factors.diabetes == "unknown" else f"{factors.diabetes}{insulin}",
        "hypertension": "" if factors.hypertension == "unknown" else str(factors.hypertension),
        "smoking": "" if factors.smoking == "unknown" else str(factors.smoking),
        "family": ["none"] if factors.family_history == () else family,
        "appointment": factors.next_eye_appointment,
    }


def _pair(factors: RiskFactors, names: tuple[str, str], choices: tuple[str, str]) -> str:
    """The choice for two answers; what is present shows, also beside what is not known."""
    known = [getattr(factors.symptoms, name) for name in names]
    present = [choice for choice, answer in zip(choices, known, strict=True) if answer]
    if len(present) == 2:
        return "both"
    return present[0] if present else "neither" if known == [False, False] else ""


def _measured(factors: RiskFactors) -> dict[str, Any]:
    both = (factors.systolic_mmhg, factors.diastolic_mmhg)
    return {
        "pressure": "/".join(str(one) for one in both if one is not None),
        "hba1c": _shown(factors.hba1c_percent),
        "diabetes_years": _shown(factors.diabetes_duration_years),
        "bmi": _shown(factors.bmi_kg_m2),
    }


def _safe(safety: SafetyAnswers, factors: RiskFactors) -> dict[str, Any]:
    pair = (factors.pregnant, safety.pregnant_or_breastfeeding)
    return {name: SAID[getattr(safety, name)] for name in SAFETY_YES_NO} | {
        "allergies": ", ".join(safety.allergies or ()),
        "allergies_none": safety.allergies == (),
        "medicines": ", ".join(safety.current_medicines or ()),
        "takes": _takes(safety, factors),
        "pregnancy": next((name for name, known in PREGNANCY.items() if known == pair), ""),
    }


def _takes(safety: SafetyAnswers, factors: RiskFactors) -> str:
    if factors.steroid_use:
        return "steroid"
    if safety.current_medicines == ():
        return "none"
    return "some" if safety.current_medicines or factors.steroid_use is False else ""


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
