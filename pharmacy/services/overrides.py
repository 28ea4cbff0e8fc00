"""A licensed person sets the soft stops of a medicine aside, each with a reason (PH-85)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.domain.alerts import Alert, Tier, hard_stops, stops_of
from pharmacy.domain.formulary import entry_by_code
from pharmacy.domain.overrides import OVERRIDING_ROLES, OverrideGiven, stops_left
from pharmacy.domain.stock import LotOnShelf, choose_lot
from pharmacy.errors import OutOfStock, OverrideUnfounded, PrescriptionClosed, SafetyStops
from pharmacy.models import Override, Prescription, PrescriptionStatus
from pharmacy.safety_selectors import alerts_now
from pharmacy.services.releases import prescription_audit, prescription_locked
from pharmacy.services.stock import packs_reserve
from records import access
from records.actor import Actor
from records.models import AuditAction
from records.selectors import local_date

REASON_LONGEST = 200


@transaction.atomic
def prescription_override(
    *,
    prescription_id: int,
    by: Actor,
    now: datetime,
    overrides: Sequence[OverrideGiven],
    seen: str = "",
) -> Prescription:
    """Answer every soft stop of a case that waits for a pharmacist; it then is a proposal to be released.

    The case is checked as it stands now, so that nobody answers stops of yesterday. A lot is reserved, as for
    any proposal; the release is a step of its own and checks once more.

    Raises
    ------
    RoleRefused, RecordNotFound, PrescriptionChanged
    PrescriptionClosed
        It does not wait for a pharmacist, or no medicine of the machine is left to give.
    SafetyStops
        A hard stop stands, or a soft one was not answered.
    OverrideUnfounded
        An answer to a stop that is not there.
    OutOfStock
        No usable lot: nothing to propose.
    """
    access.role_required(by, *OVERRIDING_ROLES)
    prescription = prescription_locked(prescription_id, by, seen)
    if prescription.status != PrescriptionStatus.NEEDS_PHARMACIST or prescription.medicine is None:
        raise PrescriptionClosed("no soft stop waits to be answered here; look at its present status")
    alerts = alerts_now(prescription, now=now)
    if not stops_of(alerts):
        raise PrescriptionClosed("nothing stops this medicine any more; it waits for another reason")
    _answered(alerts, overrides)
    _take_lot(prescription, now)
    _store(prescription, overrides, by, now)
    packs_reserve(prescription, by=by, now=now)
    reasons = ", ".join(f"{given.rule_id} {given.reason}" for given in overrides)
    # The whole stands in the rows of the overrides.
    prescription_audit(prescription, AuditAction.UPDATE, by=by, now=now, reason=reasons[:REASON_LONGEST])
    return prescription


def _answered(alerts: tuple[Alert, ...], overrides: Sequence[OverrideGiven]) -> None:
    if never := hard_stops(alerts):
        raise SafetyStops(never)
    given = [(one.rule_id, one.subject) for one in overrides]
    there = {(alert.rule_id, alert.subject) for alert in alerts if alert.tier is Tier.SOFT}
    if unfounded := sorted(set(given) - there):
        raise OverrideUnfounded(f"{unfounded[0][0]} does not stop this medicine; look at its alerts again")
    if left := stops_left(alerts, given):
        raise SafetyStops(left)


def _take_lot(prescription: Prescription, now: datetime) -> None:
    entry = entry_by_code(prescription.medicine.code)
    today = local_date(now, prescription.organization)
    policy = selectors.policy_of(prescription.organization)
    first = entry.first_supply_days(policy) if policy else 0
    days = prescription.order.supply_days if prescription.order else first
    lots = selectors.on_shelf(selectors.lots_locked(prescription.organization_id))
    lot: LotOnShelf | None = choose_lot(
        lots, medicine=entry.code, packs=entry.packs_per_supply, today=today, supply_days=days
    )
    if lot is None:
        raise OutOfStock("no usable pack is in the machine; stock it, or refuse")
    prescription.status, prescription.lot_id = PrescriptionStatus.PROPOSED, lot.key
    prescription.packs, prescription.supply_days = entry.packs_per_supply, days
    prescription.save(update_fields=["status", "lot", "packs", "supply_days"])


def _store(prescription: Prescription, overrides: Sequence[OverrideGiven], by: Actor, now: datetime) -> None:
    Override.objects.bulk_create(
        Override(
            prescription=prescription,
            rule_id=given.rule_id,
            tier=Tier.SOFT,
            medicine_code=prescription.medicine.code,
            subject=given.subject,
            reason=given.reason,
            words=given.words.strip()[:REASON_LONGEST],
            decided_by_id=by.practitioner_id,
            role=by.role,
            decided_at=now,
        )
        for given in overrides
    )
