"""A place was too warm or too cold: the excursion, and the lots that it keeps back (PS-03, PS-06)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pharmacy.domain.readings import TakenReading
from pharmacy.domain.storage import PS_ARRIVAL, PS_EXCURSION, Storage, is_excursion, storage_of
from pharmacy.models import ExcursionLot, Lot, TemperatureExcursion
from pharmacy.temperature_selectors import excursion_open, last_reading, lots_there, outside_until
from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record


def excursion_note(storage: Storage, outside: Sequence[TakenReading], *, by: Actor, now: datetime) -> None:
    """Add readings outside the limits to the open excursion of a place, or begin one, with the lots that lay there.

    In the caller's transaction, which holds the lots.
    """
    found = _extended(storage, outside, by=by, now=now)
    until = outside_until(storage, found.last_at, by=by) or now
    there = lots_there(by.organization_id, storage, began_at=found.began_at, last_at=until)
    _keep_back(found, there)


def lot_arrived(lot: Lot, *, by: Actor, now: datetime) -> TemperatureExcursion | None:
    """Keep back a lot whose packs come to a place that was too warm or too cold when it was last looked at (PS-06).

    Parameters
    ----------
    lot : of the actor's organization, in the caller's transaction, which holds it.

    Returns
    -------
    The open excursion that keeps it back; None where the last reading allows the packs, or nobody ever looked.
    """
    storage = storage_of(lot.medicine.code)
    last = last_reading(storage, by=by)
    if last is None or not is_excursion(storage, last.celsius):
        return None
    found = excursion_open(storage, by=by)
    if found is None:
        # What lay there was decided, but the place is no better since.
        found = _extended(storage, [TakenReading(last.measured_at, last.celsius)], by=by, now=now)
    _keep_back(found, [lot])
    detail = f"kept back, {last.celsius} °C"
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=detail, reason=PS_ARRIVAL)
    return found


def _extended(
    storage: Storage, outside: Sequence[TakenReading], *, by: Actor, now: datetime
) -> TemperatureExcursion:
    times = [one.measured_at for one in outside]
    degrees = [one.celsius for one in outside]
    known = excursion_open(storage, by=by)
    if known is not None:
        times += [known.began_at, known.last_at]
        degrees += [known.lowest, known.highest]
    found = known or TemperatureExcursion(organization_id=by.organization_id, storage=storage, readings=0)
    found.began_at, found.last_at = min(times), max(times)
    found.lowest, found.highest = min(degrees), max(degrees)
    found.readings += len(outside)
    found.save()
    action = AuditAction.UPDATE if known else AuditAction.CREATE
    detail = f"{found.lowest} to {found.highest} °C"
    audit_record(by=by, now=now, action=action, entity=found, detail=detail, reason=PS_EXCURSION)
    return found


def _keep_back(excursion: TemperatureExcursion, lots: Iterable[Lot]) -> None:
    rows = (ExcursionLot(excursion=excursion, lot=lot) for lot in lots)
    ExcursionLot.objects.bulk_create(rows, ignore_conflicts=True)
