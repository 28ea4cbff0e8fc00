"""What a hospital must be able to do for a need."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from referrals.domain import rules
from risk.domain.disposition import Reason
from risk.domain.red_flags import RedFlag
from risk.domain.urgency import Urgency
from screening.domain.findings import Label


class Capability(StrEnum):
    EYE_CLINIC = "eye-clinic"
    OCT = "oct"
    PERIMETRY = "perimetry"
    LASER = "laser"
    ANTI_VEGF = "anti-vegf"
    VITRECTOMY = "vitrectomy"
    CATARACT_SURGERY = "cataract-surgery"
    PAEDIATRIC_EYE = "paediatric-eye"
    EMERGENCY_EYE = "emergency-eye-24h"
    EMERGENCY_MEDICINE = "emergency-medicine-24h"
    INTERNAL_MEDICINE = "internal-medicine"


# Whoever offers one of these treats eyes.
OF_EYES: Final = frozenset(Capability) - {Capability.EMERGENCY_MEDICINE, Capability.INTERNAL_MEDICINE}


@dataclass(frozen=True)
class Requirement:
    """The hard filter of matching, with the rule behind each capability."""

    capabilities: frozenset[Capability]
    reasons: tuple[Reason, ...]


# Source: facts 3.1 (what each finding is treated with) and 3.3 (severity to capability).
LABEL_NEEDS: dict[Label, tuple[str, frozenset[Capability]]] = {
    Label.DIABETES: (rules.REFR_DIABETES, frozenset({Capability.OCT, Capability.LASER})),
    Label.GLAUCOMA: (rules.REFR_GLAUCOMA, frozenset({Capability.PERIMETRY})),
    Label.CATARACT: (rules.REFR_CATARACT, frozenset({Capability.CATARACT_SURGERY})),
    Label.AMD: (rules.REFR_AMD, frozenset({Capability.OCT, Capability.ANTI_VEGF})),
    Label.HYPERTENSION: (rules.REFR_HYPERTENSION, frozenset({Capability.INTERNAL_MEDICINE})),
    Label.MYOPIA: (rules.REFR_MYOPIA, frozenset({Capability.OCT})),
    Label.OTHER: (rules.REFR_OTHER, frozenset({Capability.OCT})),
}
# The other red flags are same-day ones and need an open eye emergency, no more (REFR-09).
RED_FLAG_NEEDS: dict[RedFlag, tuple[str, frozenset[Capability]]] = {
    RedFlag.DISTORTED_LINES: (
        rules.REFR_DISTORTED_LINES,
        frozenset({Capability.OCT, Capability.ANTI_VEGF}),
    ),
    RedFlag.WHITE_PUPIL_IN_CHILD: (rules.REFR_WHITE_PUPIL, frozenset({Capability.PAEDIATRIC_EYE})),
    RedFlag.SEVERE_BLOOD_PRESSURE: (rules.REFR_BLOOD_PRESSURE, frozenset({Capability.EMERGENCY_MEDICINE})),
}


def capabilities_for(labels: Iterable[Label], red_flags: Iterable[RedFlag], urgency: Urgency) -> Requirement:
    """Everything one hospital must offer. Without label and flag (ungradable, answers only): an eye clinic.

    A same-day case asks for an open emergency and for nothing that could send it farther away, except
    emergency medicine for severe blood pressure. Source: facts 3.1 to 3.3; rules REFR-01 to REFR-12.
    """
    needs = [(rules.REFR_EYE_CLINIC, frozenset({Capability.EYE_CLINIC}))]
    flags = tuple(dict.fromkeys(red_flags))
    if urgency is Urgency.STAT:
        needs.append((rules.REFR_EMERGENCY, frozenset({Capability.EMERGENCY_EYE})))
        flags = tuple(flag for flag in flags if flag is RedFlag.SEVERE_BLOOD_PRESSURE)
    else:
        needs += [LABEL_NEEDS[label] for label in dict.fromkeys(labels) if label in LABEL_NEEDS]
    needs += [RED_FLAG_NEEDS[flag] for flag in flags if flag in RED_FLAG_NEEDS]
    return Requirement(
        capabilities=frozenset().union(*(capabilities for _, capabilities in needs)),
        reasons=tuple(Reason(rule_id, _listed(capabilities)) for rule_id, capabilities in needs),
    )


def _listed(capabilities: frozenset[Capability]) -> tuple[tuple[str, str], ...]:
    return (("capabilities", ",".join(sorted(capabilities))),)
