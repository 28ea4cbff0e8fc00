"""Over the counter: from the cupboard into the hand in one step, where no machine stands (DM-07)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from pharmacy import dispense_selectors
from pharmacy.domain.dispensing import RELEASE_VALID, label_differs
from pharmacy.domain.scans import PackLabel, read_scan
from pharmacy.errors import MachineThere, PackMismatch, ScanInvalid
from pharmacy.models import Dispense, DispenseStatus, LedgerKind, Machine, Prescription
from pharmacy.services.dispense_rows import dispense_audit, machine_event, packs_left
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
        _prescription, packs, labels = _fit(prescription_id, scans, by, now)
    return packs - len(labels)


def counter_hand_over(*, prescription_id: int, scans: Sequence[str], by: Actor, now: datetime) -> Dispense:
    """Hand an authorised medicine over the counter: all its packs, each scanned, or none.

    The checks are those of a release to a machine. The packs leave the books in the same transaction.

    Raises
    ------
    RoleRefused, RecordNotFound
    MachineThere
        A dispensing machine stands here; release the medicine to it.
    PrescriptionClosed, ReleaseTaken, LotBlocked, DrugDataStale, SafetyStops
        As `release_checks.packs_to_give`.
    ScanInvalid, PackMismatch
        Nothing is booked; what was scanned is recorded.
    """
    with _recording(prescription_id, by, now), transaction.atomic():
        prescription, packs, labels = _fit(prescription_id, scans, by, now)
        if len(labels) < packs:
            raise PackMismatch("not every pack was scanned; scan the rest, or hand none over", "missing")
        return _give(prescription, labels, by=by, now=now)


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
) -> tuple[Prescription, int, list[PackLabel]]:
    """The prescription, its packs, and the labels of those scanned so far when each may be given."""
    role_required(by, *INTAKE_ROLES, Role.PHARMACIST)
    prescription = prescription_locked(prescription_id, by)
    if Machine.objects.filter(organization_id=by.organization_id).exists():
        raise MachineThere("a machine stands here; let it give the medicine")
    packs = packs_to_give(prescription, now=now)
    labels = [read_scan(scan) for scan in scans]
    for place, label in enumerate(labels):
        if differs := _differs(prescription, label, labels[:place], packs):
            raise PackMismatch("this pack is not the one that was released; put it back", differs, label)
    return prescription, packs, labels


def _differs(prescription: Prescription, label: PackLabel, before: Sequence[PackLabel], packs: int) -> str:
    lot = prescription.lot
    if differs := label_differs(label, gtin=lot.gtin, lot=lot.number, expiry=lot.expiry):
        return differs
    twice = bool(label.serial) and label in before
    left = dispense_selectors.pack_left_before(prescription.organization_id, label)
    return "pack" if twice or left or len(before) >= packs else ""


def _give(prescription: Prescription, labels: Sequence[PackLabel], *, by: Actor, now: datetime) -> Dispense:
    packs = len(labels)
    dispense = Dispense.objects.create(
        organization_id=prescription.organization_id,
        prescription=prescription,
        lot=prescription.lot,
        packs=packs,
        status=DispenseStatus.COMPLETED,
        order_hash=dispense_selectors.order_facts(prescription, None, packs).digest,
        released_at=now,
        released_by_id=prescription.authorised_by_id,
        expires_at=now + RELEASE_VALID,
        sent_at=now,
        packs_dropped=packs,
        packs_handed_over=packs,
        handed_over_at=now,
        handed_over_by=by.label,
        ended_at=now,
    )
    taken = {"on_hand": -packs, "reserved": -packs, "in_bay": packs}
    about = {"prescription": prescription, "dispense": dispense, "by": by, "now": now}
    book(prescription.lot_id, LedgerKind.DROP, **taken, **about)
    book(prescription.lot_id, LedgerKind.HAND_OVER, in_bay=-packs, dispense=dispense, by=by, now=now)
    numbered = [(label, str(place)) for place, label in enumerate(labels, start=1)]
    packs_left(dispense, numbered, now=now, handed_over_at=now)
    machine_event(dispense, "handed-over", str(packs), now=now)
    dispense_audit(dispense, by=by, now=now, action=AuditAction.CREATE)
    return dispense
