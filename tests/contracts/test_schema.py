"""The REST interface keeps what its schema promises, also to a program that tries everything the schema allows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from referrals.models import ReferralEvent
from screening.models import PartnerScreening
from tests.factories import partners
from tests.factories import records as cast
from tests.integration.config import fhir_case

PROJECT = Path(__file__).resolve().parents[2]
CONFIGURATION = PROJECT / "tests/contracts/schemathesis.toml"
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.mark.slow
def test_schemathesis_finds_nothing(
    transactional_db: None, live_server: LiveServer, settings: LazySettings, tmp_path: Path
) -> None:
    settings.API_REQUESTS_PER_MINUTE = settings.API_WRONG_TOKENS_PER_MINUTE = 1_000_000
    settings.API_OTHER_PATIENTS_PER_HOUR = 1_000_000
    clinic = cast.clinic()
    client, token = partners.token(clinic)
    sent = [fhir_case.sent(clinic, name=f"Patient {number}", seed=number) for number in range(8)]
    fhir_case.client_speaks_for(client, sent[0].hospital)
    told = subprocess.run(
        [SCHEMATHESIS, "--config-file", CONFIGURATION, "run", f"{live_server.url}/api/schema/"],
        cwd=PROJECT,
        env=os.environ | {"NUNGIL_TOKEN": token, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert told.returncode == 0, told.stdout[-12_000:] + told.stderr[-2_000:]
    answered = ReferralEvent.objects.filter(actor=client.actor().label)
    assert answered.exists(), "no referral was answered: the steps were not tried"
    assert PartnerScreening.objects.exists(), "no request got past the gate: nothing was tried"
