"""Every medicine the rules know, as versioned data: the table of facts 2.1.

The machine proposes symptom relief only, never a treatment of a fundus finding: no fundus diagnosis has an
over-the-counter cure (facts 0.2). What is only given on a physician's order, or never, is listed too, so that
it can be checked and is refused with a reason.
"""

from pharmacy.domain.formulary.antiallergics import ANTIALLERGIC_DROPS
from pharmacy.domain.formulary.entry import (
    AMD_INTERMEDIATE,
    DRY_EYE,
    OCULAR_ALLERGY,
    AgeLimits,
    FormularyEntry,
    Supply,
)
from pharmacy.domain.formulary.excluded import EXCLUDED
from pharmacy.domain.formulary.glaucoma import GLAUCOMA_REFILLS
from pharmacy.domain.formulary.supplements import SUPPLEMENTS
from pharmacy.domain.formulary.tears import TEAR_DROPS

__all__ = [
    "AMD_INTERMEDIATE",
    "DRY_EYE",
    "FORMULARY",
    "FORMULARY_VERSION",
    "OCULAR_ALLERGY",
    "PROPOSED",
    "AgeLimits",
    "FormularyEntry",
    "Supply",
    "entries_for",
    "entry_by_code",
]

FORMULARY_VERSION = "2026.11-2"

# In order of preference within an indication.
FORMULARY: tuple[FormularyEntry, ...] = (
    *TEAR_DROPS,
    *ANTIALLERGIC_DROPS,
    *SUPPLEMENTS,
    *GLAUCOMA_REFILLS,
    *EXCLUDED,
)
PROPOSED: tuple[FormularyEntry, ...] = tuple(e for e in FORMULARY if e.supply is Supply.SYMPTOM_RELIEF)

_BY_CODE = {entry.code: entry for entry in FORMULARY}
_MAY_BE_REVIEWED = (Supply.SYMPTOM_RELIEF, Supply.CONFIRMED_DIAGNOSIS)


def entries_for(indication: str) -> tuple[FormularyEntry, ...]:
    """What may be proposed for an indication, best first; empty when the formulary has none."""
    return tuple(
        entry for entry in FORMULARY if entry.indication == indication and entry.supply in _MAY_BE_REVIEWED
    )


def entry_by_code(code: str) -> FormularyEntry:
    """The entry of a code. Raises KeyError for a code that is not in this formulary version."""
    return _BY_CODE[code]
