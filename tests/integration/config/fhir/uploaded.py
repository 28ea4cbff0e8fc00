"""A partner's program that sends one resource after the other."""

from typing import Any

from records.models import Organization
from tests.factories import bundles, photographs
from tests.factories.bundles import Resource
from tests.integration.config import fhir_case
from tests.integration.config.fhir_case import Caller, checked

SCOPES = "system/Patient.crs system/Media.crs system/Binary.cr system/ServiceRequest.crs system/DiagnosticReport.rs"


def sender(clinic: Organization) -> Caller:
    return fhir_case.caller(clinic, scopes=SCOPES)


def sent(calling: Caller, kind: str, body: Any, status: int = 201, **more: Any) -> Resource:
    return checked(calling.post(f"/fhir/{kind}", body, **more), status)


def address(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def person(calling: Caller, clinic: Organization, mrn: str = "P-1", status: int = 201) -> str:
    return address(sent(calling, "Patient", bundles.patient(clinic, mrn), status))


def binary(calling: Caller, seed: int = 0, status: int = 201) -> Resource:
    return sent(calling, "Binary", photographs.jpeg(seed), status, content_type="image/jpeg")


def media(calling: Caller, whose: str, eye: str = "R", *, seed: int = 0, status: int = 201) -> Resource:
    """With its bytes."""
    return sent(calling, "Media", described(whose, eye, bundles.content(seed)), status)


def described(whose: str, eye: str, content: Resource, **changes: Any) -> Resource:
    return bundles.media(eye, content, whose, extension=bundles.agreed("screening"), **changes)


def order(whose: str, *photographs_of: Resource, **more: Any) -> Resource:
    info = [{"reference": address(one)} for one in photographs_of]
    return bundles.order(whose, **more) | {"supportingInfo": info}
