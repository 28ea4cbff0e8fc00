"""Every pharmacy rule a clinician could argue with; docs/CLINICAL_RULES.md lists the same ids.

`facts` is facts/clinical.md and `field` facts/field.md, by section.
Evidence: V read in the source, R read in a public file, K unchecked general knowledge, P product policy.
"""

from typing import Final

from pharmacy.domain.medicine_rules import MEDICINE_RULES
from pharmacy.domain.medicine_rules import PH_ACETAZOLAMIDE as PH_ACETAZOLAMIDE
from pharmacy.domain.medicine_rules import PH_ANTI_VEGF as PH_ANTI_VEGF
from pharmacy.domain.medicine_rules import PH_AREDS2 as PH_AREDS2
from pharmacy.domain.medicine_rules import PH_AREDS_CAROTENE as PH_AREDS_CAROTENE
from pharmacy.domain.medicine_rules import PH_AZELASTINE as PH_AZELASTINE
from pharmacy.domain.medicine_rules import PH_BRIMONIDINE as PH_BRIMONIDINE
from pharmacy.domain.medicine_rules import PH_BRIMONIDINE_REDNESS as PH_BRIMONIDINE_REDNESS
from pharmacy.domain.medicine_rules import PH_CAI_DROPS as PH_CAI_DROPS
from pharmacy.domain.medicine_rules import PH_CARMELLOSE as PH_CARMELLOSE
from pharmacy.domain.medicine_rules import PH_CARTEOLOL as PH_CARTEOLOL
from pharmacy.domain.medicine_rules import PH_CROMOGLICATE as PH_CROMOGLICATE
from pharmacy.domain.medicine_rules import PH_DECONGESTANT as PH_DECONGESTANT
from pharmacy.domain.medicine_rules import PH_HYALURONATE as PH_HYALURONATE
from pharmacy.domain.medicine_rules import PH_HYPROMELLOSE as PH_HYPROMELLOSE
from pharmacy.domain.medicine_rules import PH_KETOTIFEN as PH_KETOTIFEN
from pharmacy.domain.medicine_rules import PH_LATANOPROST as PH_LATANOPROST
from pharmacy.domain.medicine_rules import PH_OLOPATADINE as PH_OLOPATADINE
from pharmacy.domain.medicine_rules import PH_PILOCARPINE as PH_PILOCARPINE
from pharmacy.domain.medicine_rules import PH_PRESCRIPTION_ONLY as PH_PRESCRIPTION_ONLY
from pharmacy.domain.medicine_rules import PH_PROSTAGLANDINS as PH_PROSTAGLANDINS
from pharmacy.domain.medicine_rules import PH_STEROID_ANTIBIOTIC as PH_STEROID_ANTIBIOTIC
from pharmacy.domain.medicine_rules import PH_TIMOLOL as PH_TIMOLOL
from pharmacy.domain.notice_rules import NOTICE_RULES
from pharmacy.domain.notice_rules import PH_DUR_AGE as PH_DUR_AGE
from pharmacy.domain.notice_rules import PH_DUR_DOSE as PH_DUR_DOSE
from pharmacy.domain.notice_rules import PH_DUR_DUPLICATE as PH_DUR_DUPLICATE
from pharmacy.domain.notice_rules import PH_DUR_DURATION as PH_DUR_DURATION
from pharmacy.domain.notice_rules import PH_DUR_ELDERLY as PH_DUR_ELDERLY
from pharmacy.domain.notice_rules import PH_DUR_INTERACTION as PH_DUR_INTERACTION
from pharmacy.domain.notice_rules import PH_DUR_LACTATION as PH_DUR_LACTATION
from pharmacy.domain.notice_rules import PH_DUR_PREGNANCY_1 as PH_DUR_PREGNANCY_1
from pharmacy.domain.notice_rules import PH_DUR_PREGNANCY_2 as PH_DUR_PREGNANCY_2
from pharmacy.domain.notice_rules import PH_DUR_SPLITTING as PH_DUR_SPLITTING
from pharmacy.domain.notice_rules import PH_ROUTE as PH_ROUTE
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
PH_STOCK_CAME: Final = "PH-26"
PH_NO_ORDER: Final = "PH-60"
PH_ORDER_NOT_FILLED: Final = "PH-61"
PH_ORDER_OVER: Final = "PH-62"
PH_NOT_CONFIRMED: Final = "PH-63"
PH_SMOKER: Final = "PH-64"
PH_ALLERGY_LABEL: Final = "PH-65"
PH_CONDITION: Final = "PH-66"
PH_CONDITION_CAUTION: Final = "PH-67"
PH_CONDITION_UNREAD: Final = "PH-68"
PH_DOSE: Final = "PH-69"
PH_DURATION: Final = "PH-70"
PH_ITEMS: Final = "PH-71"
PH_MAO_INHIBITOR: Final = "PH-72"
PH_HEART_SLOWED: Final = "PH-73"
PH_AIRWAYS: Final = "PH-74"
PH_SEDATION: Final = "PH-75"
PH_PRESSURE_LOWERED: Final = "PH-76"
PH_CAI_TWICE: Final = "PH-77"
PH_SALICYLATE: Final = "PH-78"
PH_WARFARIN: Final = "PH-79"
PH_CHELATION: Final = "PH-80"
PH_LOW_SUGAR: Final = "PH-81"
PH_ORDER_PLAUSIBLE: Final = "PH-82"
PH_ORDER_COUNTED: Final = "PH-83"
PH_CONFIRMED_AMD: Final = "PH-84"
PH_OVERRIDE: Final = "PH-85"
PH_SECOND_CHECK: Final = "PH-86"
PH_EXAMPLE_POLICY: Final = "PH-87"
PH_ONE_PERSON: Final = "PH-88"

