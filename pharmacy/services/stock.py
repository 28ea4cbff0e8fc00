"""Packs in a clinic's machine: every change of a lot has its line in the ledger."""

from datetime import date, datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.domain.drug_data import DrugDataSource
from pharmacy.domain.formulary import FORMULARY_VERSION, entry_by_code
from pharmacy.domain.labels import lot_key, read_expiry, read_gtin
from pharmacy.domain.scans import read_scan
from pharmacy.drug_data_selectors import recalled
from pharmacy.errors import LotInvalid
from pharmacy.models import LedgerKind, Lot, Medicine, Prescription
from pharmacy.services.excursions import lot_arrived
from pharmacy.services.import_lock import import_lock_shared
from pharmacy.services.ledger import book
from pharmacy.temperature_selectors import lots_kept_back
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

    Where its place was too warm or too cold when somebody last looked, the lot is kept back at once (PS-06).

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
    # A recall that comes in at this moment would not see the lot, nor the lot it.
    import_lock_shared(DrugDataSource.RECALLS)
    deliveries_locked(organization.pk)
    key = lot_key(known["number"])
    if recalled(known["gtin"], key) or selectors.recalled_by_hand(organization.pk, known["gtin"], key):
        raise LotInvalid("number", "this lot was recalled; put the packs in quarantine instead")
    known_as = selectors.medicine_of_gtin(organization.pk, known["gtin"])
    Lot.objects.get_or_create(**known, defaults={"medicine": medicine, "expiry": lasts_until})
    # Read under its lock: somebody may be recalling it at this moment.
    lot = Lot.objects.select_for_update().get(**known)
    _refuse_lot(lot, medicine, lasts_until, known_as)
    book(lot.pk, LedgerKind.RECEIVE, on_hand=packs, by=by, now=now)
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=lot, detail=f"received {packs}")
    lot_arrived(lot, by=by, now=now)
    lot.refresh_from_db()
    return lot


@transaction.atomic
def lot_receive_scanned(
    *,
    organization: Organization,
    scan: str,
    packs: int,
    by: Actor,
    now: datetime,
    medicine_code: str = "",
) -> Lot:
    """Book a delivery by the GS1 code of one of its packs.

    Parameters
    ----------
    medicine_code : what is in the packs, where neither an earlier lot nor the list of products knows.

    Raises
    ------
    ScanInvalid
    LotInvalid
        `medicine_code`: nobody knows yet which medicine has this product number.
    """
    label = read_scan(scan)
    code = medicine_code or selectors.medicine_of_gtin(organization.pk, label.gtin)
    if not code:
        raise LotInvalid("medicine_code", "this product number is new here; say which medicine is in it")
    return lot_receive(
        organization=organization,
        medicine_code=code,
        gtin=label.gtin,
        number=label.lot,
        expiry=label.expiry.isoformat(),
        packs=packs,
        by=by,
        now=now,
    )


def _refuse_lot(lot: Lot, medicine: Medicine, lasts_until: date, known_as: str) -> None:
    """Raise LotInvalid where the lot as booked keeps more of it from being received."""
    if (lot.medicine_id, lot.expiry) != (medicine.pk, lasts_until):
        raise LotInvalid("expiry", "this lot is booked with another medicine or expiry; read the pack again")
    if known_as not in ("", medicine.code):
        raise LotInvalid(
            "medicine_code", "this product number belongs to another medicine; read the pack again"
        )
    if lot.recalled_at is not None:
        raise LotInvalid("number", "this lot was recalled; put the packs aside and tell the pharmacist")
    if lots_kept_back([lot.pk]):
        raise LotInvalid("number", "packs of this lot were too warm or too cold; put these aside as well")


def deliveries_locked(organization_id: int) -> None:
    """A delivery waits for recalls by hand and readings of a thermometer, and they for it, to the transaction's end."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def packs_reserve(prescription: Prescription, *, by: Actor, now: datetime) -> None:
    """Set a proposal's packs aside in its lot. Raises StockChanged when they are not there any more."""
    lot, packs = prescription.lot_id, prescription.packs
    book(lot, LedgerKind.RESERVE, reserved=packs, prescription=prescription, by=by, now=now)


def packs_give_back(prescription: Prescription, *, by: Actor, now: datetime) -> None:
    """Return what is left of a reservation to the shelf; the ledger refuses to do it twice."""
    left = selectors.packs_reserved_for(prescription)
    if left:
        lot = prescription.lot_id
        book(lot, LedgerKind.RELEASE, reserved=-left, prescription=prescription, by=by, now=now)


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
