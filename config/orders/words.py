"""What is wrong with a field of an order, and why a step cannot be taken, in the words of the pages."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.authorise.waiting import alert_values
from config.reason_words import alert_words
from pharmacy.domain.order_reading import (
    REFILLS_MAX,
    SUPPLY_DAYS_MAX,
    UNITS_MAX,
    VALID_DAYS_MAX,
    DoseUnit,
    Fault,
)
from pharmacy.errors import SafetyStops
from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.selectors import kept_back_by_stock

UNITS: Mapping[str, LazyText] = {
    DoseUnit.DROP: _("drops in each eye"),
    DoseUnit.CAPSULE: _("capsules"),
}
RANGES: Mapping[str, LazyText] = {
    "units_per_day": _(
        "Write how many a day, from %(least)s to %(most)s. The words of the prescription go above."
    ),
    "supply_days": _("Write how many days one supply lasts, from %(least)s to %(most)s."),
    "refills": _("Write how often it may be fetched again after the first time, from %(least)s to %(most)s."),
}
_LIMITS = {"units_per_day": (1, UNITS_MAX), "supply_days": (1, SUPPLY_DAYS_MAX), "refills": (0, REFILLS_MAX)}
MISSING: Mapping[str, LazyText] = {
    "medicine": _("Choose the medicine that the prescription names."),
    "dose_text": _("Copy how it is to be used, word by word."),
    "unit": _("Choose what is counted."),
    "written_on": _("Write the day on which the prescription was written."),
    "valid_until": _("Write the last day on which it may be fetched."),
    "prescriber": _("Write the name of the physician who signed it."),
    "licence": _("Copy the physician's licence number."),
}
FAULTS: Mapping[str, LazyText] = {
    Fault.TOO_LONG: _("This is too long. Shorten it."),
    Fault.UNKNOWN_ITEM: _(
        "The formulary has no such medicine that is given on an order. Choose one of the list."
    ),
    Fault.KNOWN_ALREADY: _(
        "An order for this medicine, written on this day, is recorded already. If it is wrong, cancel it first."
    ),
    Fault.UNKNOWN_UNIT: _("This unit is not known. Choose drops or capsules."),
    Fault.OTHER_UNIT: _("This medicine is not counted like that. Choose the other unit."),
    Fault.IN_THE_FUTURE: _("This day lies in the future. Look at the prescription again."),
    Fault.ENDS_BEFORE_START: _("It would end before it was written. Check both days."),
    Fault.TOO_LONG_VALID: _("An order is valid for %(most)s days at most. Check both days."),
}


def fault_words(field: str, fault: str) -> str:
    """What to correct in a field."""
    if field in RANGES:
        least, most = _LIMITS[field]
        return str(RANGES[field]) % {"least": least, "most": most}
    if fault == Fault.MISSING:
        return str(MISSING[field])
    return (
        str(FAULTS[fault]) % {"most": VALID_DAYS_MAX} if fault == Fault.TOO_LONG_VALID else str(FAULTS[fault])
    )


def proposed_words(made: Prescription) -> str:
    """What comes next with a supply that was asked for."""
    if made.status == PrescriptionStatus.PROPOSED:
        return gettext("The supply is proposed. A pharmacist can release it now.")
    if kept_back_by_stock(made):
        return gettext("The supply waits for stock. Once packs are there, try again on this page.")
    return gettext("The supply waits for a pharmacist: a stop keeps it back.")


def stops_words(stopped: SafetyStops) -> str:
    """Why nothing is supplied, with the rule of each stop."""
    stops = " ".join(f"{alert_words(alert_values(one))} ({one.rule_id})" for one in stopped.alerts)
    return gettext("Nothing is proposed. %(stops)s") % {"stops": stops}
