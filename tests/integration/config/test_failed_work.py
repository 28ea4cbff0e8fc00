from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from config import case_work, failed_work, pipeline
from records.actor import Actor
from records.models import AuditEvent, Role, WorkItem
from referrals.models import Referral
from tests.factories.records import NOW
from tests.integration.config import cast

FAILED = "/cases/?list=failed"


def failed(client: Client) -> str:
    return client.get(FAILED).content.decode()


def retry(client: Client, item: WorkItem) -> int:
    return client.post(reverse("failed-work-retry", args=[item.pk])).status_code


def test_every_kind_of_work_belongs_to_a_case() -> None:
    assert set(pipeline.TASKS) == set(case_work.KEYED_BY)


def test_nothing_failed_is_good_news(nurse: Client) -> None:
    assert "Nothing has failed" in failed(nurse)


def test_failed_work_shows_step_case_and_reason_and_what_only_waits_does_not(
    nurse: Client, screener: Actor
) -> None:
    cast.failed(screener, name="Failed")
    cast.submitted(screener, name="Waits", seed=1)
    page = failed(nurse)
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
    keys["Referral"] = Referral.objects.create(
        assessment=assessment,
        encounter=encounter,
        organization=encounter.organization,
        status="needs-coordinator",
        urgency="urgent",
        due_by=NOW.date(),
        decided_at=NOW,
    ).pk
    keys["Dispense"] = cast.released(assessment, screener).pk
    key = keys[case_work.KEYED_BY[kind][0].__name__]
    item = WorkItem.objects.create(
        kind=kind, key=key, waiting_since=NOW, attempts=3, failed_at=NOW, reason="because"
    )
    assert "Hong Gil-dong" in failed(nurse)
    assert "Hong Gil-dong" not in failed(stranger)
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
    assert "The work runs again." in failed(nurse)


def test_a_retry_leads_back_to_the_list_it_was_asked_from_and_nowhere_else(
    nurse: Client, screener: Actor
) -> None:
    for back, leads_to in (
        ("/cases/?list=failed", "/cases/?list=failed"),
        ("https://else.where/", FAILED),
    ):
        item = cast.failed(screener, seed=len(back))
        answer = nurse.post(reverse("failed-work-retry", args=[item.pk]), {"next": back})
        assert answer["location"] == leads_to


def test_the_address_of_the_former_list_leads_to_the_one_there_is(nurse: Client) -> None:
    assert nurse.get(reverse("failed-work"))["location"] == FAILED


def test_each_failed_step_of_a_visit_has_its_own_reason_and_retry(nurse: Client, screener: Actor) -> None:
    item = cast.failed(screener)
    other = WorkItem.objects.create(
        kind="screening.make_derivatives", key=item.key, waiting_since=NOW, failed_at=NOW, reason="because"
    )
    page = failed(nurse)
    for one in (item, other):
        assert reverse("failed-work-retry", args=[one.pk]) in page
    assert page.count("data-row") == 1


def test_work_that_runs_again_already_is_not_found(nurse: Client, screener: Actor) -> None:
    item = cast.failed(screener)
    assert [retry(nurse, item), retry(nurse, item)] == [302, 404]


@pytest.mark.parametrize("role", sorted(set(Role) - set(failed_work.RETRY_ROLES)))
def test_other_roles_read_but_do_not_retry(
    colleague: Callable[[str], Client], screener: Actor, role: str
) -> None:
    item = cast.failed(screener)
    page = failed(colleague(role))
    assert "A screener or an administrator can let failed work run again." in page
    assert "formaction" not in page
    assert retry(colleague(role), item) == 403
    assert WorkItem.objects.get(pk=item.pk).failed_at is not None


def test_looking_at_a_retry_address_changes_nothing(nurse: Client, screener: Actor) -> None:
    item = cast.failed(screener)
    assert nurse.get(reverse("failed-work-retry", args=[item.pk])).status_code == 405
