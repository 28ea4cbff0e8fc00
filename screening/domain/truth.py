"""Which photographs a confirmed diagnosis speaks of: what a clinician found is the truth of what was seen before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from screening.domain.diagnosis import NONE, PRESENT
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.domain.rules import Rule

TRUTH_DAYS: Final = 182
RULES: Final = (
    Rule(
        "GT-01",
        "A confirmed diagnosis is the truth of photographs of the 182 days before it, and of none after it",
        "product policy",
        "P",
    ),
)

# How the doctors' tables that we train on call a stage; without a word for it, the stage is not learned.
KEYWORDS: Final[Mapping[Label, Mapping[str, str]]] = {
    Label.DIABETES: {
        "mild": "mild nonproliferative retinopathy",
        "moderate": "moderate non proliferative retinopathy",
        "severe": "severe nonproliferative retinopathy",
        "proliferative": "proliferative diabetic retinopathy",
        PRESENT: "diabetic retinopathy",
    },
    Label.AMD: {
        "early": "dry age-related macular degeneration",
        "intermediate": "dry age-related macular degeneration",
        "late-dry": "dry age-related macular degeneration",
        "late-wet": "wet age-related macular degeneration",
    },
}


@dataclass(frozen=True)
class Truth:
    """What is known of one disease in one eye of one visit, and from where."""

    encounter_id: int
    laterality: Laterality
    label: Label
    severity: str
    source: str

    @property
    def present(self) -> bool:
        return self.severity != NONE


def speaks_of(confirmed_on: date, photographed_on: date) -> bool:
    """Whether a diagnosis of that day is the truth of photographs of the other (GT-01)."""
    return timedelta() <= confirmed_on - photographed_on <= timedelta(days=TRUTH_DAYS)


def keyword_of(label: Label, severity: str) -> str:
    """The word for a stage; empty where there is none."""
    return KEYWORDS.get(label, {}).get(severity, "")
