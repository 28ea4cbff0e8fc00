"""What eight clients at once get from the FHIR door of the real web server, with a small and a large register.

One program of a hospital, with a token from its signed assertion and eight connections that stay open. Flat means
that a request takes as long in the large register as in the small one: the ratio of the two is about 1. Every answer
is audited, as always; of the settings only the requests that a client may make in a minute are raised.

`python -m tests.benchmarks.fhir DATABASE_URL [SMALL LARGE]`
"""

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.fhir_register import Register

SIZES = (100_000, 1_000_000)
SAMPLED = 200
ATTRIBUTES = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "false", "HTTPS_ONLY": "false"}
LOADING = "FHIR register: loading"


def main(url: str, *sizes: str) -> None:
    from tests.benchmarks.rows import compared, report

    small, large = (_apart(url, int(size)) for size in sizes or SIZES)
    beside = f"{sizes[1] if sizes else SIZES[1]} beside {sizes[0] if sizes else SIZES[0]} exams"
    report([compared(f"{name}, {beside}", large[name], _unit(name), small[name]) for name in small])


def _unit(name: str) -> str:
    return "1/s" if name.endswith("requests/s") else "s" if name == LOADING else "ms"


def _apart(url: str, exams: int) -> dict[str, float]:
    """The figures of one size, in a process of its own: Django keeps to one database."""
    command = [sys.executable, "-m", "tests.benchmarks.fhir", "--one", url, str(exams)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def one(url: str, exams: int) -> None:
    """In a database of its own on the server of `url`, which is dropped afterwards."""
    import psycopg

    name = f"bench_fhir_{exams}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ.update(ATTRIBUTES, DATABASE_URL=url.replace("/postgres?", f"/{name}?"))
    try:
        print(json.dumps(_measured(exams)))
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measured(exams: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from deploy.processes import free_port
    from tests.benchmarks import fhir_door, fhir_register

    call_command("migrate", verbosity=0)
    port, started = free_port(0), time.perf_counter()
    register = fhir_register.load(exams, f"http://127.0.0.1:{port}/oauth/token")
    figures = {LOADING: round(time.perf_counter() - started, 1)}
    asked = _asked(register)
    connection.close()
    with fhir_door.web(port):
        for name, addresses in asked.items():
            door = fhir_door.Door(port, register.program.assertion())
            figures |= door.figures(name, addresses)
    return figures


def _asked(register: "Register") -> dict[str, list[str]]:
    """By name: addresses that are asked for in turn, or one whose pages are turned."""
    from screening.models import Encounter

    step = register.exams // SAMPLED // 10 * 10 or 10  # of the visits that have findings
    rows = Encounter.objects.filter(pk__in=range(10, register.exams, step), organization=register.clinic)
    visits = rows.values_list("public_id", "patient__public_id")
    tasks = rows.model.objects.filter(referrals__hospital=register.hospital).values_list(
        "referrals", flat=True
    )
    return {
        "read DiagnosticReport": [f"DiagnosticReport/{visit}" for visit, _ in visits],
        "read Observation": [f"Observation/{visit}-R-D" for visit, _ in visits],
        "read Task": [f"Task/{key}" for key in tasks[:: max(1, len(tasks) // SAMPLED)]],
        "search by patient": [f"DiagnosticReport?patient={person}" for _, person in visits],
        "poll of open Tasks": ["Task?owner=Organization/me&status=requested"],
        "pages by _lastUpdated": ["DiagnosticReport?_lastUpdated=ge2020-01-01"],
        "_lastUpdated, nothing new": [
            f"{kind}?_lastUpdated=ge2100-01-01" for kind in ("DiagnosticReport", "Task")
        ],
    }


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main(*sys.argv[1:])
