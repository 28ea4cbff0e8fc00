"""Medplum's client, which nobody here wrote, against a running server: from its key to a screening sent."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

from screening.models import Encounter
from tests.factories import bundles
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.interop.validating import CHECKS, pass_every_validator

CLIENT = Path(settings.BASE_DIR) / "var" / "fhir-client"
SCOPES = f"{fhir_case.ALL} system/Patient.c system/Media.c system/Binary.c system/ServiceRequest.c"


@pytest.fixture
def said(transactional_db: None, live_server: LiveServer) -> dict[str, Any]:
    """What the client was answered, by step."""
    if not (CLIENT / "node_modules").is_dir():
        pytest.skip("Medplum's client is not installed; run make test-interop")
    cache.clear()
    clinic = people.clinic()
    referral = fhir_case.sent(clinic)
    calling = fhir_case.speaks_for(fhir_case.caller(clinic, scopes=SCOPES), referral.hospital)
    given = {
        "base": live_server.url,
        "client_id": str(calling.backend.service.public_id),
        "key": calling.backend.key.as_dict(private=True),
        "patient": bundles.patient(clinic, "P-2"),
        "bundle": bundles.transaction(clinic, seed=40),
        "photograph": bundles.content(seed=50)["data"],
        "consent": bundles.agreed("screening"),
    }
    run = subprocess.run(
        ["node", "client.mjs"],
        cwd=CLIENT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))


def test_medplum_reads_answers_and_sends(said: dict[str, Any], tmp_path: Path) -> None:
    task = said["search"]["entry"][0]["resource"]
    assert said["request"]["id"] == task["focus"]["reference"].partition("/")[2]
    assert said["person"]["name"] == [{"text": "Hong Gil-dong"}]
    assert len(said["results"]["entry"]) == 5
    assert said["received"]["status"] == "received"
    assert said["stale"]["issue"][0]["code"] == "conflict"
    assert (said["patched"]["status"], said["patched"]["note"][0]["text"]) == ("accepted", "Second floor")
    assert said["refused"]["issue"][0]["expression"] == ["Task.status"]
    told = [one["resource"]["status"] for one in said["history"]["entry"]]
    assert told == ["accepted", "received", "requested"]
    assert said["before"] == task
    assert said["registered"]["resourceType"] == "Patient"
    assert Encounter.objects.count() == 3, "the referred visit, and one a screening however often it came"
    locations = [
        [one["response"]["location"] for one in said[step]["entry"]] for step in ("transaction", "again")
    ]
    assert locations[0] == locations[1]
    assert said["order"]["status"] == "active"
    assert said["media"]["content"]["url"] == f"Binary/{said['binary']['id']}"
    assert said["alone"]["supportingInfo"] == [{"reference": f"Media/{said['media']['id']}"}]
    assert said["once"]["id"] == said["alone"]["id"]
    assert said["seen"]["id"] == said["media"]["id"]
    assert said["missing"]["issue"][0]["code"] == "not-found"
    for body in said.values():
        fhir_case.parsed(body)
    if (CHECKS / "node_modules").is_dir():
        pass_every_validator(list(said.values()), tmp_path)
