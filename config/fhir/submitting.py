"""A whole screening that a partner sends, and the same one sent again."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

import screening.services
from config.api.other_patients import other_patient_note, other_patients_allowed
from config.errors import AnotherPatient
from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element
from config.fhir.mapping.images import image_id
from config.fhir.mapping.submitted import Screening, Submitted
from config.intake import PhotographGiven, case_submit
from records.models import PartnerClient, Patient
from records.selectors import local_date
from screening.errors import ExternalIdTaken
from screening.models import FundusImage, PartnerScreening
from screening.services import PartnerDetails


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
            return screening_store(given.screening, given.patient, client=client, now=now), True
    except ExternalIdTaken:
        # The same Bundle came twice at the same moment.
        if known := _sent_before(given, client):
            return known, False
        raise
    except AnotherPatient as error:
        other_patient_note(error, client=client, now=now)
        raise


def screening_store(
    given: Screening, patient: Mapping[str, object] | Patient, *, client: PartnerClient, now: datetime
) -> PartnerScreening:
    """A visit of a person as they were told of, or as they stand in the register; within a transaction.

    Raises ExternalIdTaken, and what `config.intake.case_submit` raises.
    """
    by = client.actor()
    known = isinstance(patient, Patient)
    encounter = case_submit(
        answers={"consent": list(given.consent)} | ({} if known else {"patient": patient}),
        patient=patient if known else None,
        photographs=[
            PhotographGiven(eye, one.data, public_id=one.public_id, captured_at=one.captured_at)
            for eye, one in given.photographs.items()
        ],
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
    known = sent_as(given.screening.external_id, client)
    if known is not None:
        photographs = given.screening.photographs
        digests = {eye: hashlib.sha256(one.data).hexdigest() for eye, one in photographs.items()}
        check_same(
            same=known.encounter.patient.mrn == given.patient["mrn"].strip()
            and {image.laterality: image.sha256 for image in images_as_sent(known)} == digests
        )
    return known


def sent_as(external_id: str, client: PartnerClient) -> PartnerScreening | None:
    """The screening that this client sent under this number of its own."""
    sent = PartnerScreening.objects.filter(client=client, external_id=external_id)
    return sent.select_related("encounter__patient").first()


def check_same(*, same: bool) -> None:
    """Raises FhirRefused (409) where a known identifier came with something else."""
    if not same:
        raise FhirRefused(
            409, "this identifier was used for another screening", expression="ServiceRequest.identifier"
        )


def images_as_sent(sent: PartnerScreening) -> list[FundusImage]:
    """The photographs that came with it; the clinic may have taken others since."""
    exam = sent.encounter.exams.order_by("pk").first()
    return list(exam.images.order_by("pk")) if exam else []


def answer_of(given: Submitted, made: PartnerScreening, *, fresh: bool) -> Element:
    """The transaction-response, in the order of the entries."""
    by_eye = {image.laterality: image_id(image) for image in images_as_sent(made)}
    keys: Mapping[str, object] = {
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
