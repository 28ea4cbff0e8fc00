"""Reads of the temperature log, and which lots it keeps back."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from pharmacy.domain.storage import Storage, medicines_kept_in
from pharmacy.models import (
    ExcursionDecision,
    ExcursionLot,
    LedgerKind,
    Lot,
    TemperatureExcursion,
    TemperatureReading,
)
from records import access
from records.actor import Actor


def lots_kept_back(lots: Collection[int]) -> set[int]:
    """Those of these lots (primary keys) of which nothing is given: undecided, or set aside (PS-03)."""
    barred = ExcursionLot.objects.filter(lot__in=lots).exclude(excursion__decision=ExcursionDecision.KEEP)
    return set(barred.values_list("lot_id", flat=True))


def readings_of(storage: Storage, *, since: datetime, by: Actor) -> QuerySet[TemperatureReading]:
    """What the thermometer of a place of the actor's organization showed, oldest first."""
    rows = access.within(TemperatureReading.objects.all(), by=by)
    return rows.filter(storage=storage, measured_at__gte=since).order_by("measured_at")


def last_reading(storage: Storage, *, by: Actor) -> TemperatureReading | None:
    """The newest reading of a place; None before the first."""
    rows = access.within(TemperatureReading.objects.filter(storage=storage), by=by)
    return rows.select_related("noted_by").order_by("measured_at").last()


def outside_until(storage: Storage, measured_at: datetime, *, by: Actor) -> datetime | None:
    """When the thermometer of a place was next looked at after a reading; None where it was not since."""
    rows = access.within(TemperatureReading.objects.filter(storage=storage), by=by)
    later = rows.filter(measured_at__gt=measured_at).order_by("measured_at")
    return later.values_list("measured_at", flat=True).first()


def excursion_open(storage: Storage, *, by: Actor) -> TemperatureExcursion | None:
    """The excursion of a place that nobody decided yet, locked to the end of the transaction."""
    rows = access.within(TemperatureExcursion.objects.select_for_update(), by=by)
    return rows.filter(storage=storage, decision="").first()


def excursions_keeping_back(lot: Lot) -> QuerySet[TemperatureExcursion]:
    """The undecided excursions because of which nothing of a lot is given."""
    return TemperatureExcursion.objects.filter(lots__lot=lot, decision="").order_by("pk")


def excursions(*, by: Actor) -> QuerySet[TemperatureExcursion]:
    """The excursions of the actor's organization with their lots, those to decide first, then the newest."""
    rows = access.within(TemperatureExcursion.objects.all(), by=by)
    loaded = rows.select_related("decided_by").prefetch_related("lots__lot__medicine")
    return loaded.order_by("-decided_at", "-last_at")


def kept_in(storage: Storage) -> Q:
    """The lots whose unopened packs are kept there."""
    named = medicines_kept_in(storage)
    if named is not None:
        return Q(medicine__code__in=named)
    elsewhere = [code for one in Storage for code in medicines_kept_in(one) or ()]
    return ~Q(medicine__code__in=elsewhere)


def lots_there(
    organization_id: int, storage: Storage, *, began_at: datetime, last_at: datetime
) -> QuerySet[Lot]:
    """Lots that had packs in a place at some time between two times, as far as the ledger tells.

    Received by then, and still there now or taken out since it began.
    """
    received = Q(entries__kind=LedgerKind.RECEIVE, entries__recorded_at__lte=last_at)
    arrived = Lot.objects.filter(received, organization_id=organization_id)
    taken = Q(entries__on_hand_change__lt=0, entries__recorded_at__gte=began_at)
    there = Lot.objects.filter(kept_in(storage), pk__in=arrived.values("pk"))
    return there.filter(Q(on_hand__gt=0) | Q(in_bay__gt=0) | taken).distinct().order_by("pk")
