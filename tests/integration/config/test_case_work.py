"""A case that is worked off in this process: what follows is done at once, what others hold is waited for."""

import pytest
from django.utils import timezone

from config import case_work
from records import work
from records.actor import Actor
from records.models import WorkItem
from tests.integration.config import cast


def test_what_follows_from_done_work_is_done_without_a_pause(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(case_work.time, "sleep", pauses.append)
    visit = cast.screened(by, symptoms={"dry_or_gritty": True})
    assert (case_work.work_of(visit), pauses) == ([], [])


def test_work_that_a_worker_holds_is_waited_for(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = cast.submitted(by)
    WorkItem.objects.filter(kind=cast.SCORED).delete()
    (held,) = work.claim("screening.make_derivatives", now=timezone.now(), key=visit.exams.get().pk)
    pauses: list[float] = []

    def worker_ends(seconds: float) -> None:
        pauses.append(seconds)
        work.finish(held)

    monkeypatch.setattr(case_work.time, "sleep", worker_ends)
    case_work.work_off_case(visit)
    assert pauses == [case_work.POLL_SECONDS]
