"""A worker dies in mid-exam: the exam is picked up again and ends with exactly one result."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config import pipeline
from records import work
from records.models import AuditEvent, WorkItem
from screening.models import ExamOutcome, ExamStatus, ModelRelease
from tests.factories import records as cast
from tests.factories import screening as made
from tests.journeys.workers import wait_until, worker

KIND = "screening.score_exam"


# Without processes: tests/integration/records/test_work.py.
@pytest.mark.slow
def test_an_exam_whose_worker_was_killed_ends_with_exactly_one_result(shipped_release: ModelRelease) -> None:
    lease = {"WORK_LEASE_SECONDS": "2"}
    with worker("gpu", **lease) as victim:
        exam = made.submitted_exam(cast.actor(cast.clinic()))
        # The claim comes first and the model is loaded after it, so the worker is now in mid-exam.
        wait_until(lambda: WorkItem.objects.filter(kind=KIND, attempts=1).exists(), what="a claim")
        victim.kill()
        victim.wait()
    assert not ExamOutcome.objects.exists()
    wait_until(
        lambda: bool(work.waiting(now=timezone.now(), since=timedelta(hours=1))),
        what="the lease's end",
    )
    with worker("gpu"):
        wait_until(ExamOutcome.objects.exists, what="a result", sweep=pipeline.wake_waiting_work)
        wait_until(lambda: not WorkItem.objects.filter(kind=KIND).exists(), what="finished work")
    exam.refresh_from_db()
    assert (ExamOutcome.objects.count(), exam.status) == (1, ExamStatus.RESULTED)
    assert AuditEvent.objects.filter(entity__startswith="screening.examoutcome").count() == 1
