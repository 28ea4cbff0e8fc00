"""Three candidates out of many hospitals: PostgreSQL's index on their places, beside a k-d tree on the same points.

The hospitals are made up, evenly over Korea: of five one with a retina service, two eye clinics, two without eyes.
Both answers take in account what the other does not: the tree holds points in memory alone, while ours reads
capabilities, places, hours and the languages of each hospital as they are stored now, and says of every nearer one
why it was passed over.
"""

import os
import sys
import time
from datetime import date

TODAY = date(2026, 11, 25)
# How many hospitals, and the milliseconds within which 95 of 100 questions are answered.
BARS = {10_000: 10.0, 100_000: 25.0}
ASKED = 200
FITTING = 5
RETINA, EYES, HEART = ("eye-clinic", "oct", "laser"), ("eye-clinic",), ("internal-medicine",)
OFFERED = (RETINA, EYES, HEART, EYES, HEART)
ATTRIBUTES = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "false", "HTTPS_ONLY": "false"}


def main(url: str) -> None:
    """Measure in a database of its own on the server of `url`, which is dropped afterwards."""
    import psycopg

    name = "bench_hospitals"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ.update(ATTRIBUTES, DATABASE_URL=url.replace("/postgres?", f"/{name}?"))
    try:
        _measure_all()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measure_all() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.benchmarks.rows import report

    call_command("migrate", verbosity=0)
    report([row for size in BARS for row in _measured(size)])


def _measured(size: int) -> list:
    import numpy as np
    from scipy.spatial import cKDTree

    from tests.benchmarks.rows import compared

    dice = np.random.default_rng(7)
    points = np.column_stack([dice.uniform(34.0, 38.5, size), dice.uniform(126.0, 129.5, size)])
    _load(points)
    places = np.column_stack([dice.uniform(34.0, 38.5, ASKED), dice.uniform(126.0, 129.5, ASKED)])
    ours = _times(_candidates, places)
    tree = cKDTree(points[::FITTING])
    theirs = _times(lambda place: tree.query(place, k=3), places)
    what = f"three candidates of {size:,} hospitals"
    return [
        compared(
            f"{what}, p50 (beside cKDTree)",
            float(np.percentile(ours, 50)),
            "ms",
            float(np.percentile(theirs, 50)),
        ),
        compared(f"{what}, p95 (beside its bar)", float(np.percentile(ours, 95)), "ms", BARS[size]),
    ]


def _load(points) -> None:
    from django.db import connection

    from referrals.models import Hospital, HospitalCapability, WeeklyOffer

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE referrals_hospital CASCADE")
    made = Hospital.objects.bulk_create(
        (
            Hospital(
                source="bench", source_id=str(n), name=f"H{n}", country="KR", latitude=lat, longitude=lon
            )
            for n, (lat, lon) in enumerate(points.tolist())
        ),
        batch_size=5_000,
    )
    HospitalCapability.objects.bulk_create(
        (
            HospitalCapability(hospital=one, code=code)
            for number, one in enumerate(made)
            for code in OFFERED[number % FITTING]
        ),
        batch_size=5_000,
    )
    WeeklyOffer.objects.bulk_create(
        (WeeklyOffer(hospital=one, urgency="urgent", places=3) for one in made), batch_size=5_000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _candidates(place) -> None:
    from datetime import timedelta

    from referrals.domain.capabilities import Capability
    from referrals.domain.matching import Need
    from referrals.domain.travel import Place
    from referrals.near_selectors import candidates_near
    from risk.domain.urgency import Urgency

    wanted = frozenset({Capability.EYE_CLINIC, Capability.OCT, Capability.LASER})
    need = Need(Urgency.URGENT, TODAY + timedelta(days=14), wanted)
    match = candidates_near(need, Place(*map(float, place)), "KR", today=TODAY)
    assert len(match.candidates) == 3


def _times(ask, places) -> list[float]:
    """Milliseconds a question; the first ten only warm up."""
    for place in places[:10]:
        ask(place)
    taken = []
    for place in places:
        started = time.perf_counter()
        ask(place)
        taken.append(1000 * (time.perf_counter() - started))
    return taken


if __name__ == "__main__":
    main(sys.argv[1])
