"""A person, found or registered by the clinic's record number."""

from datetime import datetime

from django.db import transaction

from config.api.other_patients import other_patient_note, other_patients_allowed
from config.errors import AnotherPatient
from config.fhir import loading_referred
from config.fhir.errors import FhirRefused
from config.fhir.mapping.patient_given import read_patient, told_back
from config.fhir.mapping.patients import mrn_system
from config.fhir.sent import Created, Sent, identifier_of
from config.intake import patient_find_or_register
from config.patient_details import parse_patient_details
from records import access
from records.models import AuditAction, PartnerClient, Patient
from records.services import audit_record, patient_found


def patient_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Created:
    """The person with this record number, registered now when new; somebody else's number is refused.

    Raises FhirRefused, Throttled, and what `config.intake.patient_find_or_register` raises.
    """
    details = read_patient(sent.body, organization_id=client.organization_id)
    details["mrn"] = _check_condition(sent.condition, details["mrn"], client)
    other_patients_allowed(client=client, now=now)
    try:
        with transaction.atomic():
            row = patient_find_or_register(parse_patient_details(details), by=client.actor(), now=now)
            patient_found(patient=row, client=client, now=now)
            fresh = row.registered_at == now
            if not fresh:
                _found_audited(row, client, now)
    except AnotherPatient as error:
        other_patient_note(error, client=client, now=now)
        raise
    ((resource,),) = loading_referred.patients_of([row], now)
    return Created(told_back(resource, details), fresh)


def _check_condition(condition: str, mrn: str, client: PartnerClient) -> str:
    """The record number of whom the condition finds, or where it finds nobody, the one that was sent.

    Either is found again, and is somebody else's unless the other details agree. A number is one person's alone.
    """
    if not condition:
        return mrn
    system, number = identifier_of(condition)
    if not system:
        raise FhirRefused(400, "If-None-Exist must name the system of the identifier")
    own = access.within(Patient.objects.filter(mrn=number), by=client.actor())
    found = system == mrn_system(client.organization_id) and own.exists()
    return number if found else mrn


def _found_audited(row: Patient, client: PartnerClient, now: datetime) -> None:
    audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=row,
        patient_id=row.pk,
        detail="FHIR Patient",
    )
