"""Rules of a referral that is under way: its deadlines, alarms, appointments and outcome."""

from referrals.domain import rule_ids as ids
from screening.domain.rules import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        ids.REFR_SEND_BY,
        "Not sent after 1 hour (stat), 4 hours (asap), 1 or 5 working days (urgent, routine): an alarm",
        "facts 4.9 (stat, asap K); days: product policy",
        "P",
    ),
    Rule(
        ids.REFR_ANSWER_BY,
        "No answer of the hospital after 1 hour (stat), 4 hours (asap), 2 or 5 working days: an alarm",
        "facts 4.9, field (b) 7; days: product policy",
        "P",
    ),
    Rule(
        ids.REFR_APPOINTMENT_BY,
        "Accepted and no appointment after 2 hours (stat), 8 hours (asap), 3 or 10 working days: an alarm",
        "field (b) 7; hours and days: product policy",
        "P",
    ),
    Rule(
        ids.REFR_SEEN_BY,
        "Nothing heard of the visit 1 hour (stat), 4 hours (asap), 1 or 5 working days after the appointment: an "
        "alarm; one told missed: at once",
        "facts 4.9 (same day: telephone now; routine: 7 and 14 days)",
        "K",
    ),
    Rule(
        ids.REFR_OUTCOME_BY,
        "No finding back 1 working day (stat), 2 (asap), 5 (urgent) or 10 (routine) after the patient was seen: an "
        "alarm",
        "field (b) 7; days: product policy",
        "P",
    ),
    Rule(
        ids.REFR_LADDER,
        "An alarm climbs after 1 hour (stat), 4 hours (asap), 1 or 5 working days: coordinator twice, then the "
        "administrator, then a physician; each rung once, counted from when the one before was raised",
        "facts 4.9 (7 and 14 days K); product policy",
        "P",
    ),
    Rule(
        ids.REFR_GIVEN_UP,
        "A hospital that did not answer up to the last rung counts as one that failed; the next one is proposed",
        "product policy",
        "P",
    ),
    Rule(
        ids.REFR_TRY_AGAIN,
        "Nobody answered: call again after 30 minutes (stat), 2 hours (asap), 1 or 2 working days; a wrong number or "
        "a refusal: at once",
        "product policy",
        "P",
    ),
    Rule(
        ids.REFR_MISSED,
        "Did not attend: call and book again; the third time, and whoever says that they will not go, to a physician",
        "field (b) 7, d6 (26 % of those discharged for it got worse); the count: product policy",
        "P",
    ),
    Rule(
        ids.REFR_SAID_NO,
        "A hospital that had this referral and said no, or never answered, is passed over",
        "field (b) 6",
        "P",
    ),
    Rule(
        ids.REFR_OUTCOME,
        "A referral is completed with what the hospital found, by eye and disease, and with nothing less",
        "field (b) 7",
        "P",
    ),
    Rule(
        ids.REFR_ONE_OPEN,
        "An assessment has one open referral, and of a visit one finding is with one hospital at a time",
        "field I-23",
        "P",
    ),
    Rule(
        ids.REFR_HELD,
        "On hold: until a day that is not past, with a reason; silent 1 hour (stat), 4 hours (asap) or 1 working day "
        "after it: an alarm",
        "product policy",
        "P",
    ),
    Rule(
        ids.REFR_LATE,
        "An appointment, or the last day of a hold, after the deadline: an alarm at once unless a reason is kept, and "
        "for all from the first minute of the deadline's day; that one climbs until a physician says that it stays",
        "facts 3.1 (the deadlines); product policy",
        "P",
    ),
    Rule(
        ids.REFR_OVERDUE,
        "The deadline's day over without a visit, whatever is waited for: an alarm then at the latest",
        "facts 3.1 (the deadlines); product policy",
        "P",
    ),
)
