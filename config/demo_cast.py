"""The demo's twelve invented patients: what they answer, and how their photographs turn out.

Their dispositions lie in the answers and in photograph quality; the code path knows nothing of them. Four are
booked at an eye clinic for tomorrow, so that whatever the scores are, a finding of theirs needs no second
referral (rule RK-01) and the medicine, the pharmacist and the recall all occur.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from risk.domain.answers import SYMPTOM_FIELDS

TOMORROW = "tomorrow"

# Every question asked and denied.
WELL = dict.fromkeys(SYMPTOM_FIELDS, False)
DRY = WELL | {"dry_or_gritty": True}
ITCHY = WELL | {"itchy": True}
SAFE = {
    "allergies": [],
    "current_medicines": [],
    "pregnant_or_breastfeeding": False,
    "contact_lenses": False,
    "eye_surgery_last_3_months": False,
    "narrow_angle": False,
}
BOOKED = {"under_eye_care": True, "next_eye_appointment": TOMORROW}


@dataclass(frozen=True)
class CastMember:
    """One patient. `blurred`: the camera moved. `eyes`: which could be photographed."""

    mrn: str
    name: str
    birth_date: str
    sex: str
    story: str
    risk: dict[str, Any]
    safety: dict[str, Any] = field(default_factory=lambda: SAFE)
    blurred: bool = False
    eyes: tuple[str, ...] = ("R", "L")
    place: tuple[float, float] = (37.58, 127.02)

    def answers(self, today: date) -> dict[str, Any]:
        """The questionnaire as answered today."""
        risk = dict(self.risk)
        if risk.get("next_eye_appointment") == TOMORROW:
            risk["next_eye_appointment"] = (today + timedelta(days=1)).isoformat()
        patient = {
            "mrn": self.mrn,
            "name": self.name,
            "birth_date": self.birth_date,
            "sex": self.sex,
            "latitude": self.place[0],
            "longitude": self.place[1],
        }
        return {"patient": patient, "consent": ["screening", "referral"], "risk": risk, "safety": self.safety}


CAST: tuple[CastMember, ...] = (
    CastMember(
        "D-01",
        "김영자",
        "1948-03-02",
        "female",
        "sudden loss of sight",
        {"symptoms": WELL | {"sudden_vision_loss": True}},
    ),
    CastMember("D-02", "이정순", "1956-07-19", "female", "dry eyes, booked", {"symptoms": DRY, **BOOKED}),
    CastMember(
        "D-03",
        "박순옥",
        "1952-11-30",
        "female",
        "dry eyes, allergic to both tears",
        {"symptoms": DRY, **BOOKED},
        SAFE | {"allergies": ["carmellose", "hypromellose"]},
    ),
    CastMember("D-04", "최병호", "1961-01-14", "male", "the camera moved", {"symptoms": WELL}, blurred=True),
    CastMember("D-05", "정말순", "1950-05-05", "female", "well, booked", {"symptoms": WELL, **BOOKED}),
    CastMember("D-06", "강민수", "1979-09-09", "male", "itchy eyes, booked", {"symptoms": ITCHY, **BOOKED}),
    CastMember(
        "D-07",
        "조현우",
        "1963-12-01",
        "male",
        "diabetes for 14 years",
        {
            "diabetes": "type2",
            "diabetes_duration_years": 14,
            "hba1c_percent": 9.4,
            "insulin_use": True,
            "systolic_mmhg": 148,
            "diastolic_mmhg": 86,
            "smoking": "current",
            "symptoms": WELL,
        },
    ),
    CastMember(
        "D-08",
        "윤미경",
        "1958-02-27",
        "female",
        "mother and brother with glaucoma",
        {
            "family_history": [
                {"condition": "glaucoma", "relation": "parent"},
                {"condition": "glaucoma", "relation": "sibling"},
            ],
            "diabetes": "none",
            "symptoms": WELL,
        },
    ),
    CastMember(
        "D-09",
        "장덕수",
        "1949-08-08",
        "male",
        "188/124 mmHg",
        {"systolic_mmhg": 188, "diastolic_mmhg": 124, "hypertension": "untreated", "symptoms": WELL},
    ),
    CastMember("D-10", "임옥분", "1940-04-21", "female", "knows no answer", {}, safety={}),
    CastMember(
        "D-11",
        "한상철",
        "1955-06-16",
        "male",
        "dry eyes and bent lines",
        {"smoking": "former", "symptoms": DRY | {"distorted_lines": True}},
    ),
    CastMember(
        "D-12",
        "오지은",
        "1988-10-03",
        "female",
        "one eye only, diabetes since childhood",
        {"diabetes": "type1", "diabetes_duration_years": 21, "hba1c_percent": 7.9, "symptoms": WELL},
        eyes=("L",),
    ),
)
