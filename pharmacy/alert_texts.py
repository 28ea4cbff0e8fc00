"""The words of every safety rule that can fire. %(medicine)s is the medicine's name, %(subject)s what it fired on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pharmacy.domain import conditions, rules
from pharmacy.domain.drug_data import PD_RECALLED
from pharmacy.domain.storage import PS_EXCURSION

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
    rules.PH_LEGAL_CLASS: _("The machine may not hand out %(medicine)s here."),
    rules.PH_RELEASE: _("A pharmacist releases it before it is handed out."),
    rules.PH_FIRST_SUPPLY: _("A first supply lasts at most %(subject)s days."),
    rules.PH_EXPIRY_MARGIN: _("All packs of %(medicine)s expire too soon."),
    rules.PH_FEFO: _("The lot that expires first is used (%(subject)s)."),
    rules.PH_NO_STOCK: _("%(medicine)s is out of stock."),
    rules.PH_NO_MEDICINE: _("No medicine of the machine is meant for this."),
    rules.PH_CARMELLOSE: _("Dry eyes: tears without preservative."),
    rules.PH_HYPROMELLOSE: _("Dry eyes: tears, second choice."),
    rules.PH_KETOTIFEN: _("Itchy, allergic eyes: antihistamine drops."),
    rules.PH_NO_ORDER: _("%(medicine)s is never given without a physician's order."),
    rules.PH_ORDER_NOT_FILLED: _("The order for %(medicine)s has not been filled by a pharmacy."),
    rules.PH_ORDER_OVER: _("The order for %(medicine)s allows no supply now: %(subject)s."),
    rules.PH_NOT_CONFIRMED: _("No clinician confirmed what %(medicine)s is for."),
    rules.PH_SMOKER: _("Smokes or has smoked: no β-carotene (%(medicine)s)."),
    rules.PH_ALLERGY_LABEL: _("Allergy to %(subject)s: %(medicine)s must not be given."),
    rules.PH_CONDITION: _("%(subject)s: %(medicine)s must not be given."),
    rules.PH_CONDITION_CAUTION: _("%(subject)s: ask a doctor before giving %(medicine)s."),
    rules.PH_CONDITION_UNREAD: _("Reported illness to read: “%(subject)s”."),
    rules.PH_DOSE: _("%(subject)s doses a day of %(medicine)s are more than the label allows."),
    rules.PH_DURATION: _("%(subject)s days are longer than one supply of %(medicine)s may last."),
    rules.PH_ITEMS: _("%(subject)s other medicines were supplied today."),
    rules.PH_MAO_INHIBITOR: _("Uses %(subject)s, an MAO inhibitor: %(medicine)s must not be given."),
    rules.PH_HEART_SLOWED: _("%(subject)s and %(medicine)s both slow the heart."),
    rules.PH_AIRWAYS: _("Uses %(subject)s: ask about asthma before giving %(medicine)s."),
    rules.PH_SEDATION: _("%(subject)s and %(medicine)s both make drowsy."),
    rules.PH_PRESSURE_LOWERED: _("%(subject)s and %(medicine)s may both lower blood pressure."),
    rules.PH_CAI_TWICE: _("%(subject)s works like %(medicine)s; both together are not recommended."),
    rules.PH_SALICYLATE: _("%(subject)s in a high dose does not go with %(medicine)s: ask how much."),
    rules.PH_WARFARIN: _("%(subject)s with the vitamin E of %(medicine)s: bleeding."),
    rules.PH_CHELATION: _("%(medicine)s and %(subject)s are taken some hours apart."),
    rules.PH_LOW_SUGAR: _("%(medicine)s may hide low blood sugar (%(subject)s)."),
    rules.PH_DUR_INTERACTION: _("Drug authority: %(medicine)s must not be used together with %(subject)s."),
    rules.PH_DUR_AGE: _("Drug authority: %(medicine)s is not for this age (notice %(subject)s)."),
    rules.PH_DUR_PREGNANCY_1: _(
        "Drug authority: %(medicine)s is forbidden in pregnancy (notice %(subject)s)."
    ),
    rules.PH_DUR_PREGNANCY_2: _(
        "Drug authority: %(medicine)s in pregnancy only for a clear reason (notice %(subject)s)."
    ),
    rules.PH_DUR_LACTATION: _(
        "Drug authority: care with %(medicine)s while breastfeeding (notice %(subject)s)."
    ),
    rules.PH_DUR_ELDERLY: _("Drug authority: care with %(medicine)s in old age (notice %(subject)s)."),
    rules.PH_DUR_DOSE: _("Drug authority: check the daily dose of %(medicine)s (notice %(subject)s)."),
    rules.PH_DUR_DURATION: _("Drug authority: check how long %(medicine)s is used (notice %(subject)s)."),
    rules.PH_DUR_DUPLICATE: _(
        "Drug authority: another medicine with the effect of %(medicine)s is in use (notice %(subject)s)."
    ),
    rules.PH_DUR_SPLITTING: _("Drug authority: %(medicine)s must not be split (notice %(subject)s)."),
    rules.PH_DECONGESTANT: _("Redness relievers hide warning signs and are left out."),
    rules.PH_BRIMONIDINE_REDNESS: _("Brimonidine against redness is left out."),
    PD_RECALLED: _("Lot %(subject)s of %(medicine)s was recalled: give none of it."),
    PS_EXCURSION: _("Lot %(subject)s of %(medicine)s was too warm or too cold: give none of it."),
    rules.PH_ACETAZOLAMIDE: _("Acetazolamide is never given by the machine."),
    rules.PH_PILOCARPINE: _("Pilocarpine is never given by the machine."),
    rules.PH_PRESCRIPTION_ONLY: _("This prescription medicine is never given by the machine."),
    rules.PH_STEROID_ANTIBIOTIC: _("Steroid and antibiotic drops are never given by the machine."),
    rules.PH_ANTI_VEGF: _("Injections into the eye are given in hospital only."),
}

# Why an order allows no supply; where none of these, it is the day on which it ended.
ORDER_OVER: dict[str, Promise] = {
    "cancelled": _("it was cancelled"),
    "on-hold": _("it is on hold"),
    "used-up": _("every supply of it was released"),
}
ORDER_ENDED = _("it ended on %(day)s")

CONDITIONS: dict[str, Promise] = {
    conditions.ASTHMA_OR_COPD: _("asthma or COPD"),
    conditions.SLOW_HEART: _("slow pulse or heart block"),
    conditions.HEART_FAILURE: _("heart failure"),
    conditions.KIDNEY_DISEASE: _("kidney disease"),
    conditions.LIVER_DISEASE: _("liver disease"),
    conditions.WILSON: _("Wilson disease"),
    conditions.EYE_INFLAMMATION: _("inflammation or swelling in the eye"),
    conditions.HEART_OR_VESSELS: _("high blood pressure or heart disease"),
}
