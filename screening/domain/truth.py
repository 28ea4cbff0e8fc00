"""Which photographs a confirmed diagnosis speaks of: what a clinician found is the truth of what was seen before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from screening.domain.diagnosis import NONE, PRESENT
from screening.domain.findings import DISEASES, Label
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
    Rule(
        "GT-02",
        "Of a disease in an eye, what a clinician confirmed goes before what people read in its photograph; what "
        "neither says is not known, and is never learned as absent",
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


# Whether a label is there; None where nobody said.
State = bool | None


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


def known_of(read: Mapping[Label, Truth], confirmed: Mapping[Label, Truth]) -> dict[Label, Truth]:
    """What is known of one eye, disease by disease (GT-02)."""
    return {**read, **confirmed}


def eye_states(known: Mapping[Label, Truth]) -> dict[Label, State]:
    """All eight labels of one eye."""
    return _with_normal({label: known[label].present if label in known else None for label in DISEASES})


def person_states(eyes: Collection[Mapping[Label, State]]) -> dict[Label, State]:
    """All eight labels of a person of whom these eyes are told: a disease is there when one of them has it."""
    return _with_normal({label: _anywhere([eye[label] for eye in eyes]) for label in DISEASES})


def _anywhere(states: Collection[State]) -> State:
    if any(states):
        return True
    return None if None in states else False


def _with_normal(diseases: Mapping[Label, State]) -> dict[Label, State]:
    """Normal is an eye, or a person, without any of the diseases; with one not known, it is not known either."""
    ill = _anywhere(diseases.values())
    return {Label.NORMAL: None if ill is None else not ill, **diseases}


def keyword_of(label: Label, severity: str) -> str:
    """The word for a stage; empty where there is none."""
    return KEYWORDS.get(label, {}).get(severity, "")
