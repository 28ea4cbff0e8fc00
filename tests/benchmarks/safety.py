"""The safety check of one prescription with as many contraindicated pairs stored as the MFDS lists.

Measured from the rows: what it takes to read the case and its notices, and to check. The pairs are generated.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

CHECK_MS = 5  # what the issue asks for
TIMES = 300
IN_USE = (
    "selegiline",
    "amlodipine",
    "metformin",
    *(f"drug {n}" for n in range(4)),
    *(f"made {n}" for n in range(3)),
)


def main(url: str) -> None:
    """Measure in a database of its own on the server of `url`, which is dropped afterwards."""
    import psycopg

    name = "bench_safety"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = url.replace("/postgres?", f"/{name}?")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        _measure_all()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measure_all() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.benchmarks.drug_pairs import PAIRS
    from tests.benchmarks.rows import report

    call_command("migrate", verbosity=0)
    _store_pairs()
    alone, with_notices = _refill()
    name = f"safety check, {PAIRS:,} pairs"
    report(
        [
            *_rows(f"{name}: rules", alone, CHECK_MS),
            *_rows(f"{name}: notices and rules", with_notices, CHECK_MS),
            *_rows(f"{name}: every row of a visit", _visit()),
        ]
    )


def _store_pairs() -> None:
    from django.db import connection
    from django.utils import timezone

    from pharmacy.domain.drug_data import DrugDataSource
    from pharmacy.importers.reader import read_source
    from pharmacy.services import drug_data_import
    from tests.benchmarks.drug_pairs import write_pairs

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.jsonl"
        write_pairs(path)
        reading = read_source(DrugDataSource.DUR_PAIRS, path)
        drug_data_import(source=DrugDataSource.DUR_PAIRS, reading=reading, by="bench", now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _refill() -> tuple[Callable[[], set[str]], Callable[[], set[str]]]:
    """A refill of brimonidine for somebody who uses ten other medicines, one of them an MAO inhibitor.

    The rules with the notices at hand, and with asking the database for them.
    """
    from dataclasses import replace

    from pharmacy.domain.drug_rule_checks import reported_keys
    from pharmacy.domain.formulary import entry_by_code
    from pharmacy.domain.policy import KOREA
    from pharmacy.domain.safety_case import SafetyCase
    from pharmacy.domain.safety_check import check_safety
    from pharmacy.drug_data_selectors import drug_rules_about
    from tests.unit.pharmacy.cases import CLEAR, TODAY, order_for

    entry = entry_by_code("brimonidine-0.15")
    answers = replace(CLEAR, current_medicines=IN_USE)
    case = SafetyCase(answers, 60, KOREA, TODAY, order=order_for(entry))

    def ask() -> set[str]:
        notices = drug_rules_about(entry.ingredients, entry.route, beside=reported_keys(IN_USE))
        return {alert.rule_id for alert in check_safety(entry, replace(case, drug_rules=notices))}

    known = replace(
        case, drug_rules=drug_rules_about(entry.ingredients, entry.route, beside=reported_keys(IN_USE))
    )
    assert "PH-90" in ask()
    return lambda: {alert.rule_id for alert in check_safety(entry, known)}, ask


def _visit() -> Callable[[], object]:
    """What the release asks: a visit with its answers, earlier supplies and notices, read from their rows."""
    from dataclasses import replace

    from django.utils import timezone

    from pharmacy.models import Prescription
    from pharmacy.safety_selectors import alerts_now
    from pharmacy.services import medicine_propose
    from records.actor import software
    from tests.factories import records as people
    from tests.integration.pharmacy import cast

    clinic = people.clinic()
    by = people.actor(clinic, "screener")
    answers = replace(cast.CLEAR, current_medicines=IN_USE)
    proposed = medicine_propose(
        assessment=cast.wish(cast.visit(by, answers)), by=software("bench", clinic.pk), now=cast.NOW
    )
    assert proposed is not None

    def ask() -> object:
        return alerts_now(
            Prescription.objects.select_related("organization", "encounter__patient", "medicine").get(
                pk=proposed.pk
            ),
            now=timezone.now(),
        )

    return ask


def _rows(what: str, ask: Callable[[], object], limit: float | None = None) -> list:
    """p50 and p95, beside the limit where there is one."""
    from tests.benchmarks.rows import Row, compared

    ask()
    times = [_milliseconds(ask) for _ in range(TIMES)]
    found = {"p50": median(times), "p95": quantiles(times, n=20)[-1]}
    return [
        compared(f"{what}, {name}", value, "ms", limit)
        if limit
        else Row(f"{what}, {name}", round(value, 3), "ms")
        for name, value in found.items()
    ]


def _milliseconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main(sys.argv[1])
