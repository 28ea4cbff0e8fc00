"""Every referral rule a clinician could argue with; docs/CLINICAL_RULES.md lists the same ids.

`facts` is facts/clinical.md and `interop` facts/interop.md, by section.
Evidence: V read in the source, R read in a public file, K unchecked general knowledge, P product policy.
"""

from typing import Final

from screening.domain.rules import Rule

REFR_DIABETES: Final = "REFR-01"
REFR_GLAUCOMA: Final = "REFR-02"
REFR_CATARACT: Final = "REFR-03"
REFR_AMD: Final = "REFR-04"
REFR_HYPERTENSION: Final = "REFR-05"
REFR_MYOPIA: Final = "REFR-06"
REFR_OTHER: Final = "REFR-07"
REFR_EYE_CLINIC: Final = "REFR-08"
REFR_EMERGENCY: Final = "REFR-09"
REFR_DISTORTED_LINES: Final = "REFR-10"
REFR_WHITE_PUPIL: Final = "REFR-11"
REFR_BLOOD_PRESSURE: Final = "REFR-12"
REFR_DISTANCE: Final = "REFR-13"
REFR_WAIT: Final = "REFR-14"
REFR_COST: Final = "REFR-15"
REFR_WINDOW: Final = "REFR-16"
REFR_NO_PLACE: Final = "REFR-17"
REFR_PLACES_UNKNOWN: Final = "REFR-18"
REFR_LACKS: Final = "REFR-19"
REFR_PLACE_OF_CLINIC: Final = "REFR-20"
REFR_NO_HOSPITAL: Final = "REFR-21"
REFR_DUE: Final = "REFR-22"
REFR_TRANSITIONS: Final = "REFR-23"
REFR_PHYSICIAN: Final = "REFR-24"
REFR_OPEN_ALREADY: Final = "REFR-25"
REFR_FOLLOW_UP: Final = "REFR-26"
REFR_CAMP_TIERS: Final = "REFR-27"
REFR_CAMP_MOST: Final = "REFR-28"
REFR_CAMP_FULL: Final = "REFR-29"
REFR_HOURS: Final = "REFR-30"

_NEEDS = "facts 3.3, need to capability"

RULES: tuple[Rule, ...] = (
    Rule(REFR_DIABETES, "Diabetic retinopathy: OCT and laser", _NEEDS, "P"),
    Rule(REFR_GLAUCOMA, "Glaucoma: perimetry", _NEEDS, "P"),
    Rule(REFR_CATARACT, "Cataract: cataract surgery", _NEEDS, "P"),
    Rule(REFR_AMD, "Macular degeneration: OCT and anti-VEGF injection", f"{_NEEDS}; NICE NG82", "P"),
    Rule(REFR_HYPERTENSION, "Hypertensive retinopathy: eye clinic and internal medicine", "facts 3.1", "P"),
    Rule(REFR_MYOPIA, "Pathologic myopia: OCT", "facts 3.1", "K"),
    Rule(REFR_OTHER, "Other finding: OCT", "facts 3.1", "K"),
    Rule(REFR_EYE_CLINIC, "Every referral: an eye clinic", "facts 3.3, department 12", "R"),
    Rule(REFR_EMERGENCY, "Same day: 24-hour eye emergency, whatever else it offers", "facts 3.1, 3.2", "P"),
    Rule(REFR_DISTORTED_LINES, "Distorted lines: OCT and anti-VEGF injection", "facts 3.1, NICE NG82", "V"),
    Rule(REFR_WHITE_PUPIL, "White pupil in a child: paediatric eye care", "facts 3.1, 3.2", "K"),
    Rule(REFR_BLOOD_PRESSURE, "Severe blood pressure: emergency medicine", "facts 3.1, NICE NG136", "V"),
    Rule(REFR_DISTANCE, "Distance: straight line times 1.3, an estimate", "facts 3.5", "K"),
    Rule(REFR_WAIT, "Wait: days to the first open place of the urgency", "facts 3.3", "P"),
    Rule(REFR_COST, "Rank: distance in km plus 60 times the used-up share of the window", "facts 3.3", "P"),
    Rule(REFR_WINDOW, "A place must be open by the first working day from the deadline", "NICE NG82", "V"),
    Rule(REFR_NO_PLACE, "No open place in time: passed over", "facts 3.3", "P"),
    Rule(REFR_PLACES_UNKNOWN, "Capacity not known: passed over, not assumed", "facts 4.4", "P"),
    Rule(REFR_LACKS, "A needed capability is missing: passed over", "facts 3.3", "P"),
    Rule(REFR_PLACE_OF_CLINIC, "Home not known: the clinic's place is used", "product policy", "P"),
    Rule(REFR_NO_HOSPITAL, "No hospital fits: the coordinator's list", "facts 4.9", "P"),
    Rule(REFR_DUE, "No date given: same day, 1, 14 or 91 days by urgency", "facts 3.1", "P"),
    Rule(REFR_TRANSITIONS, "Only the listed steps of a referral are possible", "interop 2.5", "P"),
    Rule(
        REFR_PHYSICIAN,
        "A referral leaves only after a physician authorised it; physician or coordinator send it",
        "facts 3.3, 4.1",
        "P",
    ),
    Rule(
        REFR_OPEN_ALREADY,
        "A referral of this visit is already with a hospital: coordinator",
        "field I-23",
        "P",
    ),
    Rule(
        REFR_FOLLOW_UP,
        "A refused referral: a grader looks again at a doubted finding, else the coordinator follows up",
        "product policy",
        "P",
    ),
    Rule(
        REFR_CAMP_TIERS,
        "Camp day: the most urgent are assigned first, and nobody less urgent takes their places",
        "facts 3.4",
        "P",
    ),
    Rule(
        REFR_CAMP_MOST,
        "Camp day: within an urgency as many people as possible, then the least distance and wait in all",
        "facts 3.4",
        "P",
    ),
    Rule(
        REFR_CAMP_FULL, "Camp day: others took all places in time: the coordinator's list", "facts 4.9", "P"
    ),
    Rule(
        REFR_HOURS,
        "A hospital is open on the days it told, public holidays apart; none told: every working day",
        "facts 3.3, 3.4",
        "P",
    ),
)
