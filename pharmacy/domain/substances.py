"""The names under which people report what they use or do not tolerate.

A report that joins nothing here is never dropped: it goes to the pharmacist (PH-06, PH-15).
Source: ingredients and ATC of facts 2.1 [R]; common names [K].
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Substance:
    """`family` groups what may cross-react; `medicine_class` what would be the same treatment twice."""

    code: str
    names: tuple[str, ...]
    family: str = ""
    medicine_class: str = ""
    eye_drop: bool = True


TEARS = "tears"
ANTIALLERGIC = "antiallergic-drops"
GLAUCOMA_DROPS = "glaucoma-drops"
CELLULOSE_ETHER = "cellulose-ether"

SUBSTANCES: tuple[Substance, ...] = (
    Substance(
        "carmellose",
        (
            "carmellose",
            "carboxymethylcellulose",
            "carboxymethyl cellulose",
            "cmc",
            "카르멜로오스",
            "카르복시메틸셀룰로오스",
        ),
        CELLULOSE_ETHER,
        TEARS,
    ),
    Substance(
        "hypromellose",
        ("hypromellose", "hydroxypropyl methylcellulose", "hpmc", "히프로멜로오스"),
        CELLULOSE_ETHER,
        TEARS,
    ),
    Substance("cellulose", ("cellulose", "methylcellulose", "셀룰로오스"), CELLULOSE_ETHER, eye_drop=False),
    Substance("hyaluronate", ("hyaluronate", "hyaluronic acid", "히알루론산"), "", TEARS),
    Substance("artificial-tears", ("artificial tears", "tears", "인공눈물"), "", TEARS),
    Substance("ketotifen", ("ketotifen", "케토티펜"), "", ANTIALLERGIC),
    Substance("olopatadine", ("olopatadine", "올로파타딘"), "", ANTIALLERGIC),
    Substance("azelastine", ("azelastine", "아젤라스틴"), "", ANTIALLERGIC),
    Substance("cromoglicate", ("cromoglicate", "cromolyn", "크로몰린"), "", ANTIALLERGIC),
    Substance(
        "benzalkonium", ("benzalkonium", "benzalkonium chloride", "bak", "preservative", "벤잘코늄", "방부제")
    ),
    Substance("latanoprost", ("latanoprost", "라타노프로스트"), "", GLAUCOMA_DROPS),
    Substance("timolol", ("timolol", "티몰롤"), "", GLAUCOMA_DROPS),
    Substance("brimonidine", ("brimonidine", "브리모니딘"), "", GLAUCOMA_DROPS),
    Substance("dorzolamide", ("dorzolamide", "도르졸라미드"), "", GLAUCOMA_DROPS),
)

# Common reports that touch no medicine of this formulary.
UNRELATED_ALLERGENS: frozenset[str] = frozenset(
    (
        *("penicillin", "amoxicillin", "sulfa", "sulfonamide", "aspirin", "ibuprofen"),
        *("latex", "pollen", "peanut", "egg", "milk", "shellfish", "nickel"),
        *("페니실린", "아스피린", "꽃가루", "땅콩", "계란", "우유"),
    )
)
UNRELATED_MEDICINES: frozenset[str] = frozenset(
    (
        *("metformin", "insulin", "glimepiride", "sitagliptin", "levothyroxine", "omeprazole"),
        *("amlodipine", "losartan", "telmisartan", "valsartan", "hydrochlorothiazide"),
        *("atorvastatin", "rosuvastatin", "aspirin", "clopidogrel", "paracetamol", "acetaminophen"),
        *("메트포르민", "인슐린", "암로디핀", "로사르탄", "아스피린", "아토르바스타틴"),
    )
)


def normal_form(text: str) -> str:
    """Lower case, single spaces: how reported names are compared."""
    return " ".join(text.casefold().split())


def is_understood(text: str, unrelated: frozenset[str]) -> bool:
    """Whether a report is, as a whole, one listed name; what is only partly understood a person must read."""
    whole = normal_form(text)
    return whole in unrelated or any(whole in substance.names for substance in SUBSTANCES)


def substances_named_in(text: str) -> tuple[Substance, ...]:
    """The listed substances whose name stands as whole words in a reported text."""
    words = normal_form(text)
    return tuple(s for s in SUBSTANCES if any(_stands_in(name, words) for name in s.names))


def _stands_in(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
