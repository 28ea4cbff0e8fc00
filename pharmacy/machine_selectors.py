"""Reads of the machine's own count beside the books."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet

from pharmacy.domain.machine_stock import SETTLES_AFTER, LotKey
from pharmacy.models import Dispense, DispenseStatus, LedgerEntry, LedgerKind, Lot, LotCount, StockDifference
from records import access
from records.actor import Actor

# People move packs of the shelf by these; a machine's own DROP is booked after it happened, a count moves none.
_BY_PEOPLE = (LedgerKind.RECEIVE, LedgerKind.QUARANTINE)


def books_of_machine(lots: Collection[Lot]) -> Counter[LotKey]:
    """Packs that the books have on the machine's shelf; a lot of which nothing is left is among them."""
    books: Counter[LotKey] = Counter()
    for lot in lots:
        books[LotKey(lot.gtin, lot.number, lot.expiry)] += lot.on_hand
    return books


def lots_unsettled(organization_id: int, *, asked_at: datetime, now: datetime) -> set[tuple[str, str]]:
    """(product, lot) of which packs move, or moved since the machine was asked, or lately by people's hands (MS-02)."""
    moving = (DispenseStatus.DISPENSING, DispenseStatus.UNKNOWN)
    under_way = Dispense.objects.filter(organization_id=organization_id, status__in=moving)
    entries = LedgerEntry.objects.filter(lot__organization_id=organization_id).exclude(on_hand_change=0)
    since_asked = entries.filter(recorded_at__gte=asked_at)
    lately = entries.filter(kind__in=_BY_PEOPLE, recorded_at__gt=now - SETTLES_AFTER)
    rows = (one.values_list("lot__gtin", "lot__number") for one in (under_way, since_asked, lately))
    return {lot for found in rows for lot in found}


def differences_open(*, by: Actor) -> QuerySet[StockDifference]:
    """What the machine of the actor's organization counts otherwise than the books, by product and lot."""
    rows = access.within(
        StockDifference.objects.filter(ended_at=None), by=by, path="machine__organization_id"
    )
    return rows.order_by("article", "lot_number", "expiry")


def lots_fewer_in_machine(lots: Collection[Lot]) -> set[int]:
    """Those of these lots (primary keys) of which the machine has fewer packs, and nobody counted since (MS-03)."""
    organizations = {lot.organization_id for lot in lots}
    rows = StockDifference.objects.filter(ended_at=None, counted__lt=F("booked"))
    fewer = list(rows.filter(machine__organization_id__in=organizations).select_related("machine"))
    return {lot.pk for lot in lots for row in fewer if _is_of(row, lot) and not counted_since(row, lot)}


def counted_since(row: StockDifference, lot: Lot) -> bool:
    """Whether a person counted a lot since a difference began."""
    return LotCount.objects.filter(lot=lot, counted_at__gte=row.since).exists()


def _is_of(row: StockDifference, lot: Lot) -> bool:
    ours = row.machine.organization_id == lot.organization_id and row.article == lot.gtin
    return ours and row.lot_number in ("", lot.number)
