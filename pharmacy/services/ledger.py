"""The one place where a lot's numbers change: every change has its line in the ledger."""

from datetime import datetime

from django.db.models import F

from pharmacy.errors import StockChanged
from pharmacy.models import Dispense, LedgerEntry, LedgerKind, Lot, Prescription
from records.actor import Actor


def book(
    lot_id: int,
    kind: LedgerKind,
    *,
    by: Actor,
    now: datetime,
    on_hand: int = 0,
    reserved: int = 0,
    in_bay: int = 0,
    quarantined: int = 0,
    prescription: Prescription | None = None,
    dispense: Dispense | None = None,
) -> None:
    """Move packs of a lot, in the caller's transaction. Numbers are signed changes in packs.

    Raises StockChanged when the lot does not hold what is to be taken. The database refuses a movement that
    does not fit its kind, and one that an order or a prescription may make only once.
    """
    # One statement checks and takes, so that it holds even against a writer that did not lock.
    fits = Lot.objects.filter(
        pk=lot_id,
        on_hand__gte=max(-on_hand, 0),
        reserved__gte=max(-reserved, 0),
        in_bay__gte=max(-in_bay, 0),
        quarantined__gte=max(-quarantined, 0),
    ).filter(on_hand__gte=F("reserved") + reserved - on_hand)
    moved = fits.update(
        on_hand=F("on_hand") + on_hand,
        reserved=F("reserved") + reserved,
        in_bay=F("in_bay") + in_bay,
        quarantined=F("quarantined") + quarantined,
    )
    if not moved:
        raise StockChanged("the lot does not hold these packs any more; look at it again")
    LedgerEntry.objects.create(
        lot_id=lot_id,
        kind=kind,
        on_hand_change=on_hand,
        reserved_change=reserved,
        in_bay_change=in_bay,
        quarantined_change=quarantined,
        prescription=prescription,
        dispense=dispense,
        recorded_at=now,
        actor=by.label,
    )
