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
REFR_CLOSED: Final = "REFR-31"
REFR_INSURANCE: Final = "REFR-32"
REFR_MEDICAL_AID: Final = "REFR-33"
REFR_INSURANCE_UNKNOWN: Final = "REFR-34"
REFR_ROAD: Final = "REFR-35"
REFR_CROWDED: Final = "REFR-36"
REFR_KNOWN: Final = "REFR-37"
REFR_LANGUAGE: Final = "REFR-38"
REFR_NO_ACCESS: Final = "REFR-39"
REFR_ACCESS_UNKNOWN: Final = "REFR-40"
REFR_KNOWN_ELSEWHERE: Final = "REFR-41"
REFR_CHOICE: Final = "REFR-42"
REFR_NO_WAY: Final = "REFR-43"
REFR_SEND_BY: Final = "REFR-44"
REFR_ANSWER_BY: Final = "REFR-45"
REFR_APPOINTMENT_BY: Final = "REFR-46"
REFR_SEEN_BY: Final = "REFR-47"
REFR_OUTCOME_BY: Final = "REFR-48"
REFR_LADDER: Final = "REFR-49"
REFR_GIVEN_UP: Final = "REFR-50"
REFR_TRY_AGAIN: Final = "REFR-51"
REFR_MISSED: Final = "REFR-52"
REFR_SAID_NO: Final = "REFR-53"
REFR_OUTCOME: Final = "REFR-54"
REFR_ONE_OPEN: Final = "REFR-55"
REFR_HELD: Final = "REFR-56"
REFR_LATE: Final = "REFR-57"
REFR_OVERDUE: Final = "REFR-58"
REFR_NO_EYE_CLINIC: Final = "REFR-59"
REFR_NOT_LISTED: Final = "REFR-60"

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
    Rule(
        REFR_COST,
        "Rank: travel minutes plus 60 times the used-up share of the window, and REFR-36 to REFR-40",
        "facts 3.3",
        "P",
    ),
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
        "A refused referral: a grader looks again at a doubted finding, else, and where a hospital sent it back "
        "or it was cancelled after it was sent, "
        "the coordinator follows up",
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
        "Camp day: within an urgency as many people as possible, then the least cost of matching in all",
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
    Rule(REFR_CLOSED, "No day on which it opens and has a place in time: passed over", "facts 3.3", "P"),
    Rule(
        REFR_INSURANCE,
        "The insurance is known not to be taken: passed over, but for a same-day case",
        "facts 3.3",
        "P",
    ),
    Rule(
        REFR_MEDICAL_AID,
        "Medical aid: first level; second with a first-level letter of the last 7 days; same day anywhere",
        "facts 3.3",
        "V",
    ),
    Rule(
        REFR_INSURANCE_UNKNOWN,
        "Whether the insurance is taken is not known: stays a candidate, to be asked",
        "facts 3.3",
        "P",
    ),
    Rule(
        REFR_ROAD,
        "Travel: minutes of a router, else the estimated distance at 60 km/h, labelled",
        "facts 3.5",
        "K",
    ),
    Rule(REFR_CROWDED, "Cost: 15 minutes times the taken share of the week's places", "facts 3.3", "P"),
    Rule(
        REFR_KNOWN,
        "Cost: 15 minutes where a patient whom another hospital knows is not known",
        "facts 3.3",
        "P",
    ),
    Rule(
        REFR_LANGUAGE,
        "Cost: 30 minutes where the patient's language is not known to be spoken",
        "facts 3.3",
        "P",
    ),
    Rule(REFR_NO_ACCESS, "Cost: 60 minutes where a wheelchair cannot go", "facts 3.3", "P"),
    Rule(
        REFR_ACCESS_UNKNOWN,
        "Cost: 30 minutes where it is not known whether a wheelchair can go",
        "facts 3.3",
        "P",
    ),
    Rule(REFR_KNOWN_ELSEWHERE, "Nearer, but another hospital knows the patient: named so", "facts 3.3", "P"),
    Rule(REFR_CHOICE, "The patient's choice wins over the ranking and is recorded", "facts 3.5", "P"),
    Rule(
        REFR_NO_WAY,
        "A router that knows no way there: passed over; an estimate ranks behind three ways that it knows",
        "facts 3.5",
        "P",
    ),
    Rule(
        REFR_SEND_BY,
        "Not sent after 1 hour (stat), 4 hours (asap), 1 or 5 working days (urgent, routine): an alarm",
        "facts 4.9 (stat, asap K); days: product policy",
        "P",
    ),
    Rule(
        REFR_ANSWER_BY,
        "No answer of the hospital after 1 hour (stat), 4 hours (asap), 2 or 5 working days: an alarm",
        "facts 4.9, field (b) 7; days: product policy",
        "P",
    ),
    Rule(
        REFR_APPOINTMENT_BY,
        "Accepted and no appointment after 2 hours (stat), 8 hours (asap), 3 or 10 working days: an alarm",
        "field (b) 7; hours and days: product policy",
        "P",
    ),
    Rule(
        REFR_SEEN_BY,
        "Nothing heard of the visit 1 hour (stat), 4 hours (asap), 1 or 5 working days after the appointment: an "
        "alarm; one told missed: at once",
        "facts 4.9 (same day: telephone now; routine: 7 and 14 days)",
        "K",
    ),
    Rule(
        REFR_OUTCOME_BY,
        "No finding back 1 working day (stat), 2 (asap), 5 (urgent) or 10 (routine) after the patient was seen: an "
        "alarm",
        "field (b) 7; days: product policy",
        "P",
    ),
    Rule(
        REFR_LADDER,
        "An alarm climbs after 1 hour (stat), 4 hours (asap), 1 or 5 working days: coordinator twice, then the "
        "administrator, then a physician; each rung once, counted from when the one before was raised",
        "facts 4.9 (7 and 14 days K); product policy",
        "P",
    ),
    Rule(
        REFR_GIVEN_UP,
        "A hospital that did not answer up to the last rung counts as one that failed; the next one is proposed",
        "product policy",
        "P",
    ),
    Rule(
        REFR_TRY_AGAIN,
        "Nobody answered: call again after 30 minutes (stat), 2 hours (asap), 1 or 2 working days; a wrong number or "
        "a refusal: at once",
        "product policy",
        "P",
    ),
    Rule(
        REFR_MISSED,
        "Did not attend: call and book again; the third time, and whoever says that they will not go, to a physician",
        "field (b) 7, d6 (26 % of those discharged for it got worse); the count: product policy",
        "P",
    ),
    Rule(
        REFR_SAID_NO,
        "A hospital that had this referral and said no, or never answered, is passed over",
        "field (b) 6",
        "P",
    ),
    Rule(
        REFR_OUTCOME,
        "A referral is completed with what the hospital found, by eye and disease, and with nothing less",
        "field (b) 7",
        "P",
    ),
    Rule(
        REFR_ONE_OPEN,
        "An assessment has one open referral, and of a visit one finding is with one hospital at a time",
        "field I-23",
        "P",
    ),
    Rule(
        REFR_HELD,
        "On hold: until a day that is not past, with a reason; silent 1 hour (stat), 4 hours (asap) or 1 working day "
        "after it: an alarm",
        "product policy",
        "P",
    ),
    Rule(
        REFR_LATE,
        "An appointment, or the last day of a hold, after the deadline: an alarm at once unless a reason is kept, and "
        "for all from the first minute of the deadline's day; that one climbs until a physician says that it stays",
        "facts 3.1 (the deadlines); product policy",
        "P",
    ),
    Rule(
        REFR_OVERDUE,
        "The deadline's day over without a visit, whatever is waited for: an alarm then at the latest",
        "facts 3.1 (the deadlines); product policy",
        "P",
    ),
    Rule(
        REFR_NO_EYE_CLINIC,
        "Nearer hospitals that treat no eyes: told as one number; each of the others is told by itself with its reason",
        "product policy",
        "P",
    ),
    Rule(
        REFR_NOT_LISTED,
        "Of the nearer hospitals that treat eyes the nearest 50 are told by themselves, the others as one number",
        "product policy",
        "P",
    ),
)
