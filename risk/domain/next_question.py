"""Questions that nobody answered, with answers that people like the patient might give."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.domain.findings import Label
from screening.domain.rules import Rule

# By question, under the name of its first column: possible answers, each as the columns it fills. Ordinary and clearly
# raised values of facts 1.2 to 1.4; which values stand for a population is general knowledge (K), never a rule.
POSSIBLE_ANSWERS: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "diabetes": (
        {"diabetes": 0.0, "diabetes_type1": 0.0},
        {"diabetes": 1.0, "diabetes_type1": 0.0, "diabetes_duration_years": 3.0, "insulin_use": 0.0},
        {"diabetes": 1.0, "diabetes_type1": 0.0, "diabetes_duration_years": 15.0, "insulin_use": 1.0},
    ),
    "diabetes_duration_years": ({"diabetes_duration_years": 3.0}, {"diabetes_duration_years": 15.0}),
    "hba1c_percent": ({"hba1c_percent": 5.6}, {"hba1c_percent": 7.0}, {"hba1c_percent": 9.5}),
    "hypertension": (
        {"hypertension": 0.0, "hypertension_untreated": 0.0},
        {"hypertension": 1.0, "hypertension_untreated": 0.0},
        {"hypertension": 1.0, "hypertension_untreated": 1.0},
    ),
    "systolic_mmhg": (
        {"systolic_mmhg": 115.0, "diastolic_mmhg": 74.0},
        {"systolic_mmhg": 135.0, "diastolic_mmhg": 84.0},
        {"systolic_mmhg": 165.0, "diastolic_mmhg": 98.0},
    ),
    "smoking": ({"smoking": 0.0}, {"smoking": 1.0}, {"smoking": 2.0}),
    "bmi_kg_m2": ({"bmi_kg_m2": 19.0}, {"bmi_kg_m2": 24.0}, {"bmi_kg_m2": 30.0}),
    "steroid_use": ({"steroid_use": 0.0}, {"steroid_use": 1.0}),
    "family_glaucoma": (
        dict.fromkeys(("family_glaucoma", "family_amd", "family_high_myopia", "family_diabetes"), 0.0),
        {"family_glaucoma": 1.0, "family_amd": 0.0, "family_high_myopia": 0.0, "family_diabetes": 0.0},
        {"family_glaucoma": 0.0, "family_amd": 1.0, "family_high_myopia": 0.0, "family_diabetes": 0.0},
        {"family_glaucoma": 0.0, "family_amd": 0.0, "family_high_myopia": 2.0, "family_diabetes": 0.0},
        {"family_glaucoma": 0.0, "family_amd": 0.0, "family_high_myopia": 0.0, "family_diabetes": 2.0},
    ),
    "refraction_dioptres": (
        {"refraction_dioptres": 0.0},
        {"refraction_dioptres": -3.0},
        {"refraction_dioptres": -8.0},
    ),
    "iop_mmhg": ({"iop_mmhg": 14.0}, {"iop_mmhg": 20.0}, {"iop_mmhg": 26.0}),
    "low_education": ({"low_education": 0.0}, {"low_education": 1.0}),
}
ASKED_OF_DIABETICS = ("diabetes_duration_years",)
SHOWN = 3
SMALLEST_SPREAD = 0.01  # of a risk; less would change nobody's mind

RULES: tuple[Rule, ...] = (
    Rule(
        "RQ-01",
        "An unanswered question is worth asking by how far its possible answers move a risk, bands crossed first",
        "product; possible answers facts 1.2-1.4",
        "K",
    ),
)


@dataclass(frozen=True)
class OpenQuestion:
    """What answering `question` could make of the risk of `label`: from `low` to `high`, 0 to 1.

    `crosses`: some answers put the patient into another band than others.
    """

    question: str
    label: Label
    low: float
    high: float
    crosses: bool

    @property
    def spread(self) -> float:
        return self.high - self.low


def worth_asking(questions: list[OpenQuestion]) -> tuple[OpenQuestion, ...]:
    """At most SHOWN, each question once with the disease it says most of; crossing a band counts before spread."""
    best: dict[str, OpenQuestion] = {}
    for one in sorted(questions, key=lambda one: (one.crosses, one.spread), reverse=True):
        if one.spread >= SMALLEST_SPREAD:
            best.setdefault(one.question, one)
    return tuple(best.values())[:SHOWN]
