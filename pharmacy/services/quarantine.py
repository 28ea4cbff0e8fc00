"""Packs that are set aside, never to be given again."""

from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.errors import LotInvalid, ReasonMissing
from pharmacy.models import LedgerKind, Lot
from pharmacy.services.ledger import book
from pharmacy.services.recalls import RECALL_ROLES
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction
from records.services import audit_record


@transaction.atomic
def lot_quarantine(*, lot_id: int, packs: int, reason: str, by: Actor, now: datetime) -> Lot:
    """Take free packs of a lot out of the machine and set them aside: damaged, expired or recalled (DM-06).

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    LotInvalid
        `packs`: none.
    StockChanged
        Fewer are free; refuse what is promised first.
    """
    lot = _lot_named(lot_id, packs, reason, by=by)
    book(lot.pk, LedgerKind.QUARANTINE, on_hand=-packs, quarantined=packs, by=by, now=now)
    return _noted(lot, f"set aside {packs}", reason, by=by, now=now)


@transaction.atomic
def lot_destroy(*, lot_id: int, packs: int, reason: str, by: Actor, now: datetime) -> Lot:
    """Book packs that were set aside as destroyed, or given back to the wholesaler.

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    LotInvalid
        `packs`: none.
    StockChanged
        Fewer are set aside.
    """
    lot = _lot_named(lot_id, packs, reason, by=by)
    book(lot.pk, LedgerKind.DESTROY, quarantined=-packs, by=by, now=now)
    return _noted(lot, f"destroyed {packs}", reason, by=by, now=now)


def _lot_named(lot_id: int, packs: int, reason: str, *, by: Actor) -> Lot:
    access.role_required(by, *RECALL_ROLES)
    if packs < 1:
        raise LotInvalid("packs", "count the packs; at least one is needed")
    if not reason.strip():
        raise ReasonMissing("say why; it is kept with the packs")
    lot = next((one for one in selectors.lots_locked(by.organization_id) if one.pk == lot_id), None)
    if lot is None:
        raise RecordNotFound("no such lot here; choose one of this clinic's")
    return lot


def _noted(lot: Lot, detail: str, reason: str, *, by: Actor, now: datetime) -> Lot:
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=detail, reason=reason.strip())
    lot.refresh_from_db()
    return lot
