"""Reading the names under which people report what they use or do not tolerate.

A report that joins nothing here is never dropped: it goes to the pharmacist (PH-06, PH-15).
"""

from pharmacy.domain.reading import Names, normal_form
from pharmacy.domain.substance_eye import EYE_SUBSTANCES
from pharmacy.domain.substance_systemic import SYSTEMIC_SUBSTANCES
from pharmacy.domain.substance_types import Substance

SUBSTANCES: tuple[Substance, ...] = (*EYE_SUBSTANCES, *SYSTEMIC_SUBSTANCES)

# Common reports that touch no medicine of this formulary.
UNRELATED_ALLERGENS: frozenset[str] = frozenset(
    (
        *("penicillin", "amoxicillin", "aspirin", "ibuprofen"),
        *("latex", "pollen", "peanut", "egg", "milk", "shellfish", "nickel"),
        *("페니실린", "아스피린", "꽃가루", "땅콩", "계란", "우유"),
    )
)
UNRELATED_MEDICINES: frozenset[str] = frozenset(
    (
        *("metformin", "sitagliptin", "levothyroxine", "omeprazole"),
        *("atorvastatin", "rosuvastatin", "clopidogrel", "paracetamol", "acetaminophen"),
        *("메트포르민", "아토르바스타틴"),
    )
)


_BY_CODE = {substance.code: substance for substance in SUBSTANCES}
_NAMES = Names({substance.code: substance.names for substance in SUBSTANCES})


def is_understood(text: str, unrelated: frozenset[str]) -> bool:
    """Whether a report is, as a whole, one listed name; what is only partly understood a person must read."""
    return normal_form(text) in unrelated or text in _NAMES


def substances_named_in(text: str) -> tuple[Substance, ...]:
    """The listed substances whose name stands as whole words in a reported text."""
    return tuple(_BY_CODE[code] for code in _NAMES.codes_in(text))
