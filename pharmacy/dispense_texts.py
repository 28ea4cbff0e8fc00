"""What people read of a dispense: why it ended, what machine and scanner said, what keeps it from beginning."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pharmacy.domain.drug_data import StaleNeed
from pharmacy.models import Dispense, DispenseStatus
from pharmacy.texts import NEEDS

# By the code before the colon; what stands behind it is a detail for whoever repairs the machine.
REASONS: Mapping[str, LazyText] = {
    "worker-lost": _("The software stopped while the machine had the order."),
    "taken back": _("Taken back by the pharmacist."),
    "release-expired": _("Its ten minutes were over."),
    "bay-locked": _("The bay was locked meanwhile."),
    "order-changed": _("The order was no longer the one that was released."),
    "lot-recalled": _("The lot was recalled."),
    "lot-temperature": _("The lot was too warm or too cold."),
    "lot-expires-too-soon": _("The lot expires before the supply is used up."),
    "drug-data-stale": _("Drug data had become too old."),
    "safety-stop": _("A safety check stopped it."),
    "machine-silent": _("The machine did not answer."),
    "machine-unreachable": _("The machine could not be reached again."),
    "machine-rejected": _("The machine refused the order. Look whether it holds the lot."),
    "machine-does-not-know": _("The machine does not know the order."),
    "machine-stopped": _("The machine stopped, for example because of a jam."),
    "not-sent": _("The machine could not be reached, or was not ready. It did not get the order."),
    "dropped-elsewhere": _("The machine dropped into another bay."),
    "packs-do-not-add-up": _("What the machine says does not add up."),
    "pack-unread": _("The machine dropped a pack whose code cannot be read."),
    "wrong-pack": _("The machine dropped a pack of another product, lot or expiry."),
    "pack-dropped-before": _("The machine named a pack that had left before."),
    "not-fetched": _("Nobody fetched it."),
    "declined": _("The patient did not want it."),
    "damaged": _("A pack is damaged."),
    "not-the-pack": _("The pack is not the one that was released."),
    "lot-blocked": _("The lot was recalled or has expired."),
}
# Why staff put aside what lies in a bay.
ASIDE = ("not-fetched", "declined", "damaged", "not-the-pack", "lot-blocked")

EVENTS: Mapping[str, LazyText] = {
    "completed": _("The machine dropped all packs"),
    "partial": _("The machine dropped a part"),
    "failed": _("The machine dropped nothing"),
    "unknown": _("Nobody knows what moved; the bay is locked"),
    "late": _("The machine answered late"),
    "other-order": _("The machine spoke of another order"),
    "scan-refused": _("A pack was scanned that does not belong here"),
    "handed-over": _("Scanned and handed over"),
    "retained": _("Put aside"),
    "returned": _("A pack came back"),
    "counted": _("A person counted, and the bay is open again"),
}

DIFFERS: Mapping[str, LazyText] = {
    "product": _("It is another product."),
    "lot": _("It is of another lot."),
    "expiry": _("Its expiry is another."),
    "pack": _("It is not one of these packs, or it was scanned or given before."),
    "serial": _("Packs of this lot have a square code. Scan that one."),
    "missing": _("Not every pack is scanned yet."),
}


# A release for the counter has no machine to speak of.
COUNTER_STATUS: Mapping[str, LazyText] = {
    DispenseStatus.RELEASED: _("Released: our staff hand it over now"),
    DispenseStatus.CANCELLED: _("The release was taken back"),
}


def status_text(dispense: Dispense) -> str:
    """Where a release stands, in words."""
    own = None if dispense.bay_id else COUNTER_STATUS.get(dispense.status)
    return str(own or dispense.get_status_display())


def reason_text(reason: str) -> str:
    """The stored reason of a dispense in words; words of a person stay theirs."""
    code, _colon, words = reason.partition(": ")
    if code not in REASONS:
        return reason
    return f"{REASONS[code]} {words}" if words and code in ASIDE else str(REASONS[code])


def stale_text(stale: Iterable[StaleNeed]) -> str:
    """Which drug data are missing or too old, by which rule, and what goes on meanwhile (PD-01, PD-02)."""
    named = [
        f"{NEEDS[one.need.name]} ({one.need.rule_id}, {one.as_of.isoformat() if one.as_of else _now('none')})"
        for one in stale
    ]
    words = _now(
        "Nothing is handed out: drug data are missing or too old: %(needs)s. An administrator imports them. "
        "A referral still works."
    )
    return words % {"needs": "; ".join(named)}
