"""What partners send: a person by their record number, and a whole screening at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

import screening.services
from config.api.other_patients import other_patient_note, other_patients_allowed
from config.errors import AnotherPatient
from config.fhir import loading_referred
from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element
from config.fhir.mapping.patient_given import read_patient, told_back
from config.fhir.mapping.patients import mrn_system
from config.fhir.mapping.submitted import Submitted
from config.intake import PhotographGiven, case_submit, patient_find_or_register
from config.patient_details import parse_patient_details
from records.models import AuditAction, PartnerClient, Patient
from records.selectors import local_date
from records.services import audit_record
from screening.errors import ExternalIdTaken
from screening.models import FundusImage, PartnerScreening
from screening.services import PartnerDetails


@dataclass(frozen=True)
class Made:
    """`fresh`: it was made now, not found."""

    resource: Element
    fresh: bool


def patient_create(given: Any, if_none_exist: str, *, client: PartnerClient, now: datetime) -> Made:
    """The person with this record number, registered now when new; somebody else's number is refused.

    Raises FhirRefused, Throttled, and what `config.intake.patient_find_or_register` raises.
    """
    details = read_patient(given, organization_id=client.organization_id)
    _check_condition(if_none_exist, details["mrn"], client)
    other_patients_allowed(client=client, now=now)
    try:
        with transaction.atomic():
            row = patient_find_or_register(parse_patient_details(details), by=client.actor(), now=now)
            fresh = row.registered_at == now
            if not fresh:
                _found_audited(row, client, now)
    except AnotherPatient as error:
        other_patient_note(error, client=client, now=now)
        raise
    ((resource,),) = loading_referred.patients_of([row], now)
    return Made(told_back(resource, details), fresh)


def _check_condition(if_none_exist: str, mrn: str, client: PartnerClient) -> None:
    """Whoever has this number already is found anyway; a condition on anything else is refused."""
    if if_none_exist and if_none_exist != f"identifier={mrn_system(client.organization_id)}|{mrn}":
        raise FhirRefused(400, "If-None-Exist must be identifier=system|value of the same Patient")


def _found_audited(row: Patient, client: PartnerClient, now: datetime) -> None:
    audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=row,
        patient_id=row.pk,
        detail="FHIR Patient",
    )


def screening_submit(
    given: Submitted, *, client: PartnerClient, now: datetime
) -> tuple[PartnerScreening, bool]:
    """The screening, and whether it was made now: the same identifier with the same content is the same screening.

    Raises FhirRefused (409), Throttled, and what `config.intake.case_submit` raises.
    """
    other_patients_allowed(client=client, now=now)
    if known := _sent_before(given, client):
        return known, False
    try:
        with transaction.atomic():
            return _made(given, client, now), True
    except ExternalIdTaken:
        # The same Bundle came twice at the same moment.
        if known := _sent_before(given, client):
            return known, False
        raise
    except AnotherPatient as error:
        other_patient_note(error, client=client, now=now)
        raise


def _made(given: Submitted, client: PartnerClient, now: datetime) -> PartnerScreening:
    by = client.actor()
    encounter = case_submit(
        answers={"patient": given.patient, "consent": list(given.consent)},
        photographs=[PhotographGiven(eye, data) for eye, data in given.photographs.items()],
        by=by,
        now=now,
        today=local_date(now, client.organization),
        repeat_within=None,
        consent_of_its_own=True,
    )
    details = PartnerDetails(given.external_id, given.captured_at, given.camera)
    return screening.services.partner_screening_record(
        encounter=encounter, client=client, details=details, by=by, now=now
    )


def _sent_before(given: Submitted, client: PartnerClient) -> PartnerScreening | None:
    sent = PartnerScreening.objects.filter(client=client, external_id=given.external_id)
    known = sent.select_related("encounter__patient").first()
    if known is None:
        return None
    digests = {eye: hashlib.sha256(data).hexdigest() for eye, data in given.photographs.items()}
    same = known.encounter.patient.mrn == given.patient["mrn"].strip() and _digests(known) == digests
    if not same:
        raise FhirRefused(
            409, "this identifier was used for another screening", expression="ServiceRequest.identifier"
        )
    return known


def _digests(sent: PartnerScreening) -> Mapping[str, str]:
    images = FundusImage.objects.filter(exam__encounter=sent.encounter_id)
    return dict(images.values_list("laterality", "sha256"))


def answer_of(given: Submitted, made: PartnerScreening, *, fresh: bool) -> Element:
    """The transaction-response, in the order of the entries."""
    images = FundusImage.objects.filter(exam__encounter=made.encounter_id)
    by_eye = dict(images.values_list("laterality", "pk"))
    keys: dict[str, object] = {
        "Patient": made.encounter.patient.public_id,
        "ServiceRequest": made.encounter.public_id,
    }
    # A person whom the clinic knew was found, though the rest is new.
    found = not fresh or made.encounter.patient.registered_at < made.received_at
    entries = [
        {
            "response": {
                "status": "200 OK" if not fresh or (found and one.kind == "Patient") else "201 Created",
                "location": f"{one.kind}/{keys.get(one.kind) or by_eye[one.eye]}",
            }
        }
        for one in given.entries
    ]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
