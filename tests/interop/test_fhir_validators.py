"""What the FHIR door says, before validators that nobody here wrote."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records.models import Organization, Role
from screening.domain.findings import Label
from screening.services import grading_claim, read_sign
from tests.factories import bundles, grading, screening
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir_case import Caller
from tests.interop.validating import installed, pass_every_validator

SENDER = "system/Patient.crs system/Media.crs system/Binary.cr system/ServiceRequest.crs system/DiagnosticReport.rs"


@pytest.fixture(autouse=True)
def _installed() -> None:
    installed()


def test_every_kind_passes_every_validator(clinic: Organization, tmp_path: Path) -> None:
    referral = fhir_case.sent(clinic, screening.eye("R", G=0.9), screening.ungradable("L"))
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    image = referral.encounter.exams.get().images.first()
    fhir_case.supplied(referral)
    by, now = people.actor(clinic, Role.GRADER), timezone.now()
    task = grading.task(referral.encounter)
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=now)
    bodies = [
        fhir_case.checked(Client().get("/fhir/metadata")),
        hospital.get(f"Patient?_id={referral.encounter.patient.public_id}"),
        hospital.get(f"Binary/{image.pk}", accept="application/fhir+json"),
        hospital.get("Condition/1", status=404),
        hospital.get(f"Task/{referral.pk}/_history"),
        hospital.get(f"ServiceRequest/{referral.pk}/_history"),
        hospital.get("Task?_include=Task:focus&_include=Task:patient"),
        hospital.get("Organization"),
        hospital.get("Practitioner"),
        *(hospital.get(f"{kind}?_count=100") for kind in fhir_case.SEARCHED),
    ]
    assert all(body.get("entry") for body in bodies[4:]), "every kind has something to show"
    pass_every_validator(bodies, tmp_path)


def test_what_a_partner_sends_and_is_answered_passes_every_validator(
    clinic: Organization, tmp_path: Path
) -> None:
    partner = fhir_case.caller(clinic, scopes=SENDER)
    bundle = bundles.transaction(clinic, by_binary=True)
    answer = _sent(partner, "/fhir", bundle)
    person = _sent(partner, "/fhir/Patient", bundles.patient(clinic, "P-2"), 201)
    refused = _sent(partner, "/fhir", bundle | {"type": "batch"}, 400)
    whose = f"Patient/{person['id']}"
    held = uploaded.binary(partner, seed=5)
    described = uploaded.described(whose, "R", {"url": uploaded.address(held)})
    media = uploaded.sent(partner, "Media", described)
    order = uploaded.order(whose, media, number="EXT-2")
    waiting = partner.get("Media")
    alone = uploaded.sent(partner, "ServiceRequest", order)
    again = uploaded.sent(partner, "Media", described, 200)
    bodies = [held, described, media, waiting, order, alone, again]
    read = [partner.get("ServiceRequest"), partner.get("Media")]
    pass_every_validator([bundle, answer, person, refused, *bodies, *read], tmp_path)


def _sent(partner: Caller, address: str, body: Any, status: int = 200) -> dict[str, Any]:
    reply = partner.backend.browser.post(
        address,
        json.dumps(body),
        content_type="application/fhir+json",
        headers={"authorization": f"Bearer {partner.token}"},
    )
    return fhir_case.checked(reply, status)
