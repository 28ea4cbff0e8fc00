"""The temperature log, and what becomes of packs that were too warm or too cold (PS-03)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.domain.dispensing import COUNT_ROLES
from pharmacy.domain.readings import TakenReading
from pharmacy.domain.storage import EXCURSION_ROLE, PS_EXCURSION, Storage, is_excursion
from pharmacy.errors import ExcursionChanged, ReasonMissing, TemperatureInvalid
from pharmacy.models import (
    ExcursionDecision,
    LedgerKind,
    Lot,
    TemperatureExcursion,
    TemperatureReading,
)
from pharmacy.services.excursions import excursion_note
from pharmacy.services.ledger import book
from pharmacy.services.stock import deliveries_locked
from pharmacy.services.taking_back import lot_take_back
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Organization
from records.services import audit_record


@transaction.atomic
def temperature_note(
    *, storage: Storage, readings: Sequence[TakenReading], from_logger: bool, by: Actor, now: datetime
) -> int:
    """Store what the thermometer of a place showed; the number of readings that were new.

    A reading outside the limits keeps back every lot that lay there until a pharmacist decides (PS-03).

    Raises
    ------
    RoleRefused
    TemperatureInvalid
        `time`: in the future, or noted already with another temperature. Nothing is stored then.
    """
    access.role_required(by, *COUNT_ROLES)
    # What is received meanwhile sees the readings, or is seen by them.
    deliveries_locked(by.organization_id)
    # Who releases or proposes meanwhile sees either no excursion and no lot of it, or both.
    selectors.lots_locked(by.organization_id)
    new = _new_readings(storage, readings, by, now)
    TemperatureReading.objects.bulk_create(
        TemperatureReading(
            organization_id=by.organization_id,
            storage=storage,
            measured_at=one.measured_at,
            celsius=one.celsius,
            from_logger=from_logger,
            noted_at=now,
            noted_by_id=by.practitioner_id,
        )
        for one in new
    )
    organization = Organization.objects.get(pk=by.organization_id)
    said = f"temperature {storage}: {len(new)} readings"
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=organization, detail=said)
    if outside := [one for one in new if is_excursion(storage, one.celsius)]:
        excursion_note(storage, outside, by=by, now=now)
    return len(new)


@transaction.atomic
def excursion_decide(
    *,
    excursion_id: int,
    decision: ExcursionDecision,
    reason: str,
    seen_readings: int,
    by: Actor,
    now: datetime,
) -> TemperatureExcursion:
    """A pharmacist keeps the packs that were too warm or too cold, or sets them aside (PS-03).

    What is set aside is quarantined; whoever was promised of it goes to the pharmacist with that reason. What
    the machine moves now, or lies in a bay, is stopped at the hand-over.

    Parameters
    ----------
    seen_readings : how many readings outside the limits the pharmacist saw.

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    ExcursionChanged
        Somebody decided, or more readings came, since.
    """
    access.role_required(by, EXCURSION_ROLE)
    if not reason.strip():
        raise ReasonMissing("say why, or whom you asked; it is kept with the excursion")
    selectors.lots_locked(by.organization_id)
    rows = access.within(TemperatureExcursion.objects.select_for_update(), by=by)
    excursion = rows.filter(pk=excursion_id).first()
    if excursion is None:
        raise RecordNotFound("no such excursion here; choose one of this clinic's")
    if excursion.decision or excursion.readings != seen_readings:
        raise ExcursionChanged("it was decided, or is not what was looked at any more; look at it again")
    excursion.decision, excursion.reason = decision, reason.strip()
    excursion.decided_at, excursion.decided_by_id = now, by.practitioner_id
    excursion.save(update_fields=["decision", "reason", "decided_at", "decided_by"])
    audit_record(
        by=by, now=now, action=AuditAction.UPDATE, entity=excursion, detail=decision, reason=reason.strip()
    )
    if decision == ExcursionDecision.SET_ASIDE:
        for row in excursion.lots.select_related("lot__medicine").order_by("lot_id"):
            _set_aside(row.lot, by=by, now=now)
    return excursion


def _new_readings(
    storage: Storage, readings: Sequence[TakenReading], by: Actor, now: datetime
) -> list[TakenReading]:
    times = [one.measured_at for one in readings]
    rows = access.within(TemperatureReading.objects.filter(storage=storage, measured_at__in=times), by=by)
    known = dict(rows.values_list("measured_at", "celsius"))
    for one in readings:
        if one.measured_at > now:
            raise TemperatureInvalid("time", "lies in the future; set the clock of the thermometer right")
        if known.get(one.measured_at, one.celsius) != one.celsius:
            raise TemperatureInvalid("time", "is noted already with another temperature")
    return [one for one in readings if one.measured_at not in known]


def _set_aside(lot: Lot, *, by: Actor, now: datetime) -> None:
    lot_take_back(lot, rule_id=PS_EXCURSION, reason="temperature", by=by, now=now)
    lot.refresh_from_db()
    # What stays reserved is on the move; the machine's answer or a count tells what becomes of it.
    if free := lot.on_hand - lot.reserved:
        book(lot.pk, LedgerKind.QUARANTINE, on_hand=-free, quarantined=free, by=by, now=now)
        detail = f"set aside {free}"
        audit_record(
            by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=detail, reason=PS_EXCURSION
        )
