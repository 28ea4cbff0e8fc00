"""From the questionnaire's controls to the answers that risk and pharmacy read. Unknown stays unknown."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from unicodedata import normalize

from risk.domain.answers import SYMPTOM_FIELDS

YES_NO = {"yes": True, "no": False}
# A control that asks for two things at once: their answers, and what each of its choices says of them.
PAIRS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "sight": (("sudden_vision_loss", "curtain_or_flashes_with_floaters"), ("loss", "flashes")),
    "pain": (("painful_red_eye", "pain_after_eye_surgery"), ("red", "operated")),
    "sees": (("double_vision", "distorted_lines"), ("double", "bent")),
    "feels": (("dry_or_gritty", "itchy"), ("dry", "itchy")),
}
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
CONTROLS = {name: control for control, (names, _choices) in PAIRS.items() for name in names} | {
    "systolic_mmhg": "pressure",
    "diastolic_mmhg": "pressure",
    "hba1c_percent": "hba1c",
    "diabetes_duration_years": "diabetes_years",
    "insulin_use": "diabetes",
    "bmi_kg_m2": "bmi",
    "pregnant": "pregnancy",
    "pregnant_or_breastfeeding": "pregnancy",
    "next_eye_appointment": "appointment",
    "under_eye_care": "appointment",
    "family_history": "family",
    "current_medicines": "medicines",
    "steroid_use": "takes",
}
# Answers that more than their own control speak of.
READ_FROM = {
    "allergies": ("allergies", "allergies_none"),
    "current_medicines": ("medicines", "takes"),
    "steroid_use": ("medicines", "takes"),
}
_PRESSURE = re.compile(r"(\d{1,4})(?:\s*[/\- ]\s*(\d{1,4}))?")


class Unreadable(Exception):
    """What was typed into a control is no number, or speaks against its tick. `control` names it."""

    def __init__(self, control: str) -> None:
        super().__init__(f"{control}: cannot be read")
        self.control = control


class NoneAndSomething(Unreadable):
    """None is chosen, and something is named as well."""


def control_of(answer: str) -> str:
    """The control of an answer's name, such as `systolic_mmhg` or `symptoms.white_pupil`."""
    name = answer.rpartition(".")[2]
    return CONTROLS.get(name, name)


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
        "under_eye_care": True if typed["appointment"] else None,
        "next_eye_appointment": typed["appointment"],
    }


def safety_answers(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The section `safety` of docs/api/answers.md. Raises Unreadable."""
    return {
        "allergies": _names("allergies", typed, none=typed["allergies_none"]),
        "current_medicines": _names("medicines", typed, none=typed["takes"] == "none"),
        "pregnant_or_breastfeeding": PREGNANCY.get(typed.get("pregnancy", ""), (None, None))[1],
    } | {name: YES_NO.get(typed.get(name, "")) for name in SAFETY_YES_NO}


def with_stored(
    typed: Mapping[str, Any], stored: Mapping[str, Any], *, changed: Collection[str]
) -> dict[str, Any]:
    """`typed` answers, but what is stored behind every control that was left as it was shown.

    A control may show less than is stored: an answer that nobody asks for here, or one of a pair that is not known.
    """
    return {
        name: with_stored(answer, stored[name], changed=changed)
        if isinstance(answer, Mapping)
        else answer
        if not set(READ_FROM.get(name, (control_of(name),))).isdisjoint(changed)
        else stored[name]
        for name, answer in typed.items()
    }


def symptoms(typed: Mapping[str, Any]) -> dict[str, bool | None]:
    """Every symptom; one that was not asked is unknown."""
    told = {name: YES_NO.get(typed.get(name, "")) for name in SYMPTOM_FIELDS}
    for control, (names, choices) in PAIRS.items():
        chosen = typed.get(control, "")
        if chosen in (*choices, "both", "neither"):
            told |= {name: chosen in (choice, "both") for name, choice in zip(names, choices, strict=True)}
    return told


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


def _names(control: str, typed: Mapping[str, Any], *, none: bool) -> list[str] | None:
    names = [name.strip() for name in re.split(r"[,;、\n]", typed[control]) if name.strip()]
    if names and none:
        raise NoneAndSomething(control)
    return names if names or none else None


def _steroid(typed: Mapping[str, Any]) -> bool | None:
    """Whoever told all medicines told a steroid too."""
    if typed["takes"] == "steroid":
        return True
    return False if typed["takes"] or typed["medicines"].strip() else None


def _family(chosen: list[str]) -> list[dict[str, str]] | None:
    if "none" in chosen and len(chosen) > 1:
        raise NoneAndSomething("family")
    pairs = (one.split(":") for one in chosen if one != "none")
    return (
        [{"condition": condition, "relation": relation} for condition, relation in pairs] if chosen else None
    )
