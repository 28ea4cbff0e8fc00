"""Clients that nobody here wrote, against a running server."""

from typing import Any

import pytest
from django.core.cache import cache
from fhirclient import client as smart
from fhirclient.models.diagnosticreport import DiagnosticReport
from fhirpy import SyncFHIRClient
from pytest_django.live_server_helper import LiveServer

from screening.models import Encounter
from tests.factories import backends, bundles
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded


@pytest.fixture
def token(transactional_db: None, live_server: LiveServer) -> str:
    cache.clear()
    clinic = people.clinic()
    referral = fhir_case.sent(clinic)
    calling = fhir_case.caller(clinic)
    fhir_case.speaks_for(calling, referral.hospital)
    return calling.token


def test_fhirpy_reads_all_pages(token: str, live_server: LiveServer) -> None:
    client = SyncFHIRClient(f"{live_server.url}/fhir", authorization=f"Bearer {token}")
    found = client.resources("Observation").limit(3).fetch_all()
    assert len({one.id for one in found}) == 16
    task = client.resources("Task").search(status="requested").first()
    assert task is not None
    request = task.focus.to_resource()
    assert request.subject.to_resource()["name"] == [{"text": "Hong Gil-dong"}]


def test_fhirpy_sends_photographs_and_orders_later(transactional_db: None, live_server: LiveServer) -> None:
    cache.clear()
    clinic = people.clinic()
    token = uploaded.sender(clinic).token
    client = SyncFHIRClient(f"{live_server.url}/fhir", authorization=f"Bearer {token}")
    person = client.resource(**_typed(bundles.patient(clinic)))
    person.save()
    whose = person.to_reference().reference
    media = client.resource(**_typed(uploaded.described(whose, "R", bundles.content())))
    media.save()
    order = client.resource(**_typed(uploaded.order(whose, media)))
    order.save()
    assert client.resources("ServiceRequest").search(identifier="EXT-1").first().id == order.id
    assert Encounter.objects.get().exams.get().status == "submitted"


def _typed(resource: dict[str, Any]) -> dict[str, Any]:
    return {"resource_type": resource["resourceType"]} | {
        name: value for name, value in resource.items() if name != "resourceType"
    }


def test_fhirclient_finds_the_token_endpoint_and_reads(token: str, live_server: LiveServer) -> None:
    server = smart.FHIRClient(settings={"app_id": "test", "api_base": f"{live_server.url}/fhir/"}).server
    assert server.capabilityStatement.rest[0].security.extension[0].extension[0].valueUri == (
        f"{live_server.url}{backends.TOKEN}"
    )
    server.session.headers["Authorization"] = f"Bearer {token}"
    reports = DiagnosticReport.where({}).perform_resources(server)
    assert [report.status for report in reports] == ["preliminary"]
