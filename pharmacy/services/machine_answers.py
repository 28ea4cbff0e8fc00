"""What becomes of a dispense when the machine has answered."""

from datetime import datetime

from django.db import transaction

from pharmacy.dispense_selectors import pack_left_before
from pharmacy.domain.dispensing import label_differs
from pharmacy.domain.scans import PackLabel, read_scan
from pharmacy.errors import ScanInvalid
from pharmacy.gateways.dispenser import Answer, Outcome, PackScan
from pharmacy.models import Dispense, DispenseStatus, LedgerKind
from pharmacy.services.dispense_rows import (
    dispense_audit,
    dispense_end,
    dispense_held,
    dispense_unknown,
    machine_event,
    packs_left,
)
from pharmacy.services.ledger import book
from records.actor import Actor


@transaction.atomic
def answer_note(*, dispense_id: int, answer: Answer, by: Actor, now: datetime) -> Dispense:
    """Book what the machine says it did; what it cannot tell, or did to other packs, locks the bay (DM-03, DM-04).

    An answer to a dispense that no longer waits for one, such as a repeated or late one, is recorded and changes
    nothing. Raises RecordNotFound.
    """
    dispense = dispense_held(dispense_id, by)
    for stray in answer.strays:
        machine_event(dispense, "other-order", f"{stray.kind} {stray.id} {stray.status}", now=now)
    if dispense.status != DispenseStatus.DISPENSING:
        machine_event(dispense, "late", f"{answer.outcome} {answer.reason}".strip(), now=now)
    elif answer.outcome is Outcome.FAILED:
        machine_event(dispense, "failed", answer.reason, now=now)
        dispense_end(dispense, DispenseStatus.FAILED, answer.reason, by=by, now=now)
    elif answer.outcome is Outcome.UNKNOWN:
        dispense_unknown(dispense, answer.reason, by=by, now=now)
    elif wrong := _why_wrong(dispense, answer.packs):
        dispense_unknown(dispense, wrong, by=by, now=now)
    else:
        _drop(dispense, answer, by=by, now=now)
    return dispense


def _why_wrong(dispense: Dispense, packs: tuple[PackScan, ...]) -> str:
    """Why the packs are not those that were released; empty when they are."""
    lot = dispense.lot
    labels: set[PackLabel] = set()
    for pack in packs:
        try:
            label = read_scan(pack.scan)
        except ScanInvalid as unread:
            return f"pack-unread: {unread.part}"
        if differs := label_differs(label, gtin=lot.gtin, lot=lot.number, expiry=lot.expiry):
            return f"wrong-pack: {differs}"
        if (label in labels and label.serial) or pack_left_before(dispense.organization_id, label):
            return "pack-dropped-before"
        labels.add(label)
    return ""


def _drop(dispense: Dispense, answer: Answer, *, by: Actor, now: datetime) -> None:
    packs = len(answer.packs)
    book(
        dispense.lot_id,
        LedgerKind.DROP,
        on_hand=-packs,
        reserved=-packs,
        in_bay=packs,
        prescription=dispense.prescription,
        dispense=dispense,
        by=by,
        now=now,
    )
    packs_left(dispense, [(read_scan(pack.scan), pack.pack) for pack in answer.packs], now=now)
    dispense.status, dispense.packs_dropped, dispense.reason = DispenseStatus.IN_BAY, packs, answer.reason
    dispense.save(update_fields=["status", "packs_dropped", "reason"])
    machine_event(dispense, answer.outcome, answer.reason, now=now)
    dispense_audit(dispense, by=by, now=now, reason=answer.reason)
