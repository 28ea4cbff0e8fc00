"""One medicine that is about to be handed over: what lies in a bay, or what a cupboard holds for a patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pharmacy.services
from pharmacy import selectors
from pharmacy.dispense_selectors import counter_release_of, dispense_by_id
from pharmacy.models import Dispense, DispenseStatus, Lot, Machine, Prescription, PrescriptionStatus
from records import access
from records.actor import Actor
from records.models import Consent, ConsentScope, Patient


@dataclass(frozen=True)
class AtHand:
    """`dispense`: what lies in a bay; None over the counter. `packs`: to be scanned. `open`: it can be given.

    `until`: when a release for the counter ends. `unreleased`: it waits for one (DM-07).
    """

    prescription: Prescription
    packs: int
    open: bool
    dispense: Dispense | None = None
    until: datetime | None = None
    unreleased: bool = False

    @property
    def patient(self) -> Patient:
        patient: Patient = self.prescription.encounter.patient
        return patient

    @property
    def lot(self) -> Lot:
        lot: Lot = self.dispense.lot if self.dispense else self.prescription.lot
        return lot

    @property
    def key(self) -> int:
        """What its addresses are about: the dispense, or the prescription."""
        return self.dispense.pk if self.dispense else self.prescription.pk

    @property
    def agreed(self) -> bool:
        """Whether the patient agreed to be given a medicine, at the kiosk."""
        given = Consent.objects.filter(patient=self.patient, scope=ConsentScope.MEDICINE, withdrawn_at=None)
        return given.exists()

    def left(self, scans: Sequence[str], *, by: Actor, now: datetime) -> int:
        """How many packs are still to be scanned; raises what the services raise."""
        if self.dispense:
            return pharmacy.services.dispense_scan(dispense_id=self.key, scans=scans, by=by, now=now)
        return pharmacy.services.counter_scan(prescription_id=self.key, scans=scans, by=by, now=now)

    def give(self, scans: Sequence[str], *, by: Actor, now: datetime) -> Dispense:
        """Hand it over; raises what the services raise."""
        if self.dispense:
            return pharmacy.services.dispense_hand_over(dispense_id=self.key, scans=scans, by=by, now=now)
        return pharmacy.services.counter_hand_over(prescription_id=self.key, scans=scans, by=by, now=now)


def in_bay(dispense_id: int, *, by: Actor, now: datetime) -> AtHand:
    """What was released to the machine, with the read audited. Raises RecordNotFound."""
    dispense = dispense_by_id(dispense_id, by=by, now=now)
    is_open = dispense.status == DispenseStatus.IN_BAY
    return AtHand(dispense.prescription, dispense.packs_dropped, is_open, dispense)


def over_counter(prescription_id: int, *, by: Actor, now: datetime) -> AtHand:
    """An authorised medicine for the counter, with the read audited. Raises RecordNotFound."""
    rows = Prescription.objects.select_related("medicine", "lot", "organization", "encounter__patient")
    authorised = rows.filter(status=PrescriptionStatus.AUTHORISED)
    one = access.fetch(authorised, by=by, now=now, patient="encounter.patient_id", pk=prescription_id)
    held = selectors.packs_reserved_for(one)
    machine = Machine.objects.filter(organization_id=one.organization_id).exists()
    could = held > 0 and not machine and not one.perhaps_given
    released = counter_release_of(one)
    until = released.expires_at if released and released.expires_at > now else None
    gives = could and until is not None
    return AtHand(one, held, gives, until=until if gives else None, unreleased=could and not gives)
