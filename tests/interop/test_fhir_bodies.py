"""Every distinct body that the tests of the FHIR door saw, before validators that nobody here wrote.

`make test-interop` runs those tests first, with a folder in which `fhir_case.checked` keeps what it reads.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from config.fhir.kinds import KINDS
from tests.interop.validating import installed, pass_every_validator

REFUSALS = {400, 401, 403, 404, 405, 406, 409, 411, 412, 413, 415, 422, 428, 429, 500}


# No photograph comes from DICOM.
NEVER_ANY = "ImagingStudy"


@pytest.fixture
def files() -> list[Path]:
    installed()
    folder = os.environ.get("FHIR_BODIES", "")
    found = sorted(Path(folder).glob("*.json")) if folder else []
    if not found:
        pytest.skip("no bodies were kept; run make test-interop")
    return found


def test_every_body_that_was_seen_passes_every_validator(files: list[Path], tmp_path: Path) -> None:
    pass_every_validator([_read(file) for file in files], tmp_path)


def test_every_kind_and_every_refusal_is_among_them(files: list[Path]) -> None:
    seen = {tuple(file.name.split("-")[:2]) for file in files}
    kinds = {*KINDS, "Subscription", "CapabilityStatement", "Bundle"} - {NEVER_ANY}
    assert kinds <= {kind for _, kind in seen}
    refused = {int(status) for status, kind in seen if kind == "OperationOutcome"}
    assert refused >= REFUSALS


def test_a_task_at_each_of_its_stages_is_among_them(files: list[Path]) -> None:
    tasks = [_read(file) for file in files if "-Task-" in file.name]
    for element in ("statusReason", "output", "executionPeriod", "note"):
        assert any(element in task for task in tasks), element


def _read(file: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(file.read_text())
    return body
