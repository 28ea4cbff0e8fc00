"""What people read of the pharmacy's decisions. Rules know codes; the words are here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pharmacy.alert_texts import ALERTS, CONDITIONS, ORDER_ENDED, ORDER_OVER
from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert
from pharmacy.domain.formulary import AMD_INTERMEDIATE, DRY_EYE, OCULAR_ALLERGY, Supply
from pharmacy.domain.formulary.entry import GLAUCOMA, OTHER, REDNESS
from pharmacy.domain.machine_stock import Todo
from pharmacy.domain.policy import LegalClass
from pharmacy.domain.storage import Storage
from pharmacy.medicine_texts import MEDICINES

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
    AMD_INTERMEDIATE: _("Intermediate macular degeneration"),
    GLAUCOMA: _("Glaucoma"),
    REDNESS: _("Red eyes"),
    OTHER: _("Another eye disease"),
}

SUPPLIES: dict[str, Promise] = {
    Supply.SYMPTOM_RELIEF: _("Proposed for the complaint"),
    Supply.CONFIRMED_DIAGNOSIS: _("Only when a clinician confirmed the diagnosis"),
    Supply.ORDERED: _("Only on a physician's order"),
    Supply.NEVER: _("Never from the machine"),
}

LEGAL_CLASSES: dict[str, Promise] = {
    LegalClass.OVER_THE_COUNTER: _("Over the counter"),
    LegalClass.PRESCRIPTION: _("Prescription"),
    LegalClass.SUPPLEMENT: _("Supplement"),
}

# What a label forbids with an allergy beyond the ingredients themselves.
ALLERGIES: dict[str, Promise] = {"sulfonamide": _("allergy to sulfonamides")}

STORAGES: dict[str, Promise] = {
    Storage.ROOM.value: _("Room and machine, 1 to 30 °C"),
    Storage.FRIDGE.value: _("Refrigerator, 2 to 8 °C"),
}

# What a person does where the machine counts other packs than the books have.
DIFFERENCES: dict[str, Promise] = {
    Todo.COUNT.value: _("Count the packs of this lot in the machine, and enter what you found on its page."),
    Todo.COUNT_ALL.value: _(
        "The machine does not tell the lots. Count every lot of this product, and enter what you found."
    ),
    Todo.CORRECT_MACHINE.value: _("A person counted it. Correct the machine's own list."),
    Todo.LOOK_AT_EXPIRY.value: _(
        "Look at the expiry on a pack. Where the machine is wrong, correct its list; else put the packs aside."
    ),
    Todo.FIND_OUT.value: _(
        "The books do not know it. Find out where it came from; receive it or take it out."
    ),
}

# What drug data say something about, as it stands in a sentence.
NEEDS: dict[str, Promise] = {
    "interaction": _("medicines that must not be combined"),
    "pregnancy": _("pregnancy"),
    "lactation": _("breastfeeding"),
    "elderly": _("older people"),
    "age": _("age limits"),
    "dose": _("highest doses"),
    "duration": _("longest use"),
    "duplicate-class": _("medicines of one kind"),
    "recalls": _("recalled lots"),
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
    "conditions": _("Which illnesses do you have, such as asthma or a heart or kidney disease?"),
    "confirmed": _("Has an eye doctor confirmed the diagnosis?"),
    "smoking": _("Do you smoke, or have you smoked?"),
    "doses_per_day": _("How many drops a day does the order say?"),
    "supply_days": _("For how many days is the order?"),
}


def alert_text(alert: Alert) -> str:
    """One alert in words, in the language in force."""
    subject = alert.subject
    if alert.rule_id == rules.PH_UNKNOWN:
        subject = str(QUESTIONS[alert.subject])
    if alert.rule_id in (rules.PH_CONDITION, rules.PH_CONDITION_CAUTION):
        subject = str(CONDITIONS[alert.subject])
    if alert.rule_id == rules.PH_ORDER_OVER:
        subject = str(ORDER_OVER.get(subject, ORDER_ENDED % {"day": subject}))
    return str(ALERTS[alert.rule_id]) % {"medicine": MEDICINES[alert.medicine], "subject": subject}
