"""Importing as many contraindicated pairs as the MFDS lists, and asking for the rules of one prescription.

In a database of its own on the server of the URL, which is dropped afterwards. The pairs are generated.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

# What is asked of the product; the references of the table.
ROWS_A_SECOND = 20_000
CHECK_MS = 5
TIMES = 200
# A prescription of one drop beside ten medicines.
OURS = ("brimonidine", "timolol")
BESIDE = ("selegiline", "verapamil", "metformin", *(f"made {number}" for number in range(7)))


def main(url: str) -> None:
    import psycopg

    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="false", HTTPS_ONLY="false")
    name = "bench_drug_data"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = url.replace("/postgres?", f"/{name}?")
    try:
        _measure()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.benchmarks.drug_pairs import PAIRS, write_pairs
    from tests.benchmarks.rows import compared, report

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.jsonl"
        write_pairs(path)
        reading, storing = _import(path)
    asked = _ask()
    pairs = f"{PAIRS:,} generated pairs"
    report(
        [
            compared(f"{pairs}, file to PostgreSQL", PAIRS / (reading + storing), "rows/s", ROWS_A_SECOND),
            compared(f"{pairs}, storing alone", PAIRS / storing, "rows/s", ROWS_A_SECOND),
            compared(f"{pairs}, rules of one prescription", asked, "ms", CHECK_MS),
        ]
    )


def _import(path: Path) -> tuple[float, float]:
    """Seconds of reading and of storing."""
    from django.utils import timezone

    from pharmacy.domain.drug_data import DrugDataSource
    from pharmacy.importers.reader import read_source
    from pharmacy.services import drug_data_import

    began = time.perf_counter()
    reading = read_source(DrugDataSource.DUR_PAIRS, path)
    read = time.perf_counter()
    drug_data_import(source=DrugDataSource.DUR_PAIRS, reading=reading, by="bench", now=timezone.now())
    return read - began, time.perf_counter() - read


def _ask() -> float:
    """Milliseconds until the rules that bear on one prescription are there."""
    from pharmacy.domain.drug_rules import Route
    from pharmacy.drug_data_selectors import drug_rules_about

    spent = []
    for _ in range(TIMES):
        began = time.perf_counter()
        drug_rules_about(OURS, Route.OCULAR, beside=BESIDE)
        spent.append((time.perf_counter() - began) * 1000)
    return median(spent)


if __name__ == "__main__":
    main(sys.argv[1])
