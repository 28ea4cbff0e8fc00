"""The JSON of the part `meta`, described from the tables that also check it."""

from typing import Any

from config.api.meta import CAMERA_LONGEST, EXTERNAL_ID
from config.patient_details import DEGREES_UP_TO
from pharmacy.domain.safety_answers import LIST_MAX, LIST_QUESTIONS, TEXT_MAX, YES_NO_QUESTIONS
from records.models import INTAKE_SCOPES, ConsentScope, Language, Patient, Sex
from risk.domain.answers import SYMPTOM_FIELDS
from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    Hypertension,
    IopMethod,
    Relation,
    Smoking,
)
from risk.domain.plausibility import FAMILY_MEMBERS_UP_TO, PLAUSIBLE

Schema = dict[str, Any]
YES_NO: Schema = {"type": ["boolean", "null"]}
DAY: Schema = {"type": ["string", "null"], "format": "date"}


def _object(properties: Schema, *required: str, nullable: bool = False) -> Schema:
    whole: Schema = {
        "type": ["object", "null"] if nullable else "object",
        "additionalProperties": False,
        "properties": properties,
    }
    return whole | ({"required": list(required)} if required else {})


def _choice(choices: Any) -> Schema:
    return {"type": ["string", "null"], "enum": [*(str(choice) for choice in choices), None]}


def _measured(name: str, kind: str = "number") -> Schema:
    allowed = PLAUSIBLE[name]
    return {
        "type": [kind, "null"],
        "minimum": allowed.low,
        "maximum": allowed.high,
        "description": allowed.unit,
    }


def _text(longest: int, *, nullable: bool = False) -> Schema:
    return {"type": ["string", "null"] if nullable else "string", "maxLength": longest} | (
        {} if nullable else {"minLength": 1}
    )


def _names() -> Schema:
    names = {"type": "string", "minLength": 1, "maxLength": TEXT_MAX}
    return {"type": ["array", "null"], "maxItems": LIST_MAX, "items": names, "description": "[]: asked, none"}


def _longest(field: str) -> int:
    return Patient._meta.get_field(field).max_length


PATIENT = _object(
    {
        "mrn": _text(_longest("mrn")) | {"description": "the clinic's record number"},
        "name": _text(_longest("name")),
        "birth_date": DAY,
        "sex": _choice(Sex.values),
        "language": _choice(Language.values),
        **{
            name: {"type": ["number", "null"], "minimum": -limit, "maximum": limit}
            for name, limit in DEGREES_UP_TO.items()
        },
    },
    "mrn",
    "name",
)
FAMILY_MEMBER = _object(
    {
        "condition": {"type": "string", "enum": [str(one) for one in FamilyCondition]},
        "relation": {"type": "string", "enum": [str(one) for one in Relation]},
    },
    "condition",
    "relation",
)
MEASURED_EYES = ("refraction_right_dioptres", "refraction_left_dioptres", "iop_right_mmhg", "iop_left_mmhg")
MEASUREMENTS = _object(
    {name: _measured(name) for name in MEASURED_EYES}
    | {"iop_method": _choice(IopMethod), "low_education": YES_NO},
    nullable=True,
)
RISK = _object(
    {
        "diabetes": _choice(Diabetes),
        "diabetes_duration_years": _measured("diabetes_duration_years"),
        "hba1c_percent": _measured("hba1c_percent"),
        "insulin_use": YES_NO,
        "hypertension": _choice(Hypertension),
        "systolic_mmhg": _measured("systolic_mmhg", "integer"),
        "diastolic_mmhg": _measured("diastolic_mmhg", "integer"),
        "smoking": _choice(Smoking),
        "bmi_kg_m2": _measured("bmi_kg_m2"),
        "family_history": {
            "type": ["array", "null"],
            "maxItems": FAMILY_MEMBERS_UP_TO,
            "items": FAMILY_MEMBER,
        },
        "steroid_use": YES_NO,
        "pregnant": YES_NO,
        "under_eye_care": YES_NO,
        "next_eye_appointment": DAY,
        "symptoms": _object(dict.fromkeys(SYMPTOM_FIELDS, YES_NO), nullable=True),
        "measurements": MEASUREMENTS,
    },
    nullable=True,
)
SAFETY = _object(
    {name: _names() for name in LIST_QUESTIONS} | dict.fromkeys(YES_NO_QUESTIONS, YES_NO), nullable=True
)
CONSENT: Schema = {
    "type": "array",
    "minItems": 1,
    "contains": {"const": ConsentScope.SCREENING.value},
    "items": {"type": "string", "enum": [scope.value for scope in INTAKE_SCOPES]},
    "description": "what the patient agreed to; without screening nothing is taken",
}
META = _object(
    {
        "external_id": {
            "type": "string",
            "pattern": f"^{EXTERNAL_ID.pattern}$",
            "description": "your own number of this screening, once",
        },
        "captured_at": {"type": ["string", "null"], "format": "date-time"},
        "camera": _text(CAMERA_LONGEST, nullable=True),
        "synthetic": YES_NO
        | {"description": "true: the photographs are drawn, not of a person; shown with the result"},
        "patient": PATIENT,
        "consent": CONSENT,
        "risk": RISK,
        "safety": SAFETY,
    },
    "external_id",
    "patient",
    "consent",
)
META_EXAMPLE: Schema = {
    "external_id": "VISIT-2026-0017",
    "captured_at": "2026-11-24T09:30:00+09:00",
    "camera": "Example NM-1",
    "patient": {
        "mrn": "A-17",
        "name": "Kim Yeong-ja",
        "birth_date": "1956-07-19",
        "sex": "female",
        "language": "ko",
    },
    "consent": ["screening", "referral"],
    "risk": {"diabetes": "type2", "diabetes_duration_years": 14, "symptoms": {"sudden_vision_loss": False}},
    "safety": {"allergies": [], "current_medicines": ["timolol"]},
}
