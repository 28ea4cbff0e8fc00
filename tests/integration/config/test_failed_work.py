import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from config import case_work, failed_work, pipeline
from records.actor import Actor
from records.models import AuditEvent, Role, WorkItem
from tests.factories.records import NOW
from tests.integration.config import cast


def retry(client: Client, item: WorkItem) -> int:
    return client.post(reverse("failed-work-retry", args=[item.pk])).status_code


def test_every_kind_of_work_belongs_to_a_case() -> None:
    assert set(pipeline.TASKS) == set(case_work.KEYED_BY)


def test_nothing_failed_is_good_news(nurse: Client) -> None:
    assert "Nothing has failed" in nurse.get(reverse("failed-work")).content.decode()


def test_failed_work_shows_step_case_and_reason_and_what_only_waits_does_not(
    nurse: Client, screener: Actor
) -> None:
    cast.failed(screener, name="Failed")
    cast.submitted(screener, name="Waits", seed=1)
    page = nurse.get(reverse("failed-work")).content.decode()
    assert "Failed" in page
    assert "Scoring the photographs" in page
    assert "PhotographDamaged: restore it from the backup" in page
    assert "Synthetic photograph" in page
    assert "Waits" not in page


@pytest.mark.parametrize("kind", sorted(case_work.KEYED_BY))
def test_each_kind_is_listed_for_its_own_clinic_only(
    nurse: Client, stranger: Client, screener: Actor, kind: str
) -> None:
    encounter = cast.screened(screener)
    assessment = encounter.assessments.get()
    keys = {"Exam": assessment.exam_id, "ExamOutcome": assessment.outcome_id, "RiskAssessment": assessment.pk}
    key = keys[case_work.KEYED_BY[kind][0].__name__]
    item = WorkItem.objects.create(
        kind=kind, key=key, waiting_since=NOW, attempts=3, failed_at=NOW, reason="because"
    )
    assert "Hong Gil-dong" in nurse.get(reverse("failed-work")).content.decode()
    assert "Hong Gil-dong" not in stranger.get(reverse("failed-work")).content.decode()
    assert retry(stranger, item) == 404
    assert retry(nurse, item) == 302


def test_a_retry_starts_anew_wakes_a_worker_and_is_audited(
    nurse: Client,
    screener: Actor,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    item = cast.failed(screener)
    with django_capture_on_commit_callbacks() as on_commit:
        assert retry(nurse, item) == 302
    assert [call.func for call in on_commit] == [pipeline.wake]
    again = WorkItem.objects.get(pk=item.pk)
    assert (again.failed_at, again.attempts, again.reason) == (None, 0, "")
    audited = AuditEvent.objects.get(action="E", entity=f"records.workitem:{item.pk}")
    assert audited.detail == f"retry screening.score_exam:{item.key}"
    assert audited.patient_id is not None
    assert "The work runs again." in nurse.get(reverse("failed-work")).content.decode()


def test_a_retry_leads_back_to_the_list_it_was_asked_from_and_nowhere_else(
    nurse: Client, screener: Actor
) -> None:
    for back, leads_to in (
        ("/cases/?list=failed", "/cases/?list=failed"),
        ("https://else.where/", "/failed-work/"),
    ):
        item = cast.failed(screener, seed=len(back))
        answer = nurse.post(reverse("failed-work-retry", args=[item.pk]), {"next": back})
        assert answer["location"] == leads_to


def test_failed_work_is_read_page_by_page(
    nurse: Client, screener: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_work, "PAGE_SIZE", 1)
    for seed, name in enumerate(("First", "Second")):
        cast.failed(screener, name=name, seed=seed)
    page = nurse.get(reverse("failed-work")).content.decode()
    assert "Second" in page
    assert "First" not in page
    older = re.search(r'href="(\?after=\d+)"', page)
    assert older
    page = nurse.get(reverse("failed-work") + older[1]).content.decode()
    assert "First" in page
    assert "Second" not in page
    assert 'rel="prev"' in page


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "0", "\0"])
def test_a_place_in_the_list_that_does_not_exist_is_its_beginning(
    nurse: Client, screener: Actor, key: str
) -> None:
    cast.failed(screener, name="Failed")
    assert "Failed" in nurse.get(reverse("failed-work"), {"after": key}).content.decode()


def test_work_that_runs_again_already_is_not_found(nurse: Client, screener: Actor) -> None:
    item = cast.failed(screener)
    assert [retry(nurse, item), retry(nurse, item)] == [302, 404]


@pytest.mark.parametrize("role", sorted(set(Role) - set(failed_work.RETRY_ROLES)))
def test_other_roles_read_but_do_not_retry(
    colleague: Callable[[str], Client], screener: Actor, role: str
) -> None:
    item = cast.failed(screener)
    page = colleague(role).get(reverse("failed-work")).content.decode()
    assert "A screener or an administrator can let failed work run again." in page
    assert '<button class="main-action"' not in page
    assert retry(colleague(role), item) == 403
    assert WorkItem.objects.get(pk=item.pk).failed_at is not None


def test_looking_at_a_retry_address_changes_nothing(nurse: Client, screener: Actor) -> None:
    item = cast.failed(screener)
    assert nurse.get(reverse("failed-work-retry", args=[item.pk])).status_code == 405
