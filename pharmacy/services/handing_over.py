"""From the bay into the hand, or aside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from pharmacy.domain.dispensing import first_wrong
from pharmacy.domain.scans import PackLabel, read_scan
from pharmacy.errors import (
    DispenseClosed,
    LotBlocked,
    PackMismatch,
    ReasonMissing,
    ScanInvalid,
)
from pharmacy.models import Dispense, DispensedPack, DispenseStatus, LedgerKind
from pharmacy.services.dispense_rows import dispense_audit, dispense_end, dispense_held, machine_event
from pharmacy.services.ledger import book
from pharmacy.services.release_checks import still_safe
from pharmacy.temperature_selectors import lots_kept_back
from records.actor import Actor
from records.models import Role
from records.permission import INTAKE_ROLES, role_required
from records.selectors import local_date


def dispense_scan(*, dispense_id: int, scans: Sequence[str], by: Actor, now: datetime) -> int:
    """Check packs while they are scanned, the earlier ones with them: how many are still to be scanned (DM-04).

    Raises as `dispense_hand_over`, but for missing packs; what was scanned wrongly is recorded.
    """
    with _recording(dispense_id, by, now), transaction.atomic():
        _dispense, rows = _fit(dispense_id, scans, by, now)
    return len(rows) - len(scans)


def dispense_hand_over(*, dispense_id: int, scans: Sequence[str], by: Actor, now: datetime) -> Dispense:
    """Hand over what lies in the bay, when the scanned packs are exactly those that were dropped (DM-04).

    Parameters
    ----------
    scans : the GS1 code of every pack, as the scanner gave it.

    Raises
    ------
    RoleRefused, RecordNotFound
    DispenseClosed
        Nothing of it lies in a bay.
    ScanInvalid, PackMismatch
        The packs stay where they are; what was scanned is recorded.
    LotBlocked
        The lot was recalled, expired, or was too warm or too cold (PS-03) since; put the packs aside.
    DrugDataStale, SafetyStops
        As for a release, on what is known now.
    """
    with _recording(dispense_id, by, now), transaction.atomic():
        return _hand_over(dispense_id, scans, by, now)


@contextmanager
def _recording(dispense_id: int, by: Actor, now: datetime) -> Iterator[None]:
    try:
        yield
    except (ScanInvalid, PackMismatch) as refused:
        with transaction.atomic():
            machine_event(dispense_held(dispense_id, by), "scan-refused", type(refused).__name__, now=now)
        raise


def _fit(
    dispense_id: int, scans: Sequence[str], by: Actor, now: datetime
) -> tuple[Dispense, list[DispensedPack]]:
    """The dispense and what was dropped of it, when every scanned pack is one of those."""
    _staff_or_software(by)
    dispense = _in_bay(dispense_id, by)
    lot = dispense.lot
    if lot.recalled_at is not None:
        raise LotBlocked("the lot was recalled; put the packs aside", "recalled")
    if lot.expiry < local_date(now, dispense.prescription.organization):
        raise LotBlocked("the lot has expired; put the packs aside")
    if lots_kept_back([lot.pk]):
        raise LotBlocked("the lot was too warm or too cold; ask the pharmacist", "temperature")
    still_safe(dispense.prescription, now=now)
    rows = list(dispense.dropped.order_by("pk"))
    wrong = first_wrong(
        map(read_scan, scans), map(_label, rows), gtin=lot.gtin, lot=lot.number, expiry=lot.expiry
    )
    if wrong:
        label, differs = wrong
        raise PackMismatch(
            "these are not the packs that were released; leave them and scan again", differs, label
        )
    return dispense, rows


def _hand_over(dispense_id: int, scans: Sequence[str], by: Actor, now: datetime) -> Dispense:
    dispense, rows = _fit(dispense_id, scans, by, now)
    if len(scans) < len(rows):
        raise PackMismatch("not every pack was scanned; scan the rest, or put all of them aside", "missing")
    packs = len(rows)
    book(dispense.lot_id, LedgerKind.HAND_OVER, in_bay=-packs, dispense=dispense, by=by, now=now)
    dispense.dropped.update(handed_over_at=now)
    dispense.packs_handed_over, dispense.handed_over_at, dispense.handed_over_by = packs, now, by.label
    machine_event(dispense, "handed-over", str(packs), now=now)
    whole = packs == dispense.packs
    status = DispenseStatus.COMPLETED if whole else DispenseStatus.PARTIAL
    return dispense_end(dispense, status, dispense.reason, by=by, now=now)


@transaction.atomic
def dispense_retain(*, dispense_id: int, by: Actor, now: datetime, reason: str) -> Dispense:
    """Put what lies in the bay aside, never to be given again (DM-06): not fetched, damaged, or wrongly scanned.

    Raises RoleRefused, RecordNotFound, DispenseClosed, ReasonMissing.
    """
    _staff_or_software(by)
    if not reason.strip():
        raise ReasonMissing("say why the packs are put aside; it is kept with them")
    dispense = _in_bay(dispense_id, by)
    packs = dispense.packs_dropped
    book(
        dispense.lot_id,
        LedgerKind.QUARANTINE,
        in_bay=-packs,
        quarantined=packs,
        dispense=dispense,
        by=by,
        now=now,
    )
    machine_event(dispense, "retained", str(packs), now=now)
    return dispense_end(dispense, DispenseStatus.FAILED, reason.strip(), by=by, now=now)


@transaction.atomic
def pack_return(*, dispense_id: int, scan: str, by: Actor, now: datetime) -> DispensedPack:
    """Take a pack back from a patient; it is set aside and never given again (DM-06).

    Raises
    ------
    RoleRefused, RecordNotFound, ScanInvalid
    PackMismatch
        This dispense gave no such pack, or it came back already.
    """
    role_required(by, *INTAKE_ROLES, Role.PHARMACIST)
    dispense = dispense_held(dispense_id, by)
    label = read_scan(scan)
    out = dispense.dropped.filter(handed_over_at__isnull=False, returned_at__isnull=True).order_by("pk")
    row = next((one for one in out if _label(one) == label), None)
    if row is None:
        raise PackMismatch("this pack was not given with this dispense, or came back already", "pack", label)
    row.returned_at = now
    row.save(update_fields=["returned_at"])
    book(dispense.lot_id, LedgerKind.RETURN, quarantined=1, dispense=dispense, by=by, now=now)
    machine_event(dispense, "returned", now=now)
    dispense_audit(dispense, by=by, now=now, reason="returned")
    return row


def _in_bay(dispense_id: int, by: Actor) -> Dispense:
    dispense = dispense_held(dispense_id, by)
    if dispense.status != DispenseStatus.IN_BAY:
        raise DispenseClosed("nothing of it lies in a bay; look at its present status")
    return dispense


def _staff_or_software(by: Actor) -> None:
    if not by.is_software:
        role_required(by, *INTAKE_ROLES, Role.PHARMACIST)


def _label(row: DispensedPack) -> PackLabel:
    return PackLabel(row.gtin, row.lot_number, row.expiry, row.serial)
