"""Over the counter, where no machine stands: under a live release from the shelf into the hand in one step (DM-07)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors
from pharmacy.domain.dispensing import label_differs
from pharmacy.domain.scans import PackLabel, read_scan
from pharmacy.errors import PackMismatch, ReleaseMissing, ScanInvalid
from pharmacy.models import Dispense, DispenseStatus, LedgerKind
from pharmacy.services.counter_releases import no_machine, release_in_force
from pharmacy.services.dispense_rows import dispense_end, machine_event, packs_left
from pharmacy.services.ledger import book
from pharmacy.services.release_checks import packs_to_give
from pharmacy.services.releases import prescription_locked
from records.actor import Actor
from records.models import AuditAction, Role
from records.permission import INTAKE_ROLES, role_required
from records.services import audit_record


def counter_scan(*, prescription_id: int, scans: Sequence[str], by: Actor, now: datetime) -> int:
    """Check packs while they are scanned, the earlier ones with them: how many are still to be scanned (DM-04).

    Raises as `counter_hand_over`, but for missing packs; what was scanned wrongly is recorded.
    """
    with _recording(prescription_id, by, now), transaction.atomic():
        dispense, labels = _fit(prescription_id, scans, by, now)
    return dispense.packs - len(labels)


def counter_hand_over(*, prescription_id: int, scans: Sequence[str], by: Actor, now: datetime) -> Dispense:
    """Hand a released medicine over the counter: all its packs, each scanned, or none.

    The checks of the release are made once more. The packs leave the books in the same transaction.

    Raises
    ------
    RoleRefused, RecordNotFound
    MachineThere
        A dispensing machine stands here; release the medicine to it.
    ReleaseMissing
        Nobody released it, its time is over, or it is no longer what was released.
    PrescriptionClosed, LotBlocked, DrugDataStale, SafetyStops
        As `release_checks.packs_to_give`.
    ScanInvalid, PackMismatch
        Nothing is booked; what was scanned is recorded.
    """
    with _recording(prescription_id, by, now), transaction.atomic():
        dispense, labels = _fit(prescription_id, scans, by, now)
        if len(labels) < dispense.packs:
            raise PackMismatch("not every pack was scanned; scan the rest, or hand none over", "missing")
        return _give(dispense, labels, by=by, now=now)


@contextmanager
def _recording(prescription_id: int, by: Actor, now: datetime) -> Iterator[None]:
    try:
        yield
    except (ScanInvalid, PackMismatch) as refused:
        with transaction.atomic():
            prescription = prescription_locked(prescription_id, by)
            audit_record(
                by=by,
                now=now,
                action=AuditAction.READ,
                entity=prescription,
                patient_id=prescription.encounter.patient_id,
                detail=f"scan-refused: {type(refused).__name__}",
            )
        raise


def _fit(
    prescription_id: int, scans: Sequence[str], by: Actor, now: datetime
) -> tuple[Dispense, list[PackLabel]]:
    """The release, and the labels of the packs scanned so far when each may be given under it."""
    role_required(by, *INTAKE_ROLES, Role.PHARMACIST)
    prescription = prescription_locked(prescription_id, by)
    no_machine(by)
    released = dispense_selectors.counter_release_of(prescription)
    packs = packs_to_give(prescription, now=now, released=released)
    dispense = release_in_force(released, now)
    facts = dispense_selectors.order_facts(prescription, None, packs)
    if (facts.digest, prescription.lot_id) != (dispense.order_hash, dispense.lot_id):
        raise ReleaseMissing("it is no longer what was released; take the release back first", "changed")
    labels = [read_scan(scan) for scan in scans]
    for place, label in enumerate(labels):
        if differs := _differs(dispense, label, labels[:place]):
            raise PackMismatch("this pack is not the one that was released; put it back", differs, label)
    return dispense, labels


def _differs(dispense: Dispense, label: PackLabel, before: Sequence[PackLabel]) -> str:
    lot = dispense.lot
    if differs := label_differs(label, gtin=lot.gtin, lot=lot.number, expiry=lot.expiry):
        return differs
    twice = bool(label.serial) and label in before
    left = dispense_selectors.pack_left_before(dispense.organization_id, label)
    if not label.serial and dispense_selectors.packs_have_serials(dispense.organization_id, label):
        return "serial"  # nothing else tells a pack from one that came back
    return "pack" if twice or left or len(before) >= dispense.packs else ""


def _give(dispense: Dispense, labels: Sequence[PackLabel], *, by: Actor, now: datetime) -> Dispense:
    packs = len(labels)
    taken = {"on_hand": -packs, "reserved": -packs, "in_bay": packs}
    about = {"prescription": dispense.prescription, "dispense": dispense, "by": by, "now": now}
    book(dispense.lot_id, LedgerKind.DROP, **taken, **about)
    book(dispense.lot_id, LedgerKind.HAND_OVER, in_bay=-packs, dispense=dispense, by=by, now=now)
    numbered = [(label, str(place)) for place, label in enumerate(labels, start=1)]
    packs_left(dispense, numbered, now=now, handed_over_at=now)
    machine_event(dispense, "handed-over", str(packs), now=now)
    dispense.sent_at, dispense.packs_dropped = now, packs
    dispense.packs_handed_over, dispense.handed_over_at, dispense.handed_over_by = packs, now, by.label
    return dispense_end(dispense, DispenseStatus.COMPLETED, by=by, now=now)
