"""A night that is interrupted again and again ends as one that nobody disturbed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from deploy import embedded, postgres
from records.actor import Actor, software
from records.models import AuditEvent, Organization
from records.services.audit import AUDIT_LOCK
from risk import services
from risk.models import (
    ChunkState,
    OpenQuestion,
    RescoreBandChange,
    RescoreChange,
    RescoreChunk,
    RescoreRun,
    RiskAssessment,
    RiskContribution,
    RunState,
)
from risk.night.runs import Scope, run_start
from risk.tasks import rescore_part
from screening.domain.laterality import Laterality
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.assessments import all_said
from tests.journeys.workers import database_url, wait_until, worker
from tests.unit.risk.cases import HEALTHY

SCORES = ({"C": 0.6}, {"D": 0.9}, {"A": 0.7}, {}, {"C": 0.65}, {"G": 0.9}, {"M": 0.9}, {"C": 0.7, "A": 0.7})
PARTS = 4
REPORTED = (
    "cause",
    "causes",
    "band_changed",
    "disposition_before",
    "disposition_after",
    "urgency_before",
    "urgency_after",
    "recall_before",
    "recall_after",
    "overdue",
    "referral_changed",
    "medicine_changed",
    "grading_changed",
)


def rescore(organization: Organization) -> subprocess.Popen[bytes]:
    """`manage.py rescore` of one organization on the test database, in parts of two visits."""
    own = {"DATABASE_URL": database_url(), "RESCORE_VISITS_A_PART": "2", "WORK_LEASE_SECONDS": "1"}
    own |= {"NUNGIL_VAR": str(settings.MEDIA_ROOT.parent)}
    command = [sys.executable, "manage.py", "rescore", "--organization", str(organization.pk)]
    return subprocess.Popen(command, env=os.environ | own, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)


def register(by: Actor) -> None:
    """Visits of patients who have had twenty birthdays since they answered."""
    answers = replace(HEALTHY, age_years=40)
    for scores in SCORES:
        exam = made.submitted_exam(by, cast.patient(by, birth_date=date(1966, 5, 1)))
        services.risk_factors_record(encounter=exam.encounter, factors=answers, by=by, now=cast.NOW)
        outcome = made.outcome(exam, *(made.eye(one, **scores) for one in Laterality), by=by)
        assessor = software("risk.assessor", by.organization_id)
        services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=cast.NOW)


def said_of(organization: Organization) -> list[object]:
    ours = RiskAssessment.objects.filter(encounter__organization=organization).order_by("encounter", "pk")
    return [(one.superseded_at is None, all_said(one)) for one in ours]


def told_of(organization: Organization) -> list[object]:
    """The report and the explanations, but keys and times."""
    ours = {"run__organization": organization}
    changes = RescoreChange.objects.filter(**ours).order_by("encounter")
    bands = RescoreBandChange.objects.filter(**{f"change__{name}": one for name, one in ours.items()})
    visit = "assessment__encounter"
    weighed = RiskContribution.objects.filter(label_risk__assessment__encounter__organization=organization)
    asked = OpenQuestion.objects.filter(assessment__encounter__organization=organization)
    return [
        list(changes.values_list(*REPORTED)),
        list(bands.order_by("change__encounter", "label").values_list("label", "band_before", "band_after")),
        list(
            weighed.order_by(
                f"label_risk__{visit}", "label_risk__assessment", "label_risk__label", "rank"
            ).values_list("label_risk__label", "rank", "name")
        ),
        list(asked.order_by(visit, "assessment", "rank").values_list("question", "label", "crosses")),
    ]


def done(organization: Organization) -> int:
    return RescoreChunk.objects.filter(run__organization=organization, state=ChunkState.DONE).count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_night_that_is_killed_after_every_part_ends_as_an_undisturbed_one() -> None:
    disturbed, undisturbed = cast.clinic(), cast.clinic()
    for clinic in (disturbed, undisturbed):
        register(cast.actor(clinic))
    assert rescore(undisturbed).wait(timeout=120) == 0
    for part in range(1, PARTS):
        victim = rescore(disturbed)
        wait_until(lambda part=part: done(disturbed) >= part, what=f"part {part}")
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    assert rescore(disturbed).wait(timeout=120) == 0
    assert said_of(disturbed) == said_of(undisturbed)
    runs = RescoreRun.objects.filter(organization=disturbed)
    assert [run.state for run in runs] == [RunState.DONE]
    told = told_of(undisturbed)
    assert told_of(disturbed) == told and all(told)
    parts = AuditEvent.objects.filter(organization=disturbed, entity__startswith="risk.rescorechunk")
    assert parts.count() == PARTS
    assert runs.get().finished_at <= timezone.now()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_do_what_one_does() -> None:
    twice, once = cast.clinic(), cast.clinic()
    for clinic in (twice, once):
        register(cast.actor(clinic))
    assert rescore(once).wait(timeout=120) == 0
    both = [rescore(twice), rescore(twice)]
    assert [one.wait(timeout=120) for one in both] == [0, 0]
    assert said_of(twice) == said_of(once)
    assert told_of(twice) == told_of(once)


def parts_waiting_to_be_written(organization: Organization) -> int:
    """Parts that wait for the audit chain, and not those that wait for one another while they are claimed."""
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
        "AND (classid, objid, objsubid) = (%s::bigint::oid, %s::bigint::oid, 2)"
    )
    with connection.cursor() as cursor:
        cursor.execute(waiting, [AUDIT_LOCK, organization.pk])
        return int(cursor.fetchone()[0])


def kill_in_mid_work(organization: Organization, parts: int) -> None:
    """Kill a run when so many of its parts are side by side, computed and not yet written."""
    with transaction.atomic():
        with connection.cursor() as cursor:  # what every part waits for before it is written
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AUDIT_LOCK, organization.pk])
        victim = rescore(organization)
        try:
            wait_until(lambda: parts_waiting_to_be_written(organization) == parts, what=f"{parts} parts")
        finally:
            victim.send_signal(signal.SIGKILL)
            victim.wait()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_night_that_is_killed_three_times_with_parts_side_by_side_ends_as_an_undisturbed_one(
    settings: Settings,
) -> None:
    settings.RESCORE_VISITS_A_PART = 2
    disturbed, undisturbed = cast.clinic(), cast.clinic()
    for clinic in (disturbed, undisturbed):
        register(cast.actor(clinic))
    assert rescore(undisturbed).wait(timeout=120) == 0
    run = run_start(disturbed, Scope(), by="test", now=timezone.now())
    for parts in (2, 2, 1):  # what was tried already comes last, and alone
        kill_in_mid_work(disturbed, parts)
    assert rescore(disturbed).wait(timeout=120) == 0
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert sorted(run.chunks.values_list("lost", "attempts")) == [(1, 0), (1, 0), (1, 0), (2, 0)]
    assert said_of(disturbed) == said_of(undisturbed)
    parts_told = AuditEvent.objects.filter(organization=disturbed, entity__startswith="risk.rescorechunk")
    assert parts_told.count() == PARTS


def disturb() -> None:
    """What a flush of Redis and a lost network do to a worker: no message is left, no connection holds."""
    redis.Redis.from_url(settings.REDIS_URL).flushall()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def ends_undisturbed(disturb: Callable[[], None]) -> None:
    """A night whose worker is disturbed after every part but the last leaves what an undisturbed one leaves."""
    disturbed, undisturbed = cast.clinic(), cast.clinic()
    for clinic in (disturbed, undisturbed):
        register(cast.actor(clinic))
    assert rescore(undisturbed).wait(timeout=120) == 0
    run = run_start(disturbed, Scope(), by="test", now=timezone.now())
    left = list(range(1, PARTS))

    def ended() -> bool:
        rescore_part.delay()  # as the clock does every few seconds
        if left and done(disturbed) >= left[0]:
            del left[0]
            disturb()
        run.refresh_from_db()
        return run.state != RunState.RUNNING

    with worker("default", WORK_LEASE_SECONDS="1"):
        wait_until(ended, what="the end of the run")
    assert (run.state, left) == (RunState.DONE, [])
    assert said_of(disturbed) == said_of(undisturbed)
    parts = AuditEvent.objects.filter(organization=disturbed, entity__startswith="risk.rescorechunk")
    assert parts.count() == PARTS


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_night_whose_queue_is_emptied_and_whose_connections_break_ends_as_an_undisturbed_one(
    settings: Settings,
) -> None:
    settings.RESCORE_VISITS_A_PART = 2
    ends_undisturbed(disturb)


@pytest.fixture
def own_server(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A PostgreSQL of this test's own, which may be killed; the connection leads to it meanwhile."""
    var, shared = tmp_path / "server", dict(connection.settings_dict)
    place = embedded.ensure_running(var)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=os.environ | place, cwd=settings.BASE_DIR, check=True)
    host = place["DATABASE_URL"].rpartition("host=")[2]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict |= {"NAME": "postgres", "USER": "postgres", "HOST": host}
        try:
            yield var
        finally:
            connection.close()
            connection.settings_dict.update(shared)
            embedded.stop(var)


def crash(var: Path) -> None:
    """PostgreSQL stops as in a power cut, and starts again."""
    server = postgres.process(var)
    assert server is not None
    server.send_signal(signal.SIGQUIT)
    embedded.wait_gone(server)
    embedded.ensure_running(var)
    connection.close()


@pytest.mark.slow
def test_a_night_whose_database_server_crashes_again_and_again_ends_as_an_undisturbed_one(
    own_server: Path, settings: Settings
) -> None:
    settings.RESCORE_VISITS_A_PART = 2
    ends_undisturbed(lambda: crash(own_server))
