"""What keeps a delivery, a count or a temperature from being stored, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pharmacy.errors import (
    CountImpossible,
    CountInvalid,
    ExcursionChanged,
    LotInvalid,
    LotPromised,
    PharmacyError,
    ReasonMissing,
    ScanInvalid,
    StockChanged,
    TemperatureInvalid,
)
from pharmacy.scan_texts import scan_text

# By the advice of the error (tests/integration/config/test_stock.py looks that none is missing).
ADVICE: dict[str, Promise] = {
    "count the packs; at least one is needed": _("Count the packs: at least one is needed."),
    "has passed; put the packs in quarantine instead": _(
        "It has expired. Put the packs aside, outside the machine."
    ),
    "enter the lot number printed on the pack, up to 20 characters": _(
        "Enter the lot number printed on the pack, up to 20 characters."
    ),
    "this lot was recalled; put the packs in quarantine instead": _(
        "This lot was recalled. Put the packs aside, outside the machine, and tell the pharmacist."
    ),
    "this lot was recalled; put the packs aside and tell the pharmacist": _(
        "This lot was recalled. Put the packs aside, outside the machine, and tell the pharmacist."
    ),
    "this lot is booked with another medicine or expiry; read the pack again": _(
        "This lot is booked with another medicine or another expiry. Read the pack again."
    ),
    "packs of this lot were too warm or too cold; put these aside as well": _(
        "Packs of this lot were too warm or too cold, and nobody tells them apart. Put these aside as well."
    ),
    "this product number belongs to another medicine; read the pack again": _(
        "This product number belongs to another medicine. Read the pack again."
    ),
    "this product number is new here; say which medicine is in it": _(
        "This product number is new here. Choose once which medicine is in it."
    ),
    "is not in the formulary; use one of its codes": _("This medicine is not in the formulary."),
    "write it as on the pack: year-month or year-month-day": _(
        "Write it as on the pack: year-month or year-month-day."
    ),
    "there is no such day; read the pack again": _("There is no such day. Read the pack again."),
    "the number is mistyped: its check digit is wrong; scan or read it again": _(
        "The number is mistyped: its check digit is wrong. Scan or read it again."
    ),
    "must not be negative; count again": _("A count is never below zero. Count again."),
    "is no number; write degrees such as 5.4": _("This is no number. Write degrees such as 5.4."),
    "no thermometer beside medicines shows that; read it again": _(
        "No thermometer beside medicines shows that. Read it again."
    ),
    "stands twice with different temperatures": _("A time stands twice with different temperatures."),
    "holds no reading; export it from the logger again": _(
        "The file holds no reading. Export it from the logger again."
    ),
    "holds more readings than are taken at once; take it in parts": _(
        "The file holds more readings than are taken at once. Take it in parts."
    ),
    "needs the columns time and celsius in its first line": _(
        "The first line of the file must name the columns “time” and “celsius”."
    ),
    "a column is missing in this line": _("A column is missing."),
    "is no time such as 2026-11-27 14:30": _("This is no time such as 2026-11-27 14:30."),
    "lies in the future; set the clock of the thermometer right": _(
        "A reading lies in the future. Set the clock of the thermometer right."
    ),
    "is noted already with another temperature": _("This minute is noted already with another temperature."),
}
OTHERS: dict[type[PharmacyError], Promise] = {
    StockChanged: _("So many packs are not there, or they are promised. Refuse what waits for them first."),
    ReasonMissing: _("Say why. It is kept with the packs."),
    CountImpossible: _("Packs are on the move or a bay is locked. Count the bay first, then the lot."),
    LotPromised: _("Fewer packs are there than are promised. Refuse what waits for this lot first."),
    ExcursionChanged: _("Somebody decided, or more readings came, meanwhile. Look at it again."),
}
WITH_ADVICE = (LotInvalid, CountInvalid, TemperatureInvalid)
REFUSED = (ScanInvalid, *WITH_ADVICE, *OTHERS)


def advice_of(error: PharmacyError) -> str:
    """One refusal in words, in the language in force."""
    if isinstance(error, ScanInvalid):
        return scan_text(error)
    if isinstance(error, WITH_ADVICE):
        return str(ADVICE.get(error.advice, error.advice))
    return str(OTHERS[type(error)])


def field_of(error: PharmacyError) -> str:
    """The detail that is to be corrected; empty where it is none of the form's."""
    return getattr(error, "field", "")
