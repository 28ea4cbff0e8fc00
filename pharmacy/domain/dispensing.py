"""When a released medicine may move, and what a machine's answer or a person's count means for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from pharmacy.domain.scans import PackLabel
from pharmacy.domain.stock import lasts_for
from screening.domain.rules import Rule

# A release is live: it ends with the conversation it was given in (DM-02). Source: facts 4.1.
RELEASE_VALID: Final = timedelta(minutes=10)
# Who may count a locked bay and put it back to work (DM-03). Values of records.models.Role.
COUNT_ROLES: Final = ("pharmacist", "physician", "administrator", "screener")

DM_BOUND: Final = "DM-01"
DM_RELEASE_ENDS: Final = "DM-02"
DM_UNKNOWN: Final = "DM-03"
DM_LABEL: Final = "DM-04"
DM_LOT_BLOCKED: Final = "DM-05"
DM_QUARANTINE: Final = "DM-06"
DM_COUNTER: Final = "DM-07"

RULES: Final[tuple[Rule, ...]] = (
    Rule(DM_BOUND, "A release holds for one order, one patient and one bay", "facts 4.1", "P"),
    Rule(DM_RELEASE_ENDS, "A release ends after 10 minutes", "facts 4.1", "P"),
    Rule(
        DM_UNKNOWN,
        "Nobody knows if a pack moved: the bay is locked until a person counts",
        "facts 2.4, 4.8",
        "P",
    ),
    Rule(DM_LABEL, "A pack of another product, lot or expiry than released is kept back", "facts 4.7", "P"),
    Rule(
        DM_LOT_BLOCKED,
        "A recalled lot, or one that expires too soon, is not dispensed",
        "facts 2.5, 4.2",
        "P",
    ),
    Rule(
        DM_QUARANTINE, "Packs that come back or were left in the bay are never given again", "facts 2.5", "P"
    ),
    Rule(
        DM_COUNTER,
        "Where no machine stands, packs are handed over the counter by scan, under a live release as to a machine: "
        "by the licensed role, for one order and one patient, ended after 10 minutes, checked again at the hand-over",
        "facts 0.1, 4.1, 4.2, 4.7",
        "P",
    ),
)


@dataclass(frozen=True)
class OrderFacts:
    """What a release is bound to (DM-01); keys are primary keys, `gtin` has 14 digits; `bay` is 0 over the counter."""

    prescription: int
    patient: int
    bay: int
    medicine: str
    gtin: str
    lot: str
    expiry: date
    packs: int

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, 64 hexadecimal digits."""
        parts = (
            self.prescription,
            self.patient,
            self.bay,
            self.medicine,
            self.gtin,
            self.lot,
            self.expiry.isoformat(),
            self.packs,
        )
        return sha256("\n".join(map(str, parts)).encode()).hexdigest()


def why_blocked(*, recalled: bool, expiry: date, today: date, supply_days: int) -> str:
    """Why a lot may not be dispensed today (DM-05): "recalled", "expires-too-soon", or empty when it may."""
    if recalled:
        return "recalled"
    return "" if lasts_for(expiry, today=today, supply_days=supply_days) else "expires-too-soon"


def label_differs(label: PackLabel, *, gtin: str, lot: str, expiry: date) -> str:
    """In what a pack is not the released one (DM-04): "product", "lot", "expiry", or empty when it is."""
    if label.gtin != gtin:
        return "product"
    if label.lot != lot:
        return "lot"
    return "expiry" if label.expiry != expiry else ""


def first_wrong(
    scanned: Iterable[PackLabel], dropped: Iterable[PackLabel], *, gtin: str, lot: str, expiry: date
) -> tuple[PackLabel, str] | None:
    """The first scanned pack that is not one of those dropped, and in what it differs (DM-04); None for none.

    A right label that is not among them, or not as often, differs as "pack", and as "serial" where it lacks the
    number that they have.
    """
    left = Counter(dropped)
    for label in scanned:
        if not left[label]:
            unnumbered = not label.serial and any(one.serial for one in left)
            own = "serial" if unnumbered else "pack"
            return label, label_differs(label, gtin=gtin, lot=lot, expiry=expiry) or own
        left[label] -= 1
    return None
