"""What is known of the patient beside the photographs. `None` and `UNKNOWN` mean not known, never "no"."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """FHIR *administrative-gender*."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Diabetes(StrEnum):
    NONE = "none"
    TYPE1 = "type1"
    TYPE2 = "type2"
    GESTATIONAL = "gestational"
    UNKNOWN = "unknown"


class Hypertension(StrEnum):
    NONE = "none"
    UNTREATED = "untreated"
    TREATED = "treated"
    UNKNOWN = "unknown"


class Smoking(StrEnum):
    NEVER = "never"
    FORMER = "former"
    CURRENT = "current"
    UNKNOWN = "unknown"


class IopMethod(StrEnum):
    """How eye pressure was measured; a non-contact reading is never a reason to refer by itself (NG81)."""

    GOLDMANN = "goldmann"
    REBOUND = "rebound"
    NON_CONTACT = "non-contact"
    UNKNOWN = "unknown"


class FamilyCondition(StrEnum):
    GLAUCOMA = "glaucoma"
    AMD = "amd"
    HIGH_MYOPIA = "high-myopia"
    DIABETES = "diabetes"


class Relation(StrEnum):
    PARENT = "parent"
    SIBLING = "sibling"
    CHILD = "child"


@dataclass(frozen=True)
class FamilyMember:
    """One affected first-degree relative; two affected siblings are two of these."""

    condition: FamilyCondition
    relation: Relation


@dataclass(frozen=True)
class Symptoms:
    """The symptom checklist. True present, False denied, None not asked."""

    sudden_vision_loss: bool | None = None
    curtain_or_flashes_with_floaters: bool | None = None
    painful_red_eye: bool | None = None
    halos_with_headache: bool | None = None
    trauma_or_chemical: bool | None = None
    double_vision: bool | None = None
    distorted_lines: bool | None = None
    jaw_pain_or_scalp_tenderness: bool | None = None
    pain_after_eye_surgery: bool | None = None
    white_pupil: bool | None = None
    dry_or_gritty: bool | None = None
    itchy: bool | None = None


@dataclass(frozen=True)
class Measurements:
    """What few clinics know: refraction (spherical equivalent, dioptres), eye pressure (mmHg), schooling."""

    refraction_right_dioptres: float | None = None
    refraction_left_dioptres: float | None = None
    iop_right_mmhg: float | None = None
    iop_left_mmhg: float | None = None
    iop_method: IopMethod = IopMethod.UNKNOWN
    low_education: bool | None = None


@dataclass(frozen=True)
class RiskFactors:
    """One patient at one visit.

    `family_history` is None when nobody asked and empty when the patient knows of no affected relative.
    """

    age_years: int | None = None
    sex: Sex = Sex.UNKNOWN
    diabetes: Diabetes = Diabetes.UNKNOWN
    diabetes_duration_years: float | None = None
    hba1c_percent: float | None = None
    insulin_use: bool | None = None
    hypertension: Hypertension = Hypertension.UNKNOWN
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    smoking: Smoking = Smoking.UNKNOWN
    bmi_kg_m2: float | None = None
    family_history: tuple[FamilyMember, ...] | None = None
    steroid_use: bool | None = None
    pregnant: bool | None = None
    under_eye_care: bool | None = None
    next_eye_appointment: date | None = None
    symptoms: Symptoms = field(default_factory=Symptoms)
    measurements: Measurements = field(default_factory=Measurements)

    def has_diabetes(self) -> bool | None:
        """None when it is not known."""
        if self.diabetes is Diabetes.UNKNOWN:
            return None
        return self.diabetes is not Diabetes.NONE
