"""What people read of the pharmacy's decisions. Rules know codes; the words are here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert
from pharmacy.domain.drug_data import PD_RECALLED
from pharmacy.domain.formulary import DRY_EYE, OCULAR_ALLERGY

# %(medicine)s is the medicine's name, %(subject)s what the rule fired on.
ALERTS: dict[str, Promise] = {
    rules.PH_RED_FLAG: _("A warning sign was reported (%(subject)s): no medicine from the machine."),
    rules.PH_EYE_SURGERY: _("Eye surgery in the last 3 months: %(medicine)s must not be handed out."),
    rules.PH_UNKNOWN: _("Not known, please ask: %(subject)s."),
    rules.PH_ALLERGY: _("Allergy to %(subject)s, which is in %(medicine)s."),
    rules.PH_ALLERGY_CLASS: _("Allergy to %(subject)s, which is related to %(medicine)s."),
    rules.PH_ALLERGY_UNREAD: _("Reported allergy to read: “%(subject)s”."),
    rules.PH_AGE_LABEL: _("%(medicine)s is not for a person of %(subject)s years."),
    rules.PH_AGE_ASK: _("%(subject)s years old: ask before giving %(medicine)s."),
    rules.PH_GUARDIAN: _("%(subject)s years old and no guardian present."),
    rules.PH_PREGNANCY: _("Pregnant or breastfeeding: ask before giving %(medicine)s."),
    rules.PH_LENSES: _("Wears contact lenses: ask before giving %(medicine)s."),
    rules.PH_LENSES_OUT: _("Take contact lenses out before using the drops."),
    rules.PH_NARROW_ANGLE: _("Narrow angle of the eye: ask before giving %(medicine)s."),
    rules.PH_DUPLICATE: _("Already uses something like %(medicine)s: %(subject)s."),
    rules.PH_MEDICINE_UNREAD: _("Reported medicine to read: “%(subject)s”."),
    rules.PH_SPACING: _("Wait 5 minutes between %(medicine)s and %(subject)s."),
    rules.PH_COUNTRY: _("The machine may not hand out medicines in this country (%(subject)s)."),
    rules.PH_LEGAL_CLASS: _("%(medicine)s is not sold over the counter here."),
    rules.PH_RELEASE: _("A pharmacist releases it before it is handed out."),
    rules.PH_FIRST_SUPPLY: _("A first supply lasts at most %(subject)s days."),
    rules.PH_EXPIRY_MARGIN: _("All packs of %(medicine)s expire too soon."),
    rules.PH_FEFO: _("The lot that expires first is used (%(subject)s)."),
    rules.PH_NO_STOCK: _("%(medicine)s is out of stock."),
    rules.PH_NO_MEDICINE: _("No medicine of the machine is meant for this."),
    rules.PH_CARMELLOSE: _("Dry eyes: tears without preservative."),
    rules.PH_HYPROMELLOSE: _("Dry eyes: tears, second choice."),
    rules.PH_KETOTIFEN: _("Itchy, allergic eyes: antihistamine drops."),
    PD_RECALLED: _("Lot %(subject)s of %(medicine)s was recalled: give none of it."),
}

MEDICINES: dict[str, Promise] = {
    "": _("every medicine"),
    "carmellose-0.5-unit-dose": _("carmellose eye drops 0.5 %, single doses without preservative"),
    "hypromellose-0.3": _("hypromellose eye drops 0.3 %"),
    "ketotifen-0.025": _("ketotifen eye drops 0.025 %"),
}

# The patient's directions. Source: facts 2.1; in every language the 72-hour sentence must stay.
DIRECTIONS: dict[str, Promise] = {
    "carmellose-0.5-unit-dose": _(
        "1 drop in each eye when it feels dry, at most 6 times a day. Not better after 3 days: see a doctor."
    ),
    "hypromellose-0.3": _(
        "1 drop in each eye when it feels dry, at most 6 times a day. Not better after 3 days: see a doctor."
    ),
    "ketotifen-0.025": _(
        "1 drop in each eye in the morning and evening. Not better after 3 days: see a doctor."
    ),
}

INDICATIONS: dict[str, Promise] = {
    DRY_EYE: _("Dry eyes"),
    OCULAR_ALLERGY: _("Itchy, allergic eyes"),
}

QUESTIONS: dict[str, Promise] = {
    "allergies": _("Is there anything you are allergic to?"),
    "current_medicines": _("Which medicines and eye drops do you use now?"),
    "pregnant_or_breastfeeding": _("Are you pregnant or breastfeeding?"),
    "contact_lenses": _("Do you wear contact lenses?"),
    "eye_surgery_last_3_months": _("Have you had an eye operation in the last 3 months?"),
    "narrow_angle": _("Did an eye doctor ever tell you that your eye has a narrow angle?"),
    "guardian_present": _("Is a parent or guardian here?"),
    "age_years": _("How old are you?"),
}


def alert_text(alert: Alert) -> str:
    """One alert in words, in the language in force."""
    subject = alert.subject
    if alert.rule_id == rules.PH_UNKNOWN:
        subject = str(QUESTIONS[alert.subject])
    return str(ALERTS[alert.rule_id]) % {"medicine": MEDICINES[alert.medicine], "subject": subject}
