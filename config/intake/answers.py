"""From the questionnaire's controls to the answers that risk and pharmacy read, and back. Unknown stays unknown."""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from pharmacy.domain.safety_answers import SafetyAnswers
from risk.domain.answers import SYMPTOM_FIELDS
from risk.domain.features import RiskFactors

YES_NO = {"yes": True, "no": False}
SAID = {True: "yes", False: "no", None: ""}
FEELS = {"neither": (False, False), "dry": (True, False), "itchy": (False, True), "both": (True, True)}
DIABETES = {
    "none": ("none", None),
    "type1": ("type1", True),  # nobody lives with type 1 without insulin
    "type2": ("type2", False),
    "type2-insulin": ("type2", True),
    "gestational": ("gestational", None),
}
PREGNANCY = {"no": (False, False), "pregnant": (True, True), "breastfeeding": (False, True)}
SAFETY_YES_NO = ("contact_lenses", "eye_surgery_last_3_months", "narrow_angle", "guardian_present")
# Which control an answer was typed into.
CONTROLS = {
    "systolic_mmhg": "pressure",
    "diastolic_mmhg": "pressure",
    "hba1c_percent": "hba1c",
    "diabetes_duration_years": "diabetes_years",
    "insulin_use": "diabetes",
    "bmi_kg_m2": "bmi",
    "pregnant": "pregnancy",
    "pregnant_or_breastfeeding": "pregnancy",
    "next_eye_appointment": "appointment",
    "under_eye_care": "eye_care",
    "family_history": "family",
    "current_medicines": "medicines",
    "steroid_use": "steroid",
}
_PRESSURE = re.compile(r"(\d{1,4})(?:\s*[/\- ]\s*(\d{1,4}))?")


class Unreadable(Exception):
    """What was typed into a control is no number, or speaks against its tick. `control` names it."""

    def __init__(self, control: str) -> None:
        super().__init__(f"{control}: cannot be read")
        self.control = control


def control_of(answer: str) -> str:
    """The control of an answer's name, such as `systolic_mmhg` or `symptoms.white_pupil`."""
    name = answer.rpartition(".")[2]
    return "feels" if name in ("dry_or_gritty", "itchy") else CONTROLS.get(name, name)


def risk_answers(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The section `risk` of docs/api/answers.md. Raises Unreadable."""
    diabetes, insulin = DIABETES.get(typed["diabetes"], (None, None))
    systolic, diastolic = pressure(typed.get("pressure", ""))
    return {
        "symptoms": symptoms(typed),
        "diabetes": diabetes,
        "insulin_use": insulin,
        "diabetes_duration_years": number("diabetes_years", typed.get("diabetes_years", "")),
        "hba1c_percent": number("hba1c", typed.get("hba1c", "")),
        "bmi_kg_m2": number("bmi", typed.get("bmi", "")),
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "hypertension": typed["hypertension"] or None,
        "smoking": typed["smoking"] or None,
        "family_history": _family(typed["family"]),
        "steroid_use": _steroid(typed),
        "pregnant": PREGNANCY.get(typed.get("pregnancy", ""), (None, None))[0],
        "under_eye_care": YES_NO.get(typed["eye_care"], True if typed["appointment"] else None),
        "next_eye_appointment": typed["appointment"],
    }


def safety_answers(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The section `safety` of docs/api/answers.md. Raises Unreadable."""
    return {
        "allergies": _names("allergies", typed),
        "current_medicines": _names("medicines", typed),
        "pregnant_or_breastfeeding": PREGNANCY.get(typed.get("pregnancy", ""), (None, None))[1],
    } | {name: YES_NO.get(typed.get(name, "")) for name in SAFETY_YES_NO}


def symptoms(typed: Mapping[str, Any]) -> dict[str, bool | None]:
    """Every symptom; one that was not asked is unknown."""
    dry, itchy = FEELS.get(typed.get("feels", ""), (None, None))
    told = {name: YES_NO.get(typed.get(name, "")) for name in SYMPTOM_FIELDS}
    return told | {"dry_or_gritty": dry, "itchy": itchy}


def pressure(text: str) -> tuple[int | None, int | None]:
    """Systolic and diastolic pressure of "148/86" or "148". Raises Unreadable."""
    text = normalize("NFKC", text).strip()
    found = _PRESSURE.fullmatch(text)
    if text and not found:
        raise Unreadable("pressure")
    high, low = found.groups() if found else (None, None)
    return int(high) if high else None, int(low) if low else None


def number(control: str, text: str) -> float | None:
    """The number in `text`, with a decimal point or comma; None when empty. Raises Unreadable."""
    text = normalize("NFKC", text).strip().replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise Unreadable(control) from None


def _names(control: str, typed: Mapping[str, Any]) -> list[str] | None:
    names = [name.strip() for name in re.split(r"[,;、\n]", typed[control]) if name.strip()]
    if names and typed[f"{control}_none"]:
        raise Unreadable(control)
    return names if names or typed[f"{control}_none"] else None


def _steroid(typed: Mapping[str, Any]) -> bool | None:
    """Whoever told all medicines told a steroid too."""
    if typed["steroid"]:
        return True
    return False if typed["medicines_none"] or typed["medicines"].strip() else None


def _family(chosen: list[str]) -> list[dict[str, str]] | None:
    if "none" in chosen and len(chosen) > 1:
        raise Unreadable("family")
    pairs = (one.split(":") for one in chosen if one != "none")
    return (
        [{"condition": condition, "relation": relation} for condition, relation in pairs] if chosen else None
    )


def typed_of(factors: RiskFactors, safety: SafetyAnswers) -> dict[str, Any]:
    """Stored answers as the controls show them."""
    return _told(factors) | _measured(factors) | _safe(safety, factors)


def _told(factors: RiskFactors) -> dict[str, Any]:
    feels = (factors.symptoms.dry_or_gritty, factors.symptoms.itchy)
    insulin = "-insulin" if factors.diabetes == "type2" and factors.insulin_use else ""
    family = [f"{one.condition}:{one.relation}" for one in factors.family_history or ()]
    told = {name: SAID[getattr(factors.symptoms, name)] for name in SYMPTOM_FIELDS}
    return told | {
        "feels": next((name for name, pair in FEELS.items() if pair == feels), ""),
        "diabetes": "" if factors.diabetes == "unknown" else f"{factors.diabetes}{insulin}",
        "hypertension": "" if factors.hypertension == "unknown" else str(factors.hypertension),
        "smoking": "" if factors.smoking == "unknown" else str(factors.smoking),
        "family": ["none"] if factors.family_history == () else family,
        "eye_care": SAID[factors.under_eye_care],
        "appointment": factors.next_eye_appointment,
    }


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
        "medicines_none": safety.current_medicines == (),
        "steroid": factors.steroid_use is True,
        "pregnancy": next((name for name, known in PREGNANCY.items() if known == pair), ""),
    }


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
