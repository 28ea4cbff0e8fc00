"""A night over a large register: whole runs beside the bare LightGBM prediction of the same rows.

Registers of growing size, one after another in the same process, so that memory and time show whether they are flat
and linear: `python -m tests.benchmarks.night URL [visits ...]`. Rows are made inside PostgreSQL.
"""

import os
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

SIZES = (25_000, 100_000)  # more than one part each
CHANGED = 50  # one visit in so many when few change
LABELS = "unnest(ARRAY['D','G','C','A','H','M']) AS disease"
HASH = "md5(n::text) || md5((n + 1)::text)"


def main(url: str, sizes: tuple[int, ...]) -> None:
    """Measure in databases of their own on the server of `url`, which are dropped afterwards."""
    import psycopg

    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="false", HTTPS_ONLY="false")
    name = "bench_night"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = url.replace("/postgres?", f"/{name}?")
    try:
        _measure_all(sizes)
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measure_all(sizes: tuple[int, ...]) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.benchmarks.rows import report

    call_command("migrate", verbosity=0)
    with TemporaryDirectory() as folder:
        report(_rows(sizes, _release_before(Path(folder))))


def _rows(sizes: tuple[int, ...], before: str) -> list:
    from tests.benchmarks.rows import compared

    rows, took, peaks = [], {}, {}
    for place, visits in enumerate(sizes, start=1):
        clinic = _load(visits, place, before)
        bare = _bare(visits)
        for what, few in (("all change", False), ("2 % change", True)):
            if few:
                _a_day_later()
                _touch(clinic, before)
            seconds, changed = _night(clinic)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            name = f"night of {visits} visits, {what} ({changed} did, {round(peak)} MiB) beside bare LightGBM"
            rows.append(compared(name, seconds, "s", bare))
            took[what, visits], peaks[visits] = seconds, peak
    return rows + _slopes(sizes, took, peaks)


def _slopes(sizes: tuple[int, ...], took: dict, peaks: dict) -> list:
    """Whether time is linear and memory flat: the largest register beside the smallest. A ratio of 1 is both."""
    from tests.benchmarks.rows import compared

    least, most = min(sizes), max(sizes)
    rows = [
        compared(
            f"night, {what}: a visit of {most} beside one of {least}",
            1e6 * took[what, most] / most, "us", 1e6 * took[what, least] / least,
        )
        for what in dict.fromkeys(what for what, _ in took)
    ]  # fmt: skip
    return [
        *rows,
        compared(f"night: memory at {most} beside {least} visits", peaks[most], "MiB", peaks[least]),
    ]


def _release_before(folder: Path) -> str:
    """The card's digest of a release that joins a patient's eyes as the one in force does, laid beside it."""
    import hashlib
    import json
    import shutil

    from django.conf import settings

    from risk.fusion.release import CARD
    from risk.fusion_release import FUSION_RELEASE

    shutil.copytree(settings.FUSION_RELEASES_DIR / FUSION_RELEASE, folder / FUSION_RELEASE)
    shutil.copytree(folder / FUSION_RELEASE, folder / "before")
    card = folder / "before" / CARD
    card.write_text(json.dumps(json.loads(card.read_text()) | {"name": "before"}))
    settings.FUSION_RELEASES_DIR = folder
    return hashlib.sha256(card.read_bytes()).hexdigest()


def _night(clinic: object) -> tuple[float, int]:
    """Seconds of a whole run, and how many visits it changed."""
    from django.utils import timezone

    from risk.models import RescoreChange, RunState
    from risk.night.parts import parts_do
    from risk.night.runs import Scope, run_start

    started = time.perf_counter()
    run = run_start(clinic, Scope(), by="bench", now=timezone.now())
    parts_do(run.pk)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.reason
    return seconds, RescoreChange.objects.filter(run=run).count()


def _bare(visits: int) -> float:
    """Seconds of the boosters alone on as many rows, in one thread as the night uses them."""
    import numpy as np
    from django.conf import settings

    from risk.fusion.frame import COLUMN_NAMES
    from risk.fusion_release import FUSION_RELEASE
    from risk.inference import fusion_release

    fusions = fusion_release(settings.FUSION_RELEASES_DIR / FUSION_RELEASE).fusions
    values = np.full((visits, len(COLUMN_NAMES)), np.nan)
    rng = np.random.default_rng(1)
    for name, (low, high) in {"age_years": (20, 90), "female": (0, 2), "systolic_mmhg": (100, 180)}.items():
        values[:, COLUMN_NAMES.index(name)] = rng.integers(low, high, visits)
    started = time.perf_counter()
    for fusion in fusions.values():
        fusion.booster.predict(values, raw_score=True, num_threads=1)
    return time.perf_counter() - started


