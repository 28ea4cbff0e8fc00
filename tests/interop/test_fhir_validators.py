"""What the FHIR door says, before three validators that nobody here wrote: JSON Schema, Medplum, the fhir package.

They live in ../shared/checks/fhir and are installed by `make test-interop`; without them the tests are skipped.
"""

import json
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from records.models import Organization
from tests.factories import screening
from tests.integration.config import fhir_case

CHECKS = Path(settings.BASE_DIR) / "var" / "fhir-checks"


@pytest.fixture
def checks() -> Path:
    if not (CHECKS / "node_modules").is_dir():
        pytest.skip("the validators are not installed; run make test-interop beside ../shared/checks/fhir")
    return CHECKS


def test_every_kind_passes_every_validator(clinic: Organization, checks: Path, tmp_path: Path) -> None:
    referral = fhir_case.sent(clinic, screening.eye("R", G=0.9), screening.ungradable("L"))
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    image = referral.encounter.exams.get().images.first()
    bodies = [
        fhir_case.checked(Client().get("/fhir/metadata")),
        hospital.get(f"Patient?_id={referral.encounter.patient.public_id}"),
        hospital.get(f"Binary/{image.pk}", accept="application/fhir+json"),
        hospital.get("Condition/1", status=404),
        *(
            hospital.get(f"{kind}?_count=100")
            for kind in (
                "ServiceRequest",
                "Task",
                "DiagnosticReport",
                "Observation",
                "RiskAssessment",
                "Media",
            )
        ),
    ]
    files = [tmp_path / f"{number}.json" for number in range(len(bodies))]
    for file, body in zip(files, bodies, strict=True):
        file.write_text(json.dumps(body))
    validated = subprocess.run(
        ["node", "validate.mjs", *files], cwd=checks, capture_output=True, text=True, check=False
    )
    assert validated.returncode == 0, validated.stdout + validated.stderr
    assert int(validated.stdout.split()[0]) > len(bodies)
