"""What people read of a referral. Rules know codes; the words are here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.decisions import DecisionCode
from referrals.domain.directory import InsuranceClass
from referrals.domain.passed_over import COUNTING
from referrals.domain.silence import Step
from referrals.domain.status import ReferralStatus
from referrals.models import ReferralReason

CAPABILITIES: dict[str, Promise] = {
    Capability.EYE_CLINIC: _("eye clinic"),
    Capability.OCT: _("retinal tomography (OCT)"),
    Capability.PERIMETRY: _("visual field test"),
    Capability.LASER: _("retinal laser"),
    Capability.ANTI_VEGF: _("injections into the eye (anti-VEGF)"),
    Capability.VITRECTOMY: _("vitrectomy"),
    Capability.CATARACT_SURGERY: _("cataract surgery"),
    Capability.PAEDIATRIC_EYE: _("children's eye care"),
    Capability.EMERGENCY_EYE: _("24-hour eye emergency"),
    Capability.EMERGENCY_MEDICINE: _("24-hour emergency department"),
    Capability.INTERNAL_MEDICINE: _("internal medicine"),
}

STATUSES: dict[str, Promise] = {
    ReferralStatus.PROPOSED: _("Proposed, waits for a physician"),
    ReferralStatus.NEEDS_COORDINATOR: _("The coordinator looks for a hospital"),
    ReferralStatus.AUTHORISED: _("Authorised, waits to be sent"),
    ReferralStatus.REQUESTED: _("Sent to the hospital"),
    ReferralStatus.RECEIVED: _("Received by the hospital"),
    ReferralStatus.ACCEPTED: _("Accepted"),
    ReferralStatus.IN_PROGRESS: _("Being treated"),
    ReferralStatus.ON_HOLD: _("On hold"),
    ReferralStatus.COMPLETED: _("Completed"),
    ReferralStatus.REJECTED: _("Rejected by the hospital"),
    ReferralStatus.FAILED: _("Failed"),
    ReferralStatus.CANCELLED: _("Cancelled"),
}

DECISIONS: dict[str, Promise] = {
    DecisionCode.FINDING_NOT_CONFIRMED: _("The finding is not confirmed"),
    DecisionCode.PATIENT_DECLINES: _("The patient does not want to go"),
    DecisionCode.ALREADY_IN_CARE: _("The patient is treated for it already"),
    DecisionCode.CHOSEN_BY_PATIENT: _("The patient chose another hospital"),
    DecisionCode.TOO_FAR: _("Too far for the patient"),
    DecisionCode.KNOWN_THERE: _("The patient is known there"),
    DecisionCode.PLACE_AGREED: _("A place was agreed there by telephone"),
    DecisionCode.NO_PLACE: _("The hospital has no place in time"),
    DecisionCode.DETAILS_CHANGED: _("Something about the case changed"),
    DecisionCode.CAMP_PLAN: _("Planned together with the others of its day"),
    DecisionCode.NO_ANSWER: _("The hospital did not answer in time"),
    DecisionCode.BOOKED: _("An appointment was made"),
    DecisionCode.DID_NOT_ATTEND: _("The patient did not attend"),
    DecisionCode.LATE_KEPT: _("The date stays after the deadline"),
    DecisionCode.OTHER: _("Another reason"),
}

# Why somebody is called, by the step that stays silent.
SILENCES: dict[str, Promise] = {
    Step.SEND: _("It was proposed and has not been sent"),
    Step.ANSWER: _("The hospital has not answered"),
    Step.APPOINTMENT: _("Accepted, and no appointment is known"),
    Step.ATTENDANCE: _("The appointment is over: was the patient seen?"),
    Step.REBOOK: _("The patient did not attend: book again"),
    Step.RESUME: _("The hold is over, and it does not go on"),
    Step.LATE: _("Seen only after the deadline: find an earlier date or another hospital"),
    Step.OUTCOME: _("Seen, and nothing is known of what was found"),
}
RUNGS: dict[str, Promise] = {
    "1": _("First reminder"),
    "2": _("Second reminder"),
    "3": _("With the administrator"),
    "4": _("A physician decides"),
}
INSURANCES: dict[str, Promise] = {
    InsuranceClass.NATIONAL: _("National health insurance"),
    InsuranceClass.MEDICAL_AID: _("Medical aid"),
    InsuranceClass.VETERANS: _("Veterans' care"),
    InsuranceClass.FREE: _("Free of charge"),
}

# %(subject)s is what the rule was applied to: a distance, days, a date, capabilities.
REASONS: dict[str, Promise] = {
    rules.REFR_DIABETES: _("Diabetic changes of the retina need: %(subject)s."),
    rules.REFR_GLAUCOMA: _("Suspected glaucoma needs: %(subject)s."),
    rules.REFR_CATARACT: _("Cataract needs: %(subject)s."),
    rules.REFR_AMD: _("Macular degeneration needs: %(subject)s."),
    rules.REFR_HYPERTENSION: _("Blood-pressure changes of the retina need: %(subject)s."),
    rules.REFR_MYOPIA: _("Changes from short-sightedness need: %(subject)s."),
    rules.REFR_OTHER: _("Another finding needs: %(subject)s."),
    rules.REFR_EYE_CLINIC: _("Every referral needs: %(subject)s."),
    rules.REFR_EMERGENCY: _("Must be seen today; needs: %(subject)s."),
    rules.REFR_DISTORTED_LINES: _("Straight lines look bent; needs: %(subject)s."),
    rules.REFR_WHITE_PUPIL: _("White pupil in a child; needs: %(subject)s."),
    rules.REFR_BLOOD_PRESSURE: _("Very high blood pressure; needs: %(subject)s."),
    rules.REFR_DISTANCE: _("About %(subject)s km away (estimate)."),
    rules.REFR_WAIT: _("A place in %(subject)s days."),
    rules.REFR_COST: _("Nearer, but its first place is in %(subject)s days."),
    rules.REFR_CLOSED: _("Has places, but does not open on a day until %(subject)s."),
    rules.REFR_INSURANCE: _("Does not take the patient's insurance."),
    rules.REFR_MEDICAL_AID: _(
        "Medical aid pays here only after a first-level clinic referred, with a valid letter."
    ),
    rules.REFR_INSURANCE_UNKNOWN: _("Ask first whether it takes the patient's insurance."),
    rules.REFR_ROAD: _("%(subject)s minutes by road."),
    rules.REFR_NO_WAY: _("No way there by road is known."),
    rules.REFR_SAID_NO: _("Had this referral already and did not take the patient: %(subject)s"),
    rules.REFR_CROWDED: _("Nearer, but most of its places of that week are taken."),
    rules.REFR_KNOWN: _("The patient was treated here before."),
    rules.REFR_KNOWN_ELSEWHERE: _("Nearer, but the patient is known at another hospital."),
    rules.REFR_LANGUAGE: _("Not known to speak the patient's language."),
    rules.REFR_NO_ACCESS: _("Cannot be entered with a wheelchair."),
    rules.REFR_ACCESS_UNKNOWN: _("Ask first whether it can be entered with a wheelchair."),
    rules.REFR_NO_PLACE: _("No open place until %(subject)s."),
    rules.REFR_PLACES_UNKNOWN: _("It is not known whether it has a place."),
    rules.REFR_LACKS: _("Does not offer: %(subject)s."),
    rules.REFR_PLACE_OF_CLINIC: _("The home is not known: distances are from the clinic."),
    rules.REFR_NO_HOSPITAL: _("No hospital can treat this in time: the coordinator looks for one."),
    rules.REFR_CAMP_FULL: _("Others took all places until %(subject)s: the coordinator looks for one."),
    rules.REFR_OPEN_ALREADY: _("This visit already has a referral with a hospital: the coordinator decides."),
}


def reason_text(reason: ReferralReason) -> str:
    """One stored reason in words, in the language in force."""
    if reason.rule_id == rules.REFR_WAIT and reason.subject == "0":
        return str(_("A place today."))
    if reason.rule_id == rules.REFR_SAID_NO:
        # What a hospital wrote is no list of codes.
        return str(REASONS[reason.rule_id]) % {"subject": reason.subject or str(_("no reason given"))}
    if reason.rule_id in COUNTING:
        return _counted(reason)
    named = [str(CAPABILITIES.get(part, part)) for part in reason.subject.split(",")]
    return str(REASONS[reason.rule_id]) % {"subject": ", ".join(named)}


def note_text(note: str) -> str:
    """What a hospital's program said beside a step; empty where it said nothing."""
    return str(_("Note of the hospital: %(note)s")) % {"note": note} if note else ""


def _counted(reason: ReferralReason) -> str:
    """How many hospitals a rule counts."""
    hospitals = int(reason.subject)
    words = {
        rules.REFR_NO_EYE_CLINIC: ngettext(
            "%(hospitals)s hospital has no eye clinic.",
            "%(hospitals)s hospitals have no eye clinic.",
            hospitals,
        ),
        rules.REFR_NOT_LISTED: ngettext(
            "%(hospitals)s more treats eyes and is farther away than those listed.",
            "%(hospitals)s more treat eyes and are farther away than those listed.",
            hospitals,
        ),
    }
    return words[reason.rule_id] % {"hospitals": hospitals}
