"""What a clinician confirmed of one eye, by examining it; a score or a read of a photograph is no diagnosis."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from screening.domain.findings import Label
from screening.domain.laterality import Laterality

NONE: Final = "none"
PRESENT: Final = "present"
AMD_EARLY: Final = "early"
AMD_INTERMEDIATE: Final = "intermediate"
AMD_LATE_DRY: Final = "late-dry"
AMD_LATE_WET: Final = "late-wet"
AMD_LATE: Final = (AMD_LATE_DRY, AMD_LATE_WET)

# How far each disease can be said to have gone: AMD by the AREDS stages, D by the ICDR scale; PRESENT of a disease
# that has stages is one whose stage was not told.
SEVERITIES: Mapping[Label, tuple[str, ...]] = MappingProxyType(
    {
        Label.DIABETES: (NONE, "mild", "moderate", "severe", "proliferative", PRESENT),
        Label.GLAUCOMA: (NONE, PRESENT),
        Label.CATARACT: (NONE, PRESENT),
        Label.AMD: (NONE, AMD_EARLY, AMD_INTERMEDIATE, *AMD_LATE, PRESENT),
        Label.HYPERTENSION: (NONE, PRESENT),
        Label.MYOPIA: (NONE, PRESENT),
        Label.OTHER: (NONE, PRESENT),
    }
)


class DiagnosisSource(StrEnum):
    """EXAMINED: by a physician of ours, here. LETTER: of somebody else, copied from what they wrote. HOSPITAL: told by
    the hospital that a referral was closed by.
    """

    EXAMINED = "examined"
    LETTER = "letter"
    HOSPITAL = "hospital"


@dataclass(frozen=True)
class Diagnosis:
    """One eye, one disease, how far it went; NONE is a disease that was looked for and is not there."""

    laterality: Laterality
    label: Label
    severity: str


def is_known_better(stage: str, told: str) -> bool:
    """Whether what is in force says all that was told and a stage besides."""
    return told == PRESENT and stage not in (NONE, PRESENT)


def severity_known(label: Label, severity: str) -> bool:
    """Whether this disease can be said to have gone that far."""
    return severity in SEVERITIES.get(label, ())
