"""What kept packs from moving, as a sentence for the page and a status."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from config.authorise.waiting import alert_values
from config.reason_words import alert_words
from pharmacy import errors
from pharmacy.dispense_texts import DIFFERS, stale_text
from pharmacy.models import Lot
from pharmacy.scan_texts import scan_text


class Refusal(NamedTuple):
    """`status`: 409 where somebody or something was first, 422 where the request itself cannot be carried out."""

    notice: str
    status: int


def refusal_of(error: errors.PharmacyError, *, lot: Lot | None = None) -> Refusal:
    """`lot`: what should have been scanned. An error without words of its own here is raised again."""
    if isinstance(error, errors.PackMismatch):
        return Refusal(_mismatch(error, lot), 422)
    for kind, say in _SAID.items():
        if isinstance(error, kind):
            return Refusal(say(error), 409 if kind in _FIRST else 422)
    raise error


def _mismatch(error: errors.PackMismatch, lot: Lot | None) -> str:
    said = str(DIFFERS.get(error.differs, ""))
    if lot is None or error.label is None:
        return said
    label = error.label
    return _(
        "%(said)s Scanned: product %(gtin)s, lot %(lot)s, expiry %(expiry)s. Expected: product %(own_gtin)s, "
        "lot %(own_lot)s, expiry %(own_expiry)s. Do not give it; scan the right pack, or put everything aside."
    ) % {
        "said": said,
        "gtin": label.gtin,
        "lot": label.lot,
        "expiry": label.expiry.isoformat(),
        "own_gtin": lot.gtin,
        "own_lot": lot.number,
        "own_expiry": lot.expiry.isoformat(),
    }


def _blocked(error: errors.LotBlocked) -> str:
    return blocked_words(error.why)


def blocked_words(why: str) -> str:
    """Why a lot may not be given, and what to do; `why` as in `pharmacy.errors.LotBlocked`."""
    words = {
        "expires-too-soon": _(
            "The lot expires before the supply is used up. Refuse the medicine or end its supply."
        ),
        "recalled": _("The lot was recalled. None of it is given to anybody."),
        "temperature": _("The lot was too warm or too cold. A pharmacist decides on the stock page first."),
    }
    return words.get(why) or _("The lot was recalled or has expired. Put the packs aside.")


def _stops(error: errors.SafetyStops) -> str:
    stops = " ".join(alert_words(alert_values(alert)) for alert in error.alerts)
    return _("A safety check stops this medicine now: %(stops)s") % {"stops": stops}


def _release(error: errors.ReleaseMissing) -> str:
    words = {
        "over": _("The ten minutes of its release are over. Ask the pharmacist for another."),
        "changed": _("It is no longer what was released. Ask the pharmacist to look at it."),
    }
    return words.get(error.why) or _("Nobody has released it now. Ask the pharmacist for a release.")


def _bay(error: errors.BayUnavailable) -> str:
    if error.locked:
        return _("The bay is locked until somebody counts what lies in it.")
    return _("Another order lies in this bay. Wait until it is handed over.")


_SAID: Mapping[type[errors.PharmacyError], Callable[[Any], str]] = {
    errors.ScanInvalid: scan_text,
    errors.LotBlocked: _blocked,
    errors.DrugDataStale: lambda error: stale_text(error.stale),
    errors.SafetyStops: _stops,
    errors.BayUnavailable: _bay,
    errors.MachineThere: lambda _error: _("A machine stands here. Let it give the medicine."),
    errors.ReleaseMissing: _release,
    errors.ReleaseTaken: lambda _error: _("It is released already."),
    errors.DispenseClosed: lambda _error: _(
        "Something else happened to it meanwhile. Look at its state now."
    ),
    errors.PrescriptionClosed: lambda _error: _(
        "Nothing of this medicine can be given now. Look at its state."
    ),
    errors.StockChanged: lambda _error: _(
        "The lot has no other pack. Refuse the medicine or end its supply."
    ),
    errors.ReasonMissing: lambda _error: _("Say why. It is kept with it."),
    errors.LotPromised: lambda _error: _(
        "Fewer packs are there than are promised to patients. Refuse what waits for this lot first, then count."
    ),
    errors.CountImpossible: lambda _error: _(
        "The bay is not locked any more, or another order moves packs of this lot. Look again."
    ),
}
_FIRST = (
    errors.BayUnavailable,
    errors.ReleaseMissing,
    errors.ReleaseTaken,
    errors.DispenseClosed,
    errors.PrescriptionClosed,
    errors.StockChanged,
    errors.MachineThere,
    errors.CountImpossible,
    errors.LotPromised,
)