# The rules that say why this medicine and this lot, rather than what speaks against them.
PH_CHOICE: Final = (
    PH_CARMELLOSE,
    PH_HYPROMELLOSE,
    PH_KETOTIFEN,
    PH_FEFO,
    PH_FIRST_SUPPLY,
    PH_RELEASE,
)

# The stops that end when a usable pack is there.
PH_SHORTAGE: Final = (PH_EXPIRY_MARGIN, PH_NO_STOCK)

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
    Rule(PH_AGE_ASK, "Tears under 6 years, brimonidine under 8: pharmacist", "facts 2.1", "K"),
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
    Rule(
        PH_LEGAL_CLASS,
        "Legal class unknown, or not for machines here: hard stop",
        "facts 0.1, sedaily 267BJNONC0",
        "V",
    ),
    Rule(PH_RELEASE, "KR: a pharmacist releases every item, live", "facts 0.1, kormedi 1404863", "V"),
    Rule(PH_FIRST_SUPPLY, "First supply of an over-the-counter item: at most 14 days", _STOPS, "P"),
    Rule(PH_EXPIRY_MARGIN, "No lot that expires before the last day of supply + 30 days", "facts 2.5", "P"),
    Rule(PH_FEFO, "Earliest usable expiry first", "facts 2.5, WHO GDP", "V"),
    Rule(PH_NO_STOCK, "No usable lot: pharmacist", "field I-10", "P"),
    Rule(PH_NO_MEDICINE, "No medicine of the formulary fits the indication: pharmacist", "facts 0.2", "P"),
    Rule(PH_FOLLOW_UP, "A refused medicine: a physician follows the case up", _POLICY, "P"),
    Rule(
        PH_STOCK_CAME,
        "What only a missing pack kept back waits for stock; once packs are there a person has it decided anew, and "
        "nothing is entered twice",
        _POLICY,
        "P",
    ),
    *MEDICINE_RULES,
    Rule(
        PH_NO_ORDER, "Prescription item, or left-out item, without an order: hard stop", "facts 0.2, 2.1", "P"
    ),
    Rule(PH_ORDER_NOT_FILLED, "KR: prescription items only as pick-up of a filled order", "field (b) 8", "K"),
    Rule(
        PH_ORDER_OVER,
        "An order that lapsed, was cancelled, is on hold or has no refill left: hard stop",
        "field I-5",
        "P",
    ),
    Rule(
        PH_NOT_CONFIRMED, "Diagnosis not confirmed by a clinician: no medicine for it", "facts 0.2, 2.1", "P"
    ),
    Rule(PH_SMOKER, "β-carotene for a current or former smoker: hard stop", "facts 2.1, AREDS2", "V"),
    Rule(
        PH_ALLERGY_LABEL,
        "Sulfonamide allergy with dorzolamide or brinzolamide: hard stop",
        "MIMS Trusopt",
        "V",
    ),
    Rule(
        PH_CONDITION,
        "An illness that the label excludes (asthma or COPD, slow pulse, heart failure, kidney, Wilson): hard stop",
        "facts 2.1; MIMS iotim, Trusopt",
        "V",
    ),
    Rule(PH_CONDITION_CAUTION, "Uveitis or macular oedema with prostaglandins, liver: ask", "facts 2.1", "K"),
    Rule(
        PH_CONDITION_UNREAD, "Reported illness that is not in our list: pharmacist reads it", "facts 4.4", "P"
    ),
    Rule(PH_DOSE, "More doses a day than the label allows: soft stop", "facts 2.1, 4.2", "V"),
    Rule(PH_DURATION, "Longer than one supply may last (28 days open): soft stop", "facts 2.1, 4.2", "V"),
    Rule(PH_ITEMS, "A third medicine on one day: soft stop", _STOPS, "P"),
    Rule(
        PH_MAO_INHIBITOR, "MAO inhibitor with brimonidine or a decongestant: hard stop", "KIDS 117, 118", "R"
    ),
    Rule(
        PH_HEART_SLOWED,
        "β-blocker by mouth, verapamil, diltiazem, digoxin, reserpine with a β-blocker drop: soft stop",
        "doctor123 3836; MIMS",
        "V",
    ),
    Rule(PH_AIRWAYS, "Inhaler in use with a β-blocker drop: ask about asthma", _POLICY, "K"),
    Rule(PH_SEDATION, "Sedative or tricyclic with brimonidine: soft stop", "prescriberpoint", "V"),
    Rule(PH_PRESSURE_LOWERED, "Pressure or heart medicine with brimonidine: said", "prescriberpoint", "V"),
    Rule(PH_CAI_TWICE, "Acetazolamide or methazolamide with its drops: soft stop", "MIMS Trusopt", "V"),
    Rule(PH_SALICYLATE, "Salicylate (dose unknown) with dorzolamide or brinzolamide: soft stop", "MIMS", "V"),
    Rule(PH_WARFARIN, "Warfarin with vitamin E: soft stop", "facts 2.1", "K"),
    Rule(PH_CHELATION, "Quinolone or tetracycline with zinc: hours apart", "facts 2.1", "K"),
    Rule(PH_LOW_SUGAR, "β-blocker drop hides low blood sugar: said", "MIMS iotim", "V"),
    Rule(
        PH_ORDER_PLAUSIBLE,
        "An order that is entered: 1 to 24 units a day, 1 to 90 days a supply, at most 12 refills, valid for at most "
        "366 days, written by today, with name and licence of who wrote a paper one",
        _POLICY,
        "P",
    ),
    Rule(
        PH_ORDER_COUNTED,
        "An order allows its first supply and its refills, counted under a lock; one refused after its release, and so "
        "not handed out, is given back",
        "field (b) 9, I-4, I-5",
        "P",
    ),
    Rule(
        PH_CONFIRMED_AMD,
        "What the supplement is for: intermediate macular degeneration in an eye, or late in one eye and the other "
        "judged and not late, each confirmed by a clinician",
        "facts 2.1, AREDS2",
        "V",
    ),
    Rule(
        PH_OVERRIDE,
        "A soft stop is overridden by the licensed role with a coded reason; a hard one never",
        "facts 4.2, 4.3, JMIR e15653",
        "V",
    ),
    Rule(PH_SECOND_CHECK, "Checked again at the release, on what is known then", "field (b) 10, I-11", "P"),
    Rule(PH_EXAMPLE_POLICY, "The example policy is refused outside development", _POLICY, "P"),
    Rule(
        PH_ONE_PERSON,
        "One pharmacist may copy, fill and release one order: no source read asks for a second person; each step "
        "keeps its own name and time, and the release checks again",
        "facts 0.1, 4.1 and field (b) 8-10, (c) name one licensed releaser; the law itself is not read",
        "P",
    ),
    *NOTICE_RULES,
)
