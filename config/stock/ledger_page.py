"""The ledger of one lot: every movement with who and when, and that it adds up to what the lot says."""

from dataclasses import dataclass

from config.moments import names_of
from pharmacy.models import LedgerEntry, Lot
from records import access
from records.actor import Actor
from records.errors import RecordNotFound

NUMBERS = ("on_hand", "reserved", "in_bay", "quarantined")


@dataclass(frozen=True)
class Line:
    """`changes` are signed packs in the order of NUMBERS; `who` is empty for the software."""

    entry: LedgerEntry
    changes: list[int]
    who: str


@dataclass(frozen=True)
class LotLedger:
    lines: list[Line]
    sums: list[int]
    says: list[int]

    @property
    def balanced(self) -> bool:
        return self.sums == self.says


def lot_by_id(lot_id: int, *, by: Actor) -> Lot:
    """One lot of the actor's organization. Raises RecordNotFound."""
    lot = (
        access.within(Lot.objects.select_related("medicine", "organization"), by=by).filter(pk=lot_id).first()
    )
    if lot is None:
        raise RecordNotFound("no such lot here; choose one of this clinic's")
    return lot


def ledger_of(lot: Lot) -> LotLedger:
    """Every movement, oldest first."""
    entries = list(lot.entries.order_by("pk"))
    names = names_of({entry.actor for entry in entries})
    lines = [Line(one, _changes(one), names.get(one.actor, "")) for one in entries]
    sums = [sum(column) for column in zip(*(line.changes for line in lines), strict=True)]
    return LotLedger(lines, sums or [0] * len(NUMBERS), [getattr(lot, name) for name in NUMBERS])


def _changes(entry: LedgerEntry) -> list[int]:
    return [getattr(entry, f"{name}_change") for name in NUMBERS]
