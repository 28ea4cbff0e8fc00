"""Where a patient's medicine stands, as far as the patient can do something about it."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef

from pharmacy import selectors
from pharmacy.dispense_selectors import dispense_newest_of
from pharmacy.domain.handout_rules import GIVEN_SHOWN
from pharmacy.drug_data_selectors import drug_data_stale
from pharmacy.models import Dispense, DispenseStatus, Prescription, PrescriptionStatus
from pharmacy.models.dispense import OPEN
from pharmacy.models.prescription import OPEN_STATUSES
from pharmacy.services.release_checks import lot_blocked
from records import access
from records.actor import Actor
from records.selectors import local_date


class Stage(StrEnum):
    NOTHING = "nothing"  # nothing is there for this patient; a person helps
    CHECKING = "checking"  # a pharmacist has not decided yet
    RELEASED = "released"  # a pharmacist released it; it can be handed out
    WORKING = "working"  # the machine was told
    TAKE = "take"  # it lies in the bay
    GIVEN = "given"  # it was handed over a short while ago
    HELP = "help"  # something went wrong with the handing out; a person helps

    @property
    def may_be_told(self) -> bool:
        """Whether there is a medicine whose leaflet the patient may read."""
        return self in (Stage.RELEASED, Stage.WORKING, Stage.TAKE, Stage.GIVEN)

    @property
    def asks_first(self) -> bool:
        """Whether the patient is asked for consent before anything is shown (PL-06); what they have is theirs."""
        return self.may_be_told and self is not Stage.GIVEN

    @property
    def waits(self) -> bool:
        """Whether somebody or something is waited for, so that the page looks again by itself."""
        return self not in (Stage.NOTHING, Stage.GIVEN)


_UNDER_WAY = {
    DispenseStatus.RELEASED: Stage.WORKING,
    DispenseStatus.DISPENSING: Stage.WORKING,
    DispenseStatus.IN_BAY: Stage.TAKE,
    DispenseStatus.UNKNOWN: Stage.HELP,
}


def latest_prescription(patient_id: int, *, by: Actor) -> Prescription | None:
    """The newest decision on a medicine for a patient of the actor's organization, without what was withdrawn."""
    rows = access.within(Prescription.objects.all(), by=by).exclude(status=PrescriptionStatus.CANCELLED)
    own = rows.filter(encounter__patient_id=patient_id).select_related("lot", "organization")
    # What lies in a bay or is being dropped comes before whatever was asked for since.
    under_way = Dispense.objects.filter(prescription=OuterRef("pk"), status__in=OPEN)
    return own.order_by(Exists(under_way).desc(), "-decided_at", "-pk").first()


def stage_of(prescription: Prescription | None, *, now: datetime) -> Stage:
    """Where it stands now (PL-08)."""
    if prescription is None or prescription.status == PrescriptionStatus.REFUSED:
        return Stage.NOTHING
    if prescription.status in OPEN_STATUSES:
        return Stage.CHECKING
    if prescription.lot is None or prescription.lot.recalled_at is not None:
        return Stage.NOTHING
    newest = dispense_newest_of(prescription)
    # Over the counter nothing is fetched: people give it.
    under_way = _UNDER_WAY.get(DispenseStatus(newest.status)) if newest and newest.bay_id else None
    return under_way or _given(prescription, now) or _waiting(prescription, newest, now)


def _given(prescription: Prescription, now: datetime) -> Stage | None:
    given = prescription.dispenses.filter(packs_handed_over__gt=0).order_by("handed_over_at").last()
    if given is None:
        return None
    if now - given.handed_over_at < GIVEN_SHOWN:
        return Stage.GIVEN
    # The rest of a part is still owed.
    return Stage.HELP if selectors.packs_reserved_for(prescription) else Stage.NOTHING


def _waiting(prescription: Prescription, newest: Dispense | None, now: datetime) -> Stage:
    if prescription.perhaps_given or selectors.supply_ended(prescription):
        return Stage.NOTHING
    if newest and newest.status in (DispenseStatus.FAILED, DispenseStatus.RECONCILED):
        return Stage.HELP
    stale = drug_data_stale(local_date(now, prescription.organization))
    return Stage.HELP if stale or lot_blocked(prescription, now) else Stage.RELEASED
