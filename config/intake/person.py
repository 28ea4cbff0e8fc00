"""Whose case it is: found by record number, or registered."""

from datetime import datetime

import records.services
from config.patient_details import PatientDetails, check_same_person
from records import access, permission
from records.actor import Actor
from records.errors import RecordNumberTaken
from records.models import Patient


def patient_find_or_register(details: PatientDetails, *, by: Actor, now: datetime) -> Patient:
    """The patient of that record number, registered at `now` when new; within a transaction of the caller.

    The row is held to the end, so that a case sent twice at once is seen by the second.

    Raises
    ------
    AnotherPatient, PatientInvalid, RoleRefused
    """
    permission.intake_allowed(by, organization_id=by.organization_id)
    known = _held(details.mrn, by)
    if known is None:
        try:
            return records.services.patient_register(by=by, now=now, **vars(details))
        except RecordNumberTaken:
            # Another case of the same new patient came at the same moment.
            known = _held(details.mrn, by)
            if known is None:
                raise
    check_same_person(known, details)
    return known


def _held(mrn: str, by: Actor) -> Patient | None:
    held = Patient.objects.select_for_update(no_key=True)
    return access.within(held, by=by).filter(mrn=mrn).first()


def patient_held(patient: Patient, *, by: Actor) -> Patient:
    """Who is known already, held to the end of the transaction. Raises RecordNotFound, RoleRefused."""
    permission.intake_allowed(by, organization_id=patient.organization_id)
    return Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