def _a_day_later() -> None:
    """What autovacuum did of its own until the next night: cleared away and counted what the last one wrote."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _touch(clinic: object, before: str) -> None:
    """One current assessment in CHANGED was given by another model."""
    from django.db.models import F

    from risk.models import LabelRisk, RiskAssessment

    current = RiskAssessment.objects.filter(encounter__organization=clinic, superseded_at=None)
    keys = list(current.order_by("pk").values_list("pk", flat=True)[::CHANGED])
    RiskAssessment.objects.filter(pk__in=keys).update(fusion_card_sha256=before)
    # Stored risks that the model in force tells otherwise.
    LabelRisk.objects.filter(assessment__in=keys).update(fused_risk=F("risk_high"))


def _load(visits: int, place: int, before: str):
    """A clinic of its own with as many assessed visits, a patient each; the night before nothing of it was scored."""
    from django.db import connection
    from django.utils import timezone

    from records.models import Organization, Patient
    from risk.models import AssessmentAction, LabelRisk, Recall, RiskAssessment, RiskFactors
    from screening.models import Encounter, Exam, ExamOutcome, EyeOutcome, Finding, FundusImage, ModelRelease
    from tests.benchmarks.fill import fill, sequences_follow

    where = {"country": "KR", "latitude": 37.5, "longitude": 127.0}
    clinic = Organization.objects.create(name=f"Night {place}", kind="clinic", **where)
    release, _ = ModelRelease.objects.get_or_create(
        name="bench", defaults={"card_sha256": "0" * 64, "registered_at": timezone.now(), "active": True}
    )
    first = place * 10_000_000
    people = f"generate_series({first + 1}, {first + visits}) AS n"
    both = f"{people}, (VALUES (1, 'R'), (0, 'L')) AS eye (o, side)"
    at = f"timestamptz '{(timezone.now() - timedelta(days=30)).isoformat()}'"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    fill(
        Patient, people, id="n", organization_id=str(clinic.pk), mrn="n::text", name="'Bench'",
        birth_date="date '1940-01-01' + (n * 37 % 18000)::int", registered_at=at,
    )  # fmt: skip
    fill(Encounter, people, id="n", organization_id=str(clinic.pk), patient_id="n", started_at=at)
    fill(
        RiskFactors, people, id="n", encounter_id="n", recorded_at=at, age_years="30 + n % 50", sex="'female'",
        diabetes="'none'", hypertension="'none'", smoking="'never'", systolic_mmhg="100 + n % 80",
        family_history_asked="true",
    )  # fmt: skip
    fill(Exam, people, id="n", encounter_id="n", status="'resulted'", opened_at=at, submitted_at=at)
    fill(
        FundusImage, both, id="2 * n - o", exam_id="n", laterality="side", format="'jpeg'", width="2048",
        sha256="md5((2 * n - o)::text) || md5((-2 * n + o)::text)", height="1536", size_bytes="1", received_at=at,
    )  # fmt: skip
    fill(
        ExamOutcome, people, id="n", exam_id="n", release_id=str(release.pk), engine="'bench'", resulted_at=at
    )
    fill(EyeOutcome, both, id="2 * n - o", outcome_id="n", image_id="2 * n - o", gradability="'gradable'")
    fill(
        Finding, f"{both}, unnest(ARRAY['N','D','G','C','A','H','M','O']) AS disease", eye_id="2 * n - o",
        label="disease", score="0.05", logit="-2.94", threshold="0.5", decision="'absent'",
    )  # fmt: skip
    logits = {f"image_logit_{one}": "-3.0 - (n % 100) / 50.0" for one in "dgcahm"}
    fill(
        RiskAssessment, people, id="n", exam_id="n", outcome_id="n", encounter_id="n", assessed_at=at,
        assessed_on=f"({at})::date", disposition="'self-care'", urgency="'routine'", rules_version="'bench'",
        image_release="'bench'", fusion_release="'bench'", fusion_card_sha256=f"'{before}'", inputs_sha256=HASH,
        previous_ungradable_exams="0", risk_factors_id="n", age_years="30 + n % 50", female="1", smoking="0",
        diabetes="0", hypertension="0", systolic_mmhg="100 + n % 80", **logits,
    )  # fmt: skip
    fill(
        LabelRisk, f"{people}, {LABELS}", assessment_id="n", label="disease", image_score="0.05",
        image_risk="0.02", fused_risk="0.02", band="'low'",
    )  # fmt: skip
    fill(
        AssessmentAction, people, assessment_id="n", rank="1", kind="'recall'", urgency="'routine'",
        due_by=f"({at})::date + 730",
    )  # fmt: skip
    fill(
        Recall, people, assessment_id="n", organization_id=str(clinic.pk), patient_id="n",
        due_by=f"({at})::date + 730", cause="'interval'", state="'open'", opened_at=at,
    )  # fmt: skip
    sequences_follow(Patient, Encounter, RiskFactors, Exam, ExamOutcome, EyeOutcome, RiskAssessment)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    return clinic


if __name__ == "__main__":
    main(sys.argv[1], tuple(map(int, sys.argv[2:])) or SIZES)
