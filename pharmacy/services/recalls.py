"""Lots that may not be given any more, by an imported recall or by a person's word."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from pharmacy import drug_data_selectors, selectors
from pharmacy.domain.drug_data import PD_RECALLED
from pharmacy.domain.labels import lot_key, read_gtin
from pharmacy.errors import ReasonMissing
from pharmacy.models import (
    Lot,
    Prescription,
    RecallNotice,
)
from pharmacy.services.stock import deliveries_locked
from pharmacy.services.taking_back import lot_take_back
from records import access
from records.actor import Actor
from records.models import AuditAction, Role
from records.services import audit_record

RECALL_ROLES = (Role.PHARMACIST, Role.ADMINISTRATOR)


@transaction.atomic
def lots_recall(*, gtin: str, number: str = "", reason: str, by: Actor, now: datetime) -> list[Lot]:
    """Block every lot of a product, or one lot, by a person's word, and refuse what is delivered of it later.

    What becomes of the lots that are here is as in `lots_recall_notified`.

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
    deliveries_locked(by.organization_id)
    ours = selectors.lots_locked(by.organization_id)
    key = lot_key(number)
    named = [lot for lot in ours if lot.gtin == wanted and key in ("", lot_key(lot.number))]
    # What is delivered later is refused by it.
    notice = RecallNotice.objects.create(
        organization_id=by.organization_id,
        gtin=wanted,
        number=key,
        reason=reason.strip()[:200],
        noted_at=now,
        noted_by_id=by.practitioner_id,
    )
    audit_record(
        by=by, now=now, action=AuditAction.CREATE, entity=notice, detail="recalled", reason=notice.reason
    )
    return _recall(named, lambda _: reason.strip(), by=by, now=now)


@transaction.atomic
def lots_recall_notified(*, by: Actor, now: datetime) -> list[Lot]:
    """Block every lot of the actor's organization that an imported recall names (PD-06); the lots that were new.

    Releases that the machine has not begun are taken back, packs that were set aside go back into the lot, and
    the medicine waits for the pharmacist with that reason. What the machine moves now, or what lies in a bay,
    is stopped at the hand-over. A recalled lot stays recalled; asking again changes nothing.
    """
    selectors.lots_locked(by.organization_id)
    named = drug_data_selectors.lots_recalled(by.organization_id).select_related("medicine")
    return _recall(named, lambda lot: f"recall {drug_data_selectors.recall_of(lot)}", by=by, now=now)


def recipients_of_lots(lots: list[Lot], *, by: Actor, now: datetime) -> list[Prescription]:
    """Who may have received packs of these lots of the actor's organization, each read audited."""
    ours = [lot for lot in lots if lot.organization_id == by.organization_id]
    supplied = list(drug_data_selectors.supplies_of(ours))
    for one in supplied:
        patient = one.encounter.patient_id
        audit_record(by=by, now=now, action=AuditAction.READ, entity=one, patient_id=patient, detail="recall")
    return supplied


def _recall(lots: Iterable[Lot], reason_of: Callable[[Lot], str], *, by: Actor, now: datetime) -> list[Lot]:
    new = [lot for lot in lots if lot.recalled_at is None]
    for lot in new:
        lot.recalled_at, lot.recall_reason = now, reason_of(lot)[:200]
        lot.save(update_fields=["recalled_at", "recall_reason"])
        said = lot.recall_reason
        audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail="recalled", reason=said)
        lot_take_back(lot, rule_id=PD_RECALLED, reason="recall", by=by, now=now)
    return new
