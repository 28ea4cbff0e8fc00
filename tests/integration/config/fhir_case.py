"""A case as a hospital meets it: screened, referred by a physician, and sent there."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from config import case_work
from pharmacy.models import Dispense, MedicationOrder, Prescription
from records.actor import Actor
from records.models import Organization, PartnerClient, Role, WorkItem
from referrals.models import Hospital, Referral
from referrals.services import hospital_client_link, referral_authorise_and_send
from screening.domain.exam_result import EyeResult
from screening.models import Encounter
from screening.services import derivatives_make
from tests.factories import backends, screening
from tests.factories import records as people
from tests.factories.backends import Backend
from tests.factories.records import NOW
from tests.integration.config import cast

FHIR = "application/fhir+json; charset=utf-8"
ALL = (
    "system/Patient.rs system/ServiceRequest.rs system/Task.rus system/DiagnosticReport.rs system/Observation.rs"
    " system/RiskAssessment.rs system/Media.rs system/Binary.r system/MedicationRequest.rs"
    " system/MedicationDispense.rs system/Provenance.rs system/AuditEvent.rs system/Organization.rs"
    " system/Practitioner.rs system/ImagingStudy.rs"
)

# What can be searched without naming anything.
SEARCHED = (
    "ServiceRequest",
    "Task",
    "DiagnosticReport",
    "Observation",
    "RiskAssessment",
    "Media",
    "Provenance",
    "MedicationRequest",
    "MedicationDispense",
    "AuditEvent",
)


@dataclass
class Caller:
    """A program with a token; every body that it gets is read by a FHIR library before a test sees it."""

    backend: Backend
    token: str

    def get(self, address: str, *, status: int = 200, **headers: str) -> dict[str, Any]:
        return checked(self.reply(address, **headers), status)

    def reply(self, address: str, **headers: str) -> HttpResponse:
        whole = {"authorization": f"Bearer {self.token}", **headers}
        return self.backend.browser.get(
            address if address.startswith("/") else f"/fhir/{address}", headers=whole
        )

    def post(self, address: str, body: Any, **more: Any) -> HttpResponse:
        """`body`: a resource, or bytes as they are."""
        headers = {"authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        options = {"content_type": "application/fhir+json"} | more
        sent = body if isinstance(body, bytes) else json.dumps(body)
        return self.backend.browser.post(address, sent, headers=headers, **options)

    def all(self, address: str) -> list[dict[str, Any]]:
        """The resources of all pages."""
        found = []
        while address:
            bundle = self.get(address)
            found += [entry["resource"] for entry in bundle.get("entry", [])]
            following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
            address = following[0].removeprefix("http://testserver") if following else ""
        return found


def checked(reply: HttpResponse, status: int = 200) -> dict[str, Any]:
    assert reply.status_code == status, reply.content
    assert reply.headers["Content-Type"] == FHIR
    body: dict[str, Any] = json.loads(reply.content)
    parsed(body)
    _keep(body, status)
    return body


def _keep(body: dict[str, Any], status: int) -> None:
    """Once each, for validators that nobody here wrote (`make test-interop`), where a folder for them is named."""
    if "FHIR_BODIES" in os.environ:
        text = json.dumps(body, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        name = f"{status}-{body['resourceType']}-{digest}.json"
        (Path(os.environ["FHIR_BODIES"]) / name).write_text(text)


def parsed(body: dict[str, Any]) -> Any:
    """The resource as fhir.resources reads it (R4B: of these types only Media.bodySite and the like differ)."""
    kind = body["resourceType"]
    return getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind).model_validate(body)


def caller(clinic: Organization, *, scopes: str = ALL) -> Caller:
    backend = backends.backend(clinic, scopes=scopes)
    return Caller(backend, backend.token())


def speaks_for(calling: Caller, hospital: Hospital) -> Caller:
    client_speaks_for(calling.backend.client, hospital)
    return calling


def client_speaks_for(client: PartnerClient, hospital: Hospital) -> None:
    by = people.actor(client.organization, Role.ADMINISTRATOR)
    hospital_client_link(client_id=client.pk, hospital_id=hospital.pk, by=by, now=timezone.now())


def referred(clinic: Organization, *eyes: EyeResult, **more: Any) -> Referral:
    """A visit with a finding, whose proposal waits for the physician."""
    by = people.actor(clinic)
    if not Hospital.objects.exists():
        cast.hospital(by)
    found = eyes or (screening.eye("R", G=0.9), screening.eye("L"))
    visit: Encounter = cast.screened(by, *found, **more)
    derivatives_make(visit.exams.get().pk)
    return Referral.objects.get(encounter=visit)


def sent(clinic: Organization, *eyes: EyeResult, **more: Any) -> Referral:
    proposal = referred(clinic, *eyes, **more)
    return referral_authorise_and_send(
        referral_id=proposal.pk, by=people.actor(clinic, Role.PHYSICIAN), now=timezone.now()
    )


def result(visit: Encounter, *eyes: EyeResult, by: Actor) -> None:
    """What the image model would have found, and everything that follows from it."""
    screening.outcome(visit.exams.get(), *eyes, by=by)
    WorkItem.objects.filter(kind=cast.SCORED, key=visit.exams.get().pk).delete()
    case_work.work_off_case(visit)


def supplied(referral: Referral) -> Dispense:
    """A medicine of the visit on a physician's order, authorised by a pharmacist and asked of the machine."""
    by = people.actor(referral.organization, Role.PHARMACIST)
    made = cast.released(referral.assessment, by)
    medicine = made.prescription.medicine
    order = MedicationOrder.objects.create(
        organization=referral.organization,
        patient=referral.encounter.patient,
        medicine=medicine,
        strength=medicine.strength,
        dose_text="1 drop in each eye at bedtime",
        units_per_day=1,
        unit="drop",
        supply_days=28,
        refills_allowed=2,
        supplies_released=1,
        written_on=NOW.date(),
        valid_until=timezone.localdate() + timedelta(days=90),
        source="paper",
        prescriber="Lee Su-jin",
        licence="12345",
        entered_by_id=by.practitioner_id,
        entered_at=NOW,
    )
    Prescription.objects.filter(pk=made.prescription_id).update(
        status="authorised",
        authorised_at=NOW,
        authorised_by=by.practitioner_id,
        basis="order",
        order=order,
    )
    return made
