"""What must hold before packs of an authorised medicine move, to the machine or over the counter."""

from datetime import datetime

from pharmacy import dispense_selectors, selectors
from pharmacy.domain.dispensing import why_blocked
from pharmacy.drug_data_selectors import drug_data_stale
from pharmacy.errors import DrugDataStale, LotBlocked, PrescriptionClosed, ReleaseTaken, SafetyStops
from pharmacy.models import Dispense, Prescription, PrescriptionStatus
from pharmacy.services.second_check import stops_now
from pharmacy.temperature_selectors import lots_kept_back
from records.selectors import local_date


def packs_to_give(prescription: Prescription, *, now: datetime, released: Dispense | None = None) -> int:
    """Packs of a prescription (locked by the caller) that may move now.

    Parameters
    ----------
    released : the release under which they move; None where they are to be released.

    Raises
    ------
    PrescriptionClosed
        It is not authorised, or nothing of it is reserved any more.
    ReleaseTaken, LotBlocked
    DrugDataStale
        Drug data are missing or too old (PD-01, PD-02).
    SafetyStops
        Checked again on what is known now, a stop stands that no override answers (PH-86).
    """
    if prescription.status != PrescriptionStatus.AUTHORISED:
        raise PrescriptionClosed("only an authorised medicine is released; look at its present status")
    if prescription.perhaps_given:
        raise PrescriptionClosed("it may have been given before hand-overs were booked; end its supply")
    if dispense_selectors.dispense_open_of(prescription) != released:
        raise ReleaseTaken("it is released already; look at what became of that")
    packs = selectors.packs_reserved_for(prescription)
    if not packs:
        raise PrescriptionClosed("nothing of it is reserved any more; it was given or given back")
    if blocked := lot_blocked(prescription, now):
        raise LotBlocked(f"the lot may not be given ({blocked}); refuse the medicine", blocked)
    still_safe(prescription, now=now)
    return packs


def still_safe(prescription: Prescription, *, now: datetime) -> None:
    """Ask once more on what is known now (PH-86, PD-01, PD-02). Raises DrugDataStale, SafetyStops."""
    if stale := drug_data_stale(local_date(now, prescription.organization)):
        raise DrugDataStale(stale)
    if left := stops_now(prescription, now=now):
        raise SafetyStops(left)


def lot_blocked(prescription: Prescription, now: datetime) -> str:
    """Why its lot may not be given today: "temperature", or as in `domain.dispensing.why_blocked` (DM-05)."""
    lot = prescription.lot
    if lots_kept_back([lot.pk]):
        return "temperature"
    return why_blocked(
        recalled=lot.recalled_at is not None,
        expiry=lot.expiry,
        today=local_date(now, prescription.organization),
        supply_days=prescription.supply_days,
    )
