"""The pharmacist's release for the counter, where no machine stands (DM-07)."""

from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors
from pharmacy.domain.dispensing import RELEASE_VALID
from pharmacy.errors import MachineThere, ReleaseMissing
from pharmacy.models import Dispense, DispenseStatus, Machine
from pharmacy.services.dispense_rows import dispense_audit, dispense_end
from pharmacy.services.release_checks import packs_to_give
from pharmacy.services.releases import prescription_locked, releaser_required
from records.actor import Actor
from records.models import AuditAction


@transaction.atomic
def counter_release(*, prescription_id: int, by: Actor, now: datetime) -> Dispense:
    """Let the staff hand over what is reserved for an authorised prescription, until the release ends (PH-19, DM-02).

    A release whose time is over is ended first, so that nobody waits for the sweep. Whoever released may hand over
    too, where their role scans.

    Raises
    ------
    RoleRefused, RecordNotFound
    MachineThere
        A dispensing machine stands here; release the medicine to it.
    PrescriptionClosed, ReleaseTaken, LotBlocked, DrugDataStale, SafetyStops
        As `release_checks.packs_to_give`.
    """
    prescription = prescription_locked(prescription_id, by)
    releaser_required(prescription, by)
    no_machine(by)
    earlier = dispense_selectors.counter_release_of(prescription)
    if earlier and earlier.expires_at <= now:
        dispense_end(earlier, DispenseStatus.EXPIRED, "release-expired", by=by, now=now)
    packs = packs_to_give(prescription, now=now)
    released = Dispense.objects.create(
        organization_id=prescription.organization_id,
        prescription=prescription,
        lot=prescription.lot,
        packs=packs,
        status=DispenseStatus.RELEASED,
        order_hash=dispense_selectors.order_facts(prescription, None, packs).digest,
        released_at=now,
        released_by_id=by.practitioner_id,
        expires_at=now + RELEASE_VALID,
    )
    dispense_audit(released, by=by, now=now, action=AuditAction.CREATE)
    return released


def no_machine(by: Actor) -> None:
    """Raises MachineThere where one stands: nothing goes over the counter beside it."""
    if Machine.objects.filter(organization_id=by.organization_id).exists():
        raise MachineThere("a machine stands here; let it give the medicine")


def release_in_force(released: Dispense | None, now: datetime) -> Dispense:
    """The release under which a hand-over stands. Raises ReleaseMissing."""
    if released is None:
        raise ReleaseMissing("nobody released it now; ask the pharmacist for a release", "none")
    if released.expires_at <= now:
        raise ReleaseMissing("the time of its release is over; ask for another", "over")
    return released
