"""The shelf as a page shows it: each medicine with its lots in the order in which they are given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Sum

from pharmacy.domain.stock import Sign
from pharmacy.domain.storage import LOW_STOCK_DAYS, Storage, is_low, storage_of
from pharmacy.models import LedgerEntry, LedgerKind, Lot
from pharmacy.stock_selectors import signs_of
from records import access
from records.actor import Actor
from records.models import Organization


@dataclass(frozen=True)
class LotRow:
    """`sign`: why none of it is given; `first`: given next."""

    lot: Lot
    sign: Sign
    first: bool = False

    @property
    def free(self) -> int:
        return self.lot.on_hand - self.lot.reserved


@dataclass(frozen=True)
class Shelf:
    """One medicine; packs. `low`: it should be ordered (PS-05)."""

    code: str
    storage: Storage
    rows: list[LotRow]
    usable: int
    left_lately: int

    @property
    def low(self) -> bool:
        return is_low(self.usable, self.left_lately)


def shelves(organization: Organization, *, by: Actor, now: datetime) -> list[Shelf]:
    """Every medicine of which the actor's organization ever had a lot; empty lots of long ago left out."""
    rows = access.within(Lot.objects.select_related("medicine"), by=by)
    lots = list(rows.order_by("medicine__code", "expiry", "pk"))
    signs = signs_of(lots, organization, now=now)
    left = _left_lately(now, by=by)
    return [
        _shelf(code, list(ours), signs, left.get(code, 0))
        for code, ours in groupby(lots, key=lambda lot: str(lot.medicine.code))
    ]


def _shelf(code: str, lots: list[Lot], signs: Mapping[int, Sign], left_lately: int) -> Shelf:
    rows = [LotRow(lot, signs[lot.pk]) for lot in lots if lot.on_hand or lot.in_bay or lot.quarantined]
    usable = [row for row in rows if not row.sign and row.free]
    if usable:
        place = rows.index(usable[0])
        rows[place] = LotRow(rows[place].lot, Sign.NONE, first=True)
    return Shelf(code, storage_of(code), rows, sum(row.free for row in usable), left_lately)


def _left_lately(now: datetime, *, by: Actor) -> dict[str, int]:
    """Packs that left the shelf for a bay in the last LOW_STOCK_DAYS days, by medicine."""
    rows = access.within(LedgerEntry.objects.filter(kind=LedgerKind.DROP), by=by, path="lot__organization_id")
    lately = rows.filter(recorded_at__gt=now - timedelta(days=LOW_STOCK_DAYS))
    summed = lately.values_list("lot__medicine__code").annotate(packs=Sum("in_bay_change"))
    return dict(summed)


def places_in_use(shelf: Iterable[Shelf]) -> list[Storage]:
    """The places in which packs lie now."""
    used = {one.storage for one in shelf if one.rows}
    return [storage for storage in Storage if storage in used]
