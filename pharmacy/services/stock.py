"""Packs in a clinic's machine: every change of a lot has its line in the ledger."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from pharmacy.domain.formulary import FORMULARY_VERSION, entry_by_code
from pharmacy.domain.labels import lot_key, read_expiry, read_gtin
from pharmacy.drug_data_selectors import recalled
from pharmacy.errors import LotInvalid, StockChanged
from pharmacy.models import LedgerEntry, LedgerKind, Lot, Medicine, Prescription
from records.actor import Actor
from records.models import AuditAction, Organization
from records.selectors import local_date
from records.services import audit_record


@transaction.atomic
def lot_receive(
    *,
    organization: Organization,
    medicine_code: str,
    gtin: str,
    number: str,
    expiry: str,
    packs: int,
    by: Actor,
    now: datetime,
) -> Lot:
    """Book a delivery into a clinic's machine; more of a known lot adds to it.

    Parameters
    ----------
    medicine_code : a code of pharmacy.domain.formulary.
    expiry : as printed, "2027-08" or "2027-08-31".

    Raises
    ------
    LotInvalid
        Naming the detail to correct: gtin, number, expiry, packs or medicine_code.
    """
    lasts_until = read_expiry(expiry)
    if packs < 1:
        raise LotInvalid("packs", "count the packs; at least one is needed")
    if lasts_until < local_date(now, organization):
        raise LotInvalid("expiry", "has passed; put the packs in quarantine instead")
    medicine = medicine_row(medicine_code)
    known = {"organization": organization, "gtin": read_gtin(gtin), "number": number.strip()}
    if not 1 <= len(known["number"]) <= 20:
        raise LotInvalid("number", "enter the lot number printed on the pack, up to 20 characters")
    if recalled(known["gtin"], lot_key(known["number"])):
        raise LotInvalid("number", "this lot was recalled; put the packs in quarantine instead")
    lot, _ = Lot.objects.get_or_create(**known, defaults={"medicine": medicine, "expiry": lasts_until})
    if (lot.medicine_id, lot.expiry) != (medicine.pk, lasts_until):
        raise LotInvalid("expiry", "this lot is booked with another medicine or expiry; read the pack again")
    Lot.objects.filter(pk=lot.pk).update(on_hand=F("on_hand") + packs)
    LedgerEntry.objects.create(
        lot=lot,
        kind=LedgerKind.RECEIVE,
        on_hand_change=packs,
        reserved_change=0,
        recorded_at=now,
        actor=by.label,
    )
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=f"received {packs}")
    lot.refresh_from_db()
    return lot


def packs_reserve(prescription: Prescription, *, by: Actor, now: datetime) -> None:
    """Set a proposal's packs aside in its lot. Raises StockChanged when they are not there any more."""
    packs = prescription.packs
    # One statement checks and takes, so that it holds even against a writer that did not lock.
    free = Lot.objects.filter(pk=prescription.lot_id, on_hand__gte=F("reserved") + packs)
    if not free.update(reserved=F("reserved") + packs):
        raise StockChanged("the lot was taken meanwhile; try again")
    _book_reservation(prescription, LedgerKind.RESERVE, packs, by=by, now=now)


def packs_give_back(prescription: Prescription, *, by: Actor, now: datetime) -> None:
    """Return a reservation to the shelf; the ledger refuses to do it twice."""
    Lot.objects.filter(pk=prescription.lot_id).update(reserved=F("reserved") - prescription.packs)
    _book_reservation(prescription, LedgerKind.RELEASE, -prescription.packs, by=by, now=now)


def _book_reservation(
    prescription: Prescription, kind: LedgerKind, packs: int, *, by: Actor, now: datetime
) -> None:
    LedgerEntry.objects.create(
        lot_id=prescription.lot_id,
        kind=kind,
        on_hand_change=0,
        reserved_change=packs,
        prescription=prescription,
        recorded_at=now,
        actor=by.label,
    )


def medicine_row(code: str) -> Medicine:
    """The row of a formulary entry, at this formulary version. Raises LotInvalid naming `medicine_code`."""
    current = Medicine.objects.filter(code=code, formulary_version=FORMULARY_VERSION).first()
    if current is not None:
        return current
    try:
        entry = entry_by_code(code)
    except KeyError:
        raise LotInvalid("medicine_code", "is not in the formulary; use one of its codes") from None
    return Medicine.objects.update_or_create(
        code=code,
        defaults={
            "ingredient": entry.ingredient,
            "atc": entry.atc,
            "form": entry.form,
            "strength": entry.strength,
            "formulary_version": FORMULARY_VERSION,
        },
    )[0]
