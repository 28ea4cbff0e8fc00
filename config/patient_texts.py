"""What a patient reads: short sentences, everyday words, no percentages, for somebody who reads little."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.patient_step import Next

# In the codes of Django's date filter.
DATE_FORMAT = _("l, j F Y")

# %(day)s is the one date; %(hospital)s and %(clinic)s are names.
STEPS: Mapping[Next, LazyText] = {
    Next.HOSPITAL_SOUGHT: _("We look for a hospital for you. We tell you which one by %(day)s."),
    Next.RESULT_AWAITED: _("Your result is not ready yet. We tell you the result by %(day)s."),
    Next.MEDICINE_CHECKED: _(
        "A pharmacist checks which eye drops are right for you. We tell you by %(day)s."
    ),
    Next.EXPERT_LOOKS: _(
        "An eye expert still looks at your photograph. We tell you what they saw by %(day)s."
    ),
    Next.CLINIC_CALLS: _("We speak with you about what is best for you now. You hear from us by %(day)s."),
    Next.HOSPITAL: _("Go to %(hospital)s. Be there by %(day)s at the latest."),
    Next.PHOTOGRAPH: _("Come to %(clinic)s so that we take the photograph again. Come by %(day)s."),
    Next.APPOINTMENT: _("Go to your eye clinic, where you have an appointment: %(day)s."),
    Next.COME_BACK: _("Come to %(clinic)s for your next eye check by %(day)s."),
}
TODAY: Mapping[Next, LazyText] = {
    Next.HOSPITAL_SOUGHT: _(
        "You must be seen at a hospital today, %(day)s. Stay here, please. We tell you now which hospital."
    ),
    Next.HOSPITAL: _("Go to %(hospital)s today, %(day)s. Do not wait."),
}
WAITING_TOO_LONG = _("If you hear nothing by then, come to us or call us.")

BRING: Mapping[Next, LazyText] = {
    Next.HOSPITAL: _(
        "Bring this sheet, your identity card, your glasses and all your medicines. Come with somebody. "
        "Do not drive yourself."
    ),
    Next.PHOTOGRAPH: _("Bring this sheet and your glasses."),
    Next.APPOINTMENT: _("Bring this sheet, your identity card, your glasses and all your medicines."),
    Next.COME_BACK: _("Bring this sheet, your glasses and all your medicines."),
}
BRING_WAITING = _("Keep this sheet. Bring it when you come again.")

# What an eye's photograph showed; %(eye)s is the eye, %(signs)s what was seen.
SUSPECTED = _("%(eye)s: the computer found a sign that an eye doctor should look at: %(signs)s.")
SEEN = _("%(eye)s: our eye expert saw a sign that an eye doctor should look at: %(signs)s.")
UNSURE = _("%(eye)s: the computer was not sure. A person looks at the photograph.")
NOTHING = _("%(eye)s: no sign of an illness was found in the photograph.")
UNCLEAR = _("%(eye)s: the photograph was not clear enough. This does not mean that the eye is ill.")
NO_PHOTOGRAPH = _("%(eye)s: there is no photograph of this eye. We know nothing about it.")
NOT_READY = _("We have not finished looking at your photographs.")
EYES: Mapping[str, LazyText] = {"R": _("Right eye"), "L": _("Left eye")}
SIGNS: Mapping[str, LazyText] = {
    "D": _("small changes that diabetes can cause"),
    "G": _("a change at the nerve of the eye"),
    "C": _("a cloudy lens in the eye"),
    "A": _("a change at the spot with which you read"),
    "H": _("changes that high blood pressure can cause"),
    "M": _("changes that strong short-sightedness can cause"),
    "O": _("another change"),
}
TOLD_US = _("You told us: %(flags)s. This must be looked at soon, whatever the photograph shows.")

DROPS_CHECKED = _("A pharmacist also checks which eye drops are right for you.")
DROPS = _("You get eye drops from us. %(directions)s")
EXPERT_TOO = _("An eye expert also looks at your photograph. We call you if anything must be done.")
APPOINTMENT_TOO = _("Also go to the appointment that you have at your eye clinic.")
AGAIN_TOO = _("A photograph that was not clear must be taken again.")
PRESSURE_HIGH = _("Your blood pressure is high. See a doctor about it within four weeks.")
RAISED_RISK = _(
    "Your answers say that an eye illness may come more easily to you. So please come to every check."
)

WATCH = (
    _("You suddenly see less, or a shadow covers part of what you see."),
    _("You see flashes, or many new black spots."),
    _("Straight lines look bent, or you see everything twice."),
    _("Your eye hurts, or it is very red."),
)
EMERGENCY = _("Go to the nearest hospital with an emergency room at once.")
EMERGENCY_CALL = _("Go to the nearest hospital with an emergency room at once, or call %(number)s.")
# The number that brings an ambulance, by country (ISO 3166-1).
EMERGENCY_NUMBERS: Mapping[str, str] = {"KR": "119"}

NOT_A_DIAGNOSIS = _(
    "This sheet is not a diagnosis. A computer helped to look at your photographs, and it cannot find every "
    "illness. Only a doctor can say what you have."
)
CANCELLED = _("This visit was cancelled, so there is no result. Ask at %(clinic)s what to do next.")

# The slip that sends a patient to a hospital.
SLIP_BY = _("Be there by %(day)s at the latest.")
SLIP_TODAY = _("Go there today, %(day)s. Do not wait.")
SLIP_FAR_FROM_HOME = _("It is about %(distance)s km from your home.")
SLIP_FAR_FROM_CLINIC = _("It is about %(distance)s km from our clinic.")
SLIP_ASK_THE_WAY = _(
    "If you do not know the way, call the hospital or ask us. If nobody can bring you, tell us."
)
SLIP_BRING = _(
    "Bring this sheet and the letter for the doctor. Also bring your identity card, your glasses and all your "
    "medicines. Come with somebody. Do not drive yourself."
)
SLIP_CANNOT_GO = _("If you cannot go, call us. We look for another way with you.")
SLIP_WORSE = _("If your eye gets worse before that day, do not wait for it.")
SLIP_NOT_A_DIAGNOSIS = _("This sheet is not a diagnosis. Only a doctor can say what you have.")
