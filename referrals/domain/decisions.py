"""What people decide about a referral, as codes: why it was refused, sent elsewhere, or handed on."""

from enum import StrEnum

from referrals.domain.status import ReferralStatus


class DecisionCode(StrEnum):
    """The words are in referrals.texts; OTHER needs the person's own words beside it."""

    FINDING_NOT_CONFIRMED = "not-confirmed"
    PATIENT_DECLINES = "patient-declines"
    ALREADY_IN_CARE = "already-in-care"
    CHOSEN_BY_PATIENT = "chosen-by-patient"
    TOO_FAR = "too-far"
    KNOWN_THERE = "known-there"
    PLACE_AGREED = "place-agreed"
    NO_PLACE = "no-place"
    DETAILS_CHANGED = "details-changed"
    CAMP_PLAN = "camp-plan"
    NO_ANSWER = "no-answer"
    BOOKED = "booked"
    DID_NOT_ATTEND = "did-not-attend"
    LATE_KEPT = "late-kept"
    OTHER = "other"


_C = DecisionCode

REFUSAL_CODES = (_C.FINDING_NOT_CONFIRMED, _C.PATIENT_DECLINES, _C.ALREADY_IN_CARE, _C.OTHER)
HOSPITAL_CODES = (_C.CHOSEN_BY_PATIENT, _C.TOO_FAR, _C.KNOWN_THERE, _C.PLACE_AGREED, _C.OTHER)
HAND_ON_CODES = (_C.NO_PLACE, _C.TOO_FAR, _C.CHOSEN_BY_PATIENT, _C.DETAILS_CHANGED, _C.OTHER)

# A refused referral never ends in nothing (REFR-26): a doubted finding goes to a second pair of eyes, everything
# else to whoever speaks with the patient. Values of records.models.Role. Product policy.
FOLLOW_UP_ROLES: dict[DecisionCode, str] = {
    _C.FINDING_NOT_CONFIRMED: "grader",
    _C.PATIENT_DECLINES: "coordinator",
    _C.ALREADY_IN_CARE: "coordinator",
    _C.DETAILS_CHANGED: "coordinator",
    _C.OTHER: "coordinator",
}
# What a hospital sent back came to nothing too, however well it was meant (REFR-26).
SENT_BACK = (ReferralStatus.REJECTED, ReferralStatus.FAILED)
SENT_BACK_ROLE = "coordinator"
# Why the clinic takes back what a hospital has already: the patient is as much without one as after a refusal.
CANCEL_CODES = (_C.PATIENT_DECLINES, _C.ALREADY_IN_CARE, _C.DETAILS_CHANGED, _C.OTHER)


def follow_up_role(status: str, end_code: str) -> str | None:
    """Who finds out what the patient does instead; None where nothing came to an end without a hospital.

    `end_code`: why it was refused, or cancelled after it was sent; empty where it was neither.
    """
    if end_code:
        return FOLLOW_UP_ROLES[DecisionCode(end_code)]
    return SENT_BACK_ROLE if status in SENT_BACK else None
