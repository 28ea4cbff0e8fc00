"""What each medicine of the formulary is for, and what is left out; part of `pharmacy.domain.rules`, where others read
them. Sources and evidence as there.
"""

from typing import Final

from screening.domain.rules import Rule

PH_CARMELLOSE: Final = "PH-31"
PH_HYPROMELLOSE: Final = "PH-32"
PH_KETOTIFEN: Final = "PH-33"
PH_HYALURONATE: Final = "PH-34"
PH_OLOPATADINE: Final = "PH-35"
PH_AZELASTINE: Final = "PH-36"
PH_CROMOGLICATE: Final = "PH-37"
PH_AREDS2: Final = "PH-38"
PH_AREDS_CAROTENE: Final = "PH-39"
PH_LATANOPROST: Final = "PH-40"
PH_PROSTAGLANDINS: Final = "PH-41"
PH_TIMOLOL: Final = "PH-42"
PH_CARTEOLOL: Final = "PH-43"
PH_BRIMONIDINE: Final = "PH-44"
PH_CAI_DROPS: Final = "PH-45"
PH_DECONGESTANT: Final = "PH-46"
PH_BRIMONIDINE_REDNESS: Final = "PH-47"
PH_ACETAZOLAMIDE: Final = "PH-48"
PH_PILOCARPINE: Final = "PH-49"
PH_PRESCRIPTION_ONLY: Final = "PH-50"
PH_STEROID_ANTIBIOTIC: Final = "PH-51"
PH_ANTI_VEGF: Final = "PH-52"

MEDICINE_RULES: Final[tuple[Rule, ...]] = (
    Rule(PH_CARMELLOSE, "Carmellose 0.5 %, unit dose: dry eye", "dailypop 2018; pressna", "V"),
    Rule(PH_HYPROMELLOSE, "Hypromellose 0.3 %: dry eye, second choice", "WHO ATC 2026-04-25", "K"),
    Rule(
        PH_KETOTIFEN,
        "Ketotifen 0.025 %: ocular allergy; only an item registered over the counter",
        "DailyMed 0fe119ad; dailypop",
        "V",
    ),
    Rule(
        PH_HYALURONATE,
        "Hyaluronate 0.1 and 0.18 %: dry eye, on an order until the item is registered over the counter",
        "ajunews 2011; pressna",
        "V",
    ),
    Rule(PH_OLOPATADINE, "Olopatadine: ocular allergy, on an order; from 3 years", "KIDS; facts 2.1", "K"),
    Rule(
        PH_AZELASTINE, "Azelastine 0.05 %: ocular allergy, on an order; from 7 years", "KIDS, facts 2.1", "R"
    ),
    Rule(
        PH_CROMOGLICATE, "Cromoglicate 2 %: on an order; blocked in KR, legal class unknown", "facts 2.1", "K"
    ),
    Rule(
        PH_AREDS2,
        "AREDS2 without β-carotene: intermediate macular degeneration confirmed by a clinician only",
        "campaign-archive AREDS2; fexania",
        "V",
    ),
    Rule(PH_AREDS_CAROTENE, "AREDS with β-carotene: never proposed; never for a smoker", "AREDS2", "V"),
    Rule(
        PH_LATANOPROST,
        "Latanoprost 0.005 %: refill only, one drop a day, 28 days",
        "KIDS cpct; facts 2.1",
        "R",
    ),
    Rule(
        PH_PROSTAGLANDINS,
        "Travoprost, tafluprost, bimatoprost: refill only, from 18 years",
        "KIDS; facts 2.1",
        "R",
    ),
    Rule(PH_TIMOLOL, "Timolol 0.25 to 0.5 %: refill only, at most twice a day", "doctor123 3836; MIMS", "V"),
    Rule(PH_CARTEOLOL, "Carteolol, betaxolol: refill only, as timolol", "KIDS; facts 2.1", "R"),
    Rule(PH_BRIMONIDINE, "Brimonidine 0.1 to 0.2 %: refill only, from 2 years", "KIDS 21, 117, 118", "R"),
    Rule(PH_CAI_DROPS, "Dorzolamide, brinzolamide: refill only, three times a day", "MIMS Trusopt", "V"),
    Rule(PH_DECONGESTANT, "Naphazoline, tetryzoline: left out, they hide a warning sign", "facts 2.1", "K"),
    Rule(PH_BRIMONIDINE_REDNESS, "Brimonidine 0.025 % for redness: left out", "ndclist 0536-1432", "V"),
    Rule(PH_ACETAZOLAMIDE, "Acetazolamide by mouth: never", "KIDS 3, 4, 10", "R"),
    Rule(PH_PILOCARPINE, "Pilocarpine: never (detachment)", "KIDS; facts 2.1", "R"),
    Rule(
        PH_PRESCRIPTION_ONLY, "Netarsudil, diquafosol, ciclosporin: never from the machine", "facts 2.1", "R"
    ),
    Rule(PH_STEROID_ANTIBIOTIC, "Steroid and antibiotic drops: never from the machine", "facts 2.1", "R"),
    Rule(PH_ANTI_VEGF, "Injections into the eye: hospital only", "facts 2.1", "R"),
)
