"""Three validators that nobody here wrote: JSON Schema, Medplum, the fhir package.

They live in ../shared/checks/fhir and are installed by `make test-interop`; without them a test is skipped.
"""

import json
import subprocess
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

CHECKS = Path(settings.BASE_DIR) / "var" / "fhir-checks"


def installed() -> Path:
    if not (CHECKS / "node_modules").is_dir():
        pytest.skip("the validators are not installed; run make test-interop beside ../shared/checks/fhir")
    return CHECKS


def pass_every_validator(bodies: Sequence[dict[str, Any]], folder: Path) -> None:
    """Every body, and every resource of a Bundle, before each of them."""
    installed()
    files = [folder / f"{number}.json" for number in range(len(bodies))]
    for file, body in zip(files, bodies, strict=True):
        file.write_text(json.dumps(_readable(body)))
    validated = subprocess.run(
        ["node", "validate.mjs", *files], cwd=installed(), capture_output=True, text=True, check=False
    )
    assert validated.returncode == 0, validated.stdout + validated.stderr
    assert int(validated.stdout.split()[0]) >= len(bodies)


def _readable(body: dict[str, Any]) -> dict[str, Any]:
    """The fhir package (4.12.0) takes a required choice that is false for a missing one: it reads true instead."""
    told = deepcopy(body)
    for one in (told, *(entry.get("resource", {}) for entry in told.get("entry", []))):
        for found in one.get("output", ()):
            if found.get("valueBoolean") is False:
                found["valueBoolean"] = True
    return told
