"""What becomes of a visit's medicines when the visit is cancelled."""

from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.errors import MedicineReleased
from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.models.prescription import CLOSED_STATUSES
from pharmacy.services.releases import prescription_close
from records.actor import Actor
from records.permission import own
from screening.models import Encounter


@transaction.atomic
def prescriptions_withdraw(*, encounter: Encounter, by: Actor, now: datetime, reason: str) -> None:
    """Close what nobody decided yet of a visit; the packs go back to the shelf.

    It asks for no role, because nothing is refused to the patient: whoever may cancel the visit may do this.

    Raises
    ------
    RecordNotFound
    MedicineReleased
        A medicine was released, and perhaps handed out.
    """
    own(encounter.organization_id, by=by)
    # Lots before prescriptions, as everybody locks them.
    selectors.lots_locked(encounter.organization_id)
    rows = Prescription.objects.select_for_update().filter(encounter=encounter)
    withdrawn = list(rows.exclude(status__in=CLOSED_STATUSES).order_by("pk"))
    if any(one.status == PrescriptionStatus.AUTHORISED for one in withdrawn):
        raise MedicineReleased("a medicine was released; if it was not handed out, refuse it first")
    for prescription in withdrawn:
        prescription_close(prescription, PrescriptionStatus.CANCELLED, reason=reason, by=by, now=now)
