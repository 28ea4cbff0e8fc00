"""Why a step was given up, in the reader's language and with what to do; the technical reason stands beside it."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

_PHOTOGRAPH = _("The stored photograph is damaged. Restore it from the backup, or photograph again.")
_MODEL = _("The installed model cannot be used. An administrator has to install it again.")
_MEANWHILE = _("Something changed meanwhile. Try again.")
_CLOCK = _("The server's clock shows a time that has been already. Set it right; then the night goes on.")
_INSTALLED = _("Another model was installed meanwhile. The next night goes on with it.")
_SERVER = _("A server did not answer. Try again in a moment.")
_STOPPED = _("The program stopped in mid-work, several times. An administrator should look into it.")
_UNFORESEEN = _("An unforeseen error. Try again; if it fails again, tell an administrator.")

# By the name of the error that a failed attempt stores first (records/work.py).
_BY_ERROR: Mapping[str, LazyText] = {
    "PhotographDamaged": _PHOTOGRAPH,
    "PhotographUnreadable": _PHOTOGRAPH,
    "CardInvalid": _MODEL,
    "WeightsMismatch": _MODEL,
    "ReleaseUnknown": _MODEL,
    "EngineUnknown": _MODEL,
    "FusionReleaseInvalid": _MODEL,
    "FrameMismatch": _MODEL,
    "OpenMPMissing": _MODEL,
    "CaseChanged": _MEANWHILE,
    "OutcomeMissing": _MEANWHILE,
    "StockChanged": _MEANWHILE,
    "PlaceTaken": _MEANWHILE,
    "ClockBackwards": _CLOCK,
    "RescoreImpossible": _INSTALLED,
    "OperationalError": _SERVER,
    "InterfaceError": _SERVER,
    "ConnectionError": _SERVER,
    "TimeoutError": _SERVER,
}


def failure_in_words(reason: str) -> str:
    """What a stored reason of failed work means to whoever can do something about it."""
    if reason.startswith("the worker stopped"):
        return str(_STOPPED)
    return str(_BY_ERROR.get(reason.partition(":")[0], _UNFORESEEN))
