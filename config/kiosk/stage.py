"""Where a patient's medicine stands, as far as the patient can do something about it."""

from enum import StrEnum

from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.models.prescription import OPEN_STATUSES
from records import access
from records.actor import Actor


class Stage(StrEnum):
    NOTHING = "nothing"  # nothing is there for this patient; a person helps
    CHECKING = "checking"  # a pharmacist has not decided yet
    RELEASED = "released"  # released; it can be handed out

    @property
    def may_be_told(self) -> bool:
        """Whether there is a medicine whose leaflet the patient may read."""
        return self not in (Stage.NOTHING, Stage.CHECKING)


def latest_prescription(patient_id: int, *, by: Actor) -> Prescription | None:
    """The newest decision on a medicine for a patient of the actor's organization, without what was withdrawn."""
    rows = access.within(Prescription.objects.all(), by=by).exclude(status=PrescriptionStatus.CANCELLED)
    own = rows.filter(encounter__patient_id=patient_id).select_related("lot")
    return own.order_by("-decided_at", "-pk").first()


def stage_of(prescription: Prescription | None) -> Stage:
    if prescription is None or prescription.status == PrescriptionStatus.REFUSED:
        return Stage.NOTHING
    if prescription.status in OPEN_STATUSES:
        return Stage.CHECKING
    if prescription.lot is None or prescription.lot.recalled_at is not None:
        return Stage.NOTHING
    return Stage.RELEASED
