"""Every pharmacy rule a clinician could argue with; docs/CLINICAL_RULES.md lists the same ids.

`facts` is facts/clinical.md and `field` facts/field.md, by section.
Evidence: V read in the source, R read in a public file, K unchecked general knowledge, P product policy.
"""

from typing import Final

from screening.domain.rules import Rule

PH_RED_FLAG: Final = "PH-01"
PH_EYE_SURGERY: Final = "PH-02"
PH_UNKNOWN: Final = "PH-03"
PH_ALLERGY: Final = "PH-04"
PH_ALLERGY_CLASS: Final = "PH-05"
PH_ALLERGY_UNREAD: Final = "PH-06"
PH_AGE_LABEL: Final = "PH-07"
PH_AGE_ASK: Final = "PH-08"
PH_GUARDIAN: Final = "PH-09"
PH_PREGNANCY: Final = "PH-10"
PH_LENSES: Final = "PH-11"
PH_LENSES_OUT: Final = "PH-12"
PH_NARROW_ANGLE: Final = "PH-13"
PH_DUPLICATE: Final = "PH-14"
PH_MEDICINE_UNREAD: Final = "PH-15"
PH_SPACING: Final = "PH-16"
PH_COUNTRY: Final = "PH-17"
PH_LEGAL_CLASS: Final = "PH-18"
PH_RELEASE: Final = "PH-19"
PH_FIRST_SUPPLY: Final = "PH-20"
PH_EXPIRY_MARGIN: Final = "PH-21"
PH_FEFO: Final = "PH-22"
PH_NO_STOCK: Final = "PH-23"
PH_NO_MEDICINE: Final = "PH-24"
PH_FOLLOW_UP: Final = "PH-25"
PH_CARMELLOSE: Final = "PH-31"
PH_HYPROMELLOSE: Final = "PH-32"
PH_KETOTIFEN: Final = "PH-33"

# The rules that say why this medicine and this lot, rather than what speaks against them.
PH_CHOICE: Final = (
    PH_CARMELLOSE,
    PH_HYPROMELLOSE,
    PH_KETOTIFEN,
    PH_FEFO,
    PH_FIRST_SUPPLY,
    PH_RELEASE,
)

# Who takes over a case whose medicine was refused (PH-25). Values of records.models.Role.
FOLLOW_UP_ROLES: Final = ("physician",)

_STOPS = "facts 2.1, kiosk stops"
_POLICY = "product policy"

RULES: tuple[Rule, ...] = (
    Rule(
        PH_RED_FLAG, "Any red flag: no medicine from the machine; the referral stands", "facts 2.1, 4.2", "P"
    ),
    Rule(PH_EYE_SURGERY, "Eye surgery in the last 3 months: hard stop", _STOPS, "P"),
    Rule(PH_UNKNOWN, "A safety question without an answer: pharmacist", "facts 4.4", "P"),
    Rule(PH_ALLERGY, "Allergy to an ingredient or excipient: hard stop", "facts 4.2, DailyMed labels", "V"),
    Rule(PH_ALLERGY_CLASS, "Allergy to a related substance: soft stop", "field (b) 10", "K"),
    Rule(
        PH_ALLERGY_UNREAD, "Reported allergy that is not in our list: pharmacist reads it", "facts 4.4", "P"
    ),
    Rule(PH_AGE_LABEL, "Outside the age limits of the label: hard stop", "facts 2.1, dailypop 2018", "V"),
    Rule(PH_AGE_ASK, "Tears under 6 years: pharmacist", "facts 2.1", "K"),
    Rule(PH_GUARDIAN, "Under 19 years without a guardian present: pharmacist", _STOPS, "P"),
    Rule(PH_PREGNANCY, "Pregnant or breastfeeding: preservative-free tears only", "facts 2.1", "P"),
    Rule(
        PH_LENSES,
        "Contact lenses with a preserved or antihistamine drop: pharmacist",
        "DailyMed 0fe119ad",
        "V",
    ),
    Rule(PH_LENSES_OUT, "Contact lenses: take them out before the drop", "facts 2.1", "K"),
    Rule(PH_NARROW_ANGLE, "Narrow angle with an antihistamine drop: pharmacist", _POLICY, "K"),
    Rule(PH_DUPLICATE, "Same ingredient or class used or supplied already: pharmacist", _STOPS, "P"),
    Rule(
        PH_MEDICINE_UNREAD, "Reported medicine that is not in our list: pharmacist reads it", "facts 4.4", "P"
    ),
    Rule(PH_SPACING, "Other eye drops in use: 5 minutes apart", "facts 2.1, dailypop 2018", "V"),
    Rule(PH_COUNTRY, "No policy for the country: blocked", "facts 0.1", "P"),
    Rule(PH_LEGAL_CLASS, "KR: over-the-counter items only", "facts 0.1, sedaily 267BJNONC0", "V"),
    Rule(PH_RELEASE, "KR: a pharmacist releases every item, live", "facts 0.1, kormedi 1404863", "V"),
    Rule(PH_FIRST_SUPPLY, "First supply of an over-the-counter item: at most 14 days", _STOPS, "P"),
    Rule(PH_EXPIRY_MARGIN, "No lot that expires before the last day of supply + 30 days", "facts 2.5", "P"),
    Rule(PH_FEFO, "Earliest usable expiry first", "facts 2.5, WHO GDP", "V"),
    Rule(PH_NO_STOCK, "No usable lot: pharmacist", "field I-10", "P"),
    Rule(PH_NO_MEDICINE, "No medicine of the formulary fits the indication: pharmacist", "facts 0.2", "P"),
    Rule(PH_FOLLOW_UP, "A refused medicine: a physician follows the case up", _POLICY, "P"),
    Rule(PH_CARMELLOSE, "Carmellose 0.5 %, unit dose: dry eye", "dailypop 2018; pressna", "V"),
    Rule(PH_HYPROMELLOSE, "Hypromellose 0.3 %: dry eye, second choice", "WHO ATC 2026-04-25", "K"),
    Rule(
        PH_KETOTIFEN,
        "Ketotifen 0.025 %: ocular allergy; only an item registered over the counter",
        "DailyMed 0fe119ad; dailypop",
        "V",
    ),
)
