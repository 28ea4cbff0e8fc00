"""What the machine counts otherwise than the books, with what a person does about it."""

from dataclasses import dataclass

from pharmacy.domain.machine_stock import Difference, LotKey, Todo, what_to_do
from pharmacy.machine_selectors import counted_since, differences_open
from pharmacy.models import Lot, StockDifference
from pharmacy.selectors import medicine_of_gtin
from records import access
from records.actor import Actor


@dataclass(frozen=True)
class DifferenceRow:
    """`lot` as the books know it, None where they do not; `medicine` is empty where nobody knows the product."""

    row: StockDifference
    todo: Todo
    lot: Lot | None
    medicine: str


def difference_rows(*, by: Actor) -> list[DifferenceRow]:
    """Every open difference of the actor's organization, by product and lot."""
    lots = list(access.within(Lot.objects.select_related("medicine"), by=by).order_by("pk"))
    return [_row(row, lots, by=by) for row in differences_open(by=by)]


def _row(row: StockDifference, lots: list[Lot], *, by: Actor) -> DifferenceRow:
    ours = [lot for lot in lots if lot.gtin == row.article]
    same = next((lot for lot in ours if lot.number == row.lot_number), None)
    of = [same] if same else [] if row.lot_number else ours
    todo = what_to_do(
        Difference(LotKey(row.article, row.lot_number, row.expiry), row.booked, row.counted),
        lots_booked=[LotKey(lot.gtin, lot.number, lot.expiry) for lot in ours],
        counted_since=bool(of) and all(counted_since(row, lot) for lot in of),
    )
    return DifferenceRow(row, todo, same, medicine_of_gtin(by.organization_id, row.article))
