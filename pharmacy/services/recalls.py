"""Lots that may not be given any more."""

from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.domain.labels import read_gtin
from pharmacy.errors import LotInvalid, ReasonMissing
from pharmacy.models import Dispense, DispenseStatus, LedgerKind, Lot
from pharmacy.services.dispense_rows import dispense_end
from pharmacy.services.ledger import book
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role
from records.services import audit_record

RECALL_ROLES = (Role.PHARMACIST, Role.ADMINISTRATOR)


@transaction.atomic
def lots_recall(*, gtin: str, number: str = "", reason: str, by: Actor, now: datetime) -> list[Lot]:
    """Block every lot of a product, or one lot, at once; releases that the machine has not begun are taken back.

    Who received packs of it: `dispense_selectors.dispenses_given_of_lot`. A lot recalled before keeps its reason.

    Raises
    ------
    RoleRefused, ReasonMissing
    LotInvalid
        `gtin` is mistyped.
    """
    access.role_required(by, *RECALL_ROLES)
    if not reason.strip():
        raise ReasonMissing("say why the lot is recalled, or by which notice; it is kept with it")
    wanted = read_gtin(gtin)
    lots = [
        lot
        for lot in selectors.lots_locked(by.organization_id)
        if lot.gtin == wanted and number in ("", lot.number) and lot.recalled_at is None
    ]
    for lot in lots:
        lot.recalled_at, lot.recall_reason = now, reason.strip()[:200]
        lot.save(update_fields=["recalled_at", "recall_reason"])
        audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail="recalled", reason=reason)
    waiting = Dispense.objects.filter(lot__in=lots, status=DispenseStatus.RELEASED)
    for dispense in waiting.select_for_update(of=("self",)).select_related("prescription__encounter"):
        dispense_end(dispense, DispenseStatus.CANCELLED, "lot-recalled", by=by, now=now)
    return lots


@transaction.atomic
def lot_quarantine(*, lot_id: int, packs: int, reason: str, by: Actor, now: datetime) -> Lot:
    """Take free packs of a lot out of the machine and set them aside: damaged, expired or recalled (PD-06).

    Raises
    ------
    RoleRefused, RecordNotFound, ReasonMissing
    LotInvalid
        `packs`: none.
    StockChanged
        Fewer are free; refuse what is promised first.
    """
    access.role_required(by, *RECALL_ROLES)
    if packs < 1:
        raise LotInvalid("packs", "count the packs; at least one is needed")
    if not reason.strip():
        raise ReasonMissing("say why the packs are set aside; it is kept with them")
    lot = next((one for one in selectors.lots_locked(by.organization_id) if one.pk == lot_id), None)
    if lot is None:
        raise RecordNotFound("no such lot here; choose one of this clinic's")
    book(lot.pk, LedgerKind.QUARANTINE, on_hand=-packs, quarantined=packs, by=by, now=now)
    audit_record(
        by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=f"set aside {packs}", reason=reason
    )
    lot.refresh_from_db()
    return lot
