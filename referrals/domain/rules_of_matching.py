"""Rules of what a person needs, of which hospitals can treat them, and of a camp day."""

from referrals.domain import rule_ids as ids
from screening.domain.rules import Rule

_NEEDS = "facts 3.3, need to capability"

RULES: tuple[Rule, ...] = (
    Rule(ids.REFR_DIABETES, "Diabetic retinopathy: OCT and laser", _NEEDS, "P"),
    Rule(ids.REFR_GLAUCOMA, "Glaucoma: perimetry", _NEEDS, "P"),
    Rule(ids.REFR_CATARACT, "Cataract: cataract surgery", _NEEDS, "P"),
    Rule(ids.REFR_AMD, "Macular degeneration: OCT and anti-VEGF injection", f"{_NEEDS}; NICE NG82", "P"),
    Rule(
        ids.REFR_HYPERTENSION, "Hypertensive retinopathy: eye clinic and internal medicine", "facts 3.1", "P"
    ),
    Rule(ids.REFR_MYOPIA, "Pathologic myopia: OCT", "facts 3.1", "K"),
    Rule(ids.REFR_OTHER, "Other finding: OCT", "facts 3.1", "K"),
    Rule(ids.REFR_EYE_CLINIC, "Every referral: an eye clinic", "facts 3.3, department 12", "R"),
    Rule(
        ids.REFR_EMERGENCY, "Same day: 24-hour eye emergency, whatever else it offers", "facts 3.1, 3.2", "P"
    ),
    Rule(
        ids.REFR_DISTORTED_LINES, "Distorted lines: OCT and anti-VEGF injection", "facts 3.1, NICE NG82", "V"
    ),
    Rule(ids.REFR_WHITE_PUPIL, "White pupil in a child: paediatric eye care", "facts 3.1, 3.2", "K"),
    Rule(ids.REFR_BLOOD_PRESSURE, "Severe blood pressure: emergency medicine", "facts 3.1, NICE NG136", "V"),
    Rule(ids.REFR_DISTANCE, "Distance: straight line times 1.3, an estimate", "facts 3.5", "K"),
    Rule(ids.REFR_WAIT, "Wait: days to the first open place of the urgency", "facts 3.3", "P"),
    Rule(
        ids.REFR_COST,
        "Rank: travel minutes plus 60 times the used-up share of the window, and REFR-36 to REFR-40",
        "facts 3.3",
        "P",
    ),
    Rule(
        ids.REFR_WINDOW, "A place must be open by the first working day from the deadline", "NICE NG82", "V"
    ),
    Rule(ids.REFR_NO_PLACE, "No open place in time: passed over", "facts 3.3", "P"),
    Rule(ids.REFR_PLACES_UNKNOWN, "Capacity not known: passed over, not assumed", "facts 4.4", "P"),
    Rule(ids.REFR_LACKS, "A needed capability is missing: passed over", "facts 3.3", "P"),
    Rule(ids.REFR_PLACE_OF_CLINIC, "Home not known: the clinic's place is used", "product policy", "P"),
    Rule(ids.REFR_NO_HOSPITAL, "No hospital fits: the coordinator's list", "facts 4.9", "P"),
    Rule(ids.REFR_DUE, "No date given: same day, 1, 14 or 91 days by urgency", "facts 3.1", "P"),
    Rule(ids.REFR_TRANSITIONS, "Only the listed steps of a referral are possible", "interop 2.5", "P"),
    Rule(
        ids.REFR_PHYSICIAN,
        "A referral leaves only after a physician authorised it; physician or coordinator send it",
        "facts 3.3, 4.1",
        "P",
    ),
    Rule(
        ids.REFR_OPEN_ALREADY,
        "A referral of this visit is already with a hospital: coordinator",
        "field I-23",
        "P",
    ),
    Rule(
        ids.REFR_FOLLOW_UP,
        "A refused referral: a grader looks again at a doubted finding, else, and where a hospital sent it back "
        "or it was cancelled after it was sent, "
        "the coordinator follows up",
        "product policy",
        "P",
    ),
    Rule(
        ids.REFR_CAMP_TIERS,
        "Camp day: the most urgent are assigned first, and nobody less urgent takes their places",
        "facts 3.4",
        "P",
    ),
    Rule(
        ids.REFR_CAMP_MOST,
        "Camp day: within an urgency as many people as possible, then the least cost of matching in all",
        "facts 3.4",
        "P",
    ),
    Rule(
        ids.REFR_CAMP_FULL,
        "Camp day: others took all places in time: the coordinator's list",
        "facts 4.9",
        "P",
    ),
    Rule(
        ids.REFR_HOURS,
        "A hospital is open on the days it told, public holidays apart; none told: every working day",
        "facts 3.3, 3.4",
        "P",
    ),
    Rule(ids.REFR_CLOSED, "No day on which it opens and has a place in time: passed over", "facts 3.3", "P"),
    Rule(
        ids.REFR_INSURANCE,
        "The insurance is known not to be taken: passed over, but for a same-day case",
        "facts 3.3",
        "P",
    ),
    Rule(
        ids.REFR_MEDICAL_AID,
        "Medical aid: first level; second with a first-level letter of the last 7 days; same day anywhere",
        "facts 3.3",
        "V",
    ),
    Rule(
        ids.REFR_INSURANCE_UNKNOWN,
        "Whether the insurance is taken is not known: stays a candidate, to be asked",
        "facts 3.3",
        "P",
    ),
    Rule(
        ids.REFR_ROAD,
        "Travel: minutes of a router, else the estimated distance at 60 km/h, labelled",
        "facts 3.5",
        "K",
    ),
    Rule(ids.REFR_CROWDED, "Cost: 15 minutes times the taken share of the week's places", "facts 3.3", "P"),
    Rule(
        ids.REFR_KNOWN,
        "Cost: 15 minutes where a patient whom another hospital knows is not known",
        "facts 3.3",
        "P",
    ),
    Rule(
        ids.REFR_LANGUAGE,
        "Cost: 30 minutes where the patient's language is not known to be spoken",
        "facts 3.3",
        "P",
    ),
    Rule(ids.REFR_NO_ACCESS, "Cost: 60 minutes where a wheelchair cannot go", "facts 3.3", "P"),
    Rule(
        ids.REFR_ACCESS_UNKNOWN,
        "Cost: 30 minutes where it is not known whether a wheelchair can go",
        "facts 3.3",
        "P",
    ),
    Rule(
        ids.REFR_KNOWN_ELSEWHERE, "Nearer, but another hospital knows the patient: named so", "facts 3.3", "P"
    ),
    Rule(ids.REFR_CHOICE, "The patient's choice wins over the ranking and is recorded", "facts 3.5", "P"),
    Rule(
        ids.REFR_NO_WAY,
        "A router that knows no way there: passed over; an estimate ranks behind three ways that it knows",
        "facts 3.5",
        "P",
    ),
    Rule(
        ids.REFR_NO_EYE_CLINIC,
        "Nearer hospitals that treat no eyes: told as one number; each of the others is told by itself with its reason",
        "product policy",
        "P",
    ),
    Rule(
        ids.REFR_NOT_LISTED,
        "Of the nearer hospitals that treat eyes the nearest 50 are told by themselves, the others as one number",
        "product policy",
        "P",
    ),
)
