import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config import recall_register
from records.actor import Actor
from records.models import AuditEvent, Role
from risk.models import ContactAttempt, Recall
from risk.services import recall_contact_record
from tests.integration.config import cast


def recall(by: Actor, *, days: int, seed: int = 0, name: str = "Hong Gil-dong") -> Recall:
    """A recall due that many days from today."""
    made = cast.screened(by, seed=seed, name=name).assessments.get().recall
    made.due_by = timezone.localdate() + timedelta(days=days)
    made.save(update_fields=["due_by"])
    return made


def page_of(client: Client, **query: str) -> str:
    return client.get(reverse("recalls"), query).content.decode()


def contact(client: Client, about: Recall, **sent: str) -> tuple[int, str]:
    form = {"channel": "phone", "result": "not-reached", "submission": str(uuid4())}
    answer = client.post(reverse("recall-contact", args=[about.pk]), form | sent)
    return answer.status_code, answer.content.decode()


def test_an_empty_register_says_so(nurse: Client) -> None:
    assert "Nobody is overdue." in page_of(nurse)
    assert "Nobody is expected." in page_of(nurse, list="upcoming")


def test_overdue_and_upcoming_are_told_apart_with_date_and_cause(nurse: Client, screener: Actor) -> None:
    recall(screener, days=-1, name="Late", seed=1)
    recall(screener, days=0, name="Due today")
    overdue, upcoming = page_of(nurse), page_of(nurse, list="upcoming")
    assert "Late" in overdue
    assert "1 day overdue" in overdue
    assert "Due today" not in overdue
    assert "Due today" in upcoming
    assert timezone.localdate().isoformat() in upcoming


def test_the_longest_overdue_come_first_page_by_page(
    nurse: Client, screener: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall_register, "PAGE_SIZE", 1)
    recall(screener, days=-2, name="Sooner")
    recall(screener, days=-9, name="Longest", seed=1)
    first = page_of(nurse)
    assert "Longest" in first
    assert "Sooner" not in first
    onward = re.search(r'href="([^"]*after=\d+)"', first)
    assert onward
    second = nurse.get(onward[1].replace("&amp;", "&")).content.decode()
    assert "Sooner" in second
    assert 'rel="prev"' in second


def test_the_cause_narrows_the_list(nurse: Client, screener: Actor) -> None:
    late = recall(screener, days=-1, name="Late")
    other = "attendance" if late.cause != "attendance" else "routine"
    assert "Late" in page_of(nurse, cause=late.cause)
    assert "Late" not in page_of(nurse, cause=other)


@pytest.mark.parametrize(
    "query", [{"list": "nonsense"}, {"cause": "?"}, {"after": "x"}, {"before": "-1"}, {"after": "9" * 40}]
)
def test_what_an_address_does_not_make_clear_is_named_and_left_out(
    nurse: Client, screener: Actor, query: dict[str, str]
) -> None:
    recall(screener, days=-1, name="Late")
    page = page_of(nurse, **query)
    assert "was not understood" in page
    assert "Late" in page


def test_contact_attempts_are_listed(nurse: Client, screener: Actor) -> None:
    late = recall(screener, days=-3)
    assert "Nobody has tried yet" in page_of(nurse)
    recall_contact_record(
        recall_id=late.pk, channel="phone", result="not-reached", by=screener, now=timezone.now()
    )
    assert "Telephone, Not reached" in page_of(nurse)


def test_an_attempt_is_written_down_from_the_list_and_leads_back_to_it(
    nurse: Client, screener: Actor
) -> None:
    late = recall(screener, days=-3)
    page_of(nurse, list="overdue")
    assert reverse("recall-contact", args=[late.pk]) in page_of(nurse)
    assert "Telephone" in nurse.get(reverse("recall-contact", args=[late.pk])).content.decode()
    form = {"channel": "sms", "result": "reached", "submission": str(uuid4())}
    answer = nurse.post(reverse("recall-contact", args=[late.pk]), form)
    assert answer["location"] == "/recalls/?list=overdue"
    assert "Text message, Reached, will come" in page_of(nurse)


def test_a_form_sent_twice_is_one_attempt_even_when_it_closed_the_recall(
    nurse: Client, screener: Actor
) -> None:
    late = recall(screener, days=-3)
    key = str(uuid4())
    assert [contact(nurse, late, result="declined", submission=key)[0] for _ in range(2)] == [302, 302]
    assert ContactAttempt.objects.count() == 1
    assert "Hong Gil-dong" not in page_of(nurse)


def test_a_closed_recall_takes_no_further_attempt_and_says_why(nurse: Client, screener: Actor) -> None:
    late = recall(screener, days=-3)
    contact(nurse, late, result="attended")
    status, page = contact(nurse, late)
    assert status == 422
    assert "This recall is closed already" in page


@pytest.mark.parametrize("sent", [{"channel": "smoke"}, {"result": ""}, {"submission": "x"}])
def test_an_attempt_that_says_too_little_is_asked_again(
    nurse: Client, screener: Actor, sent: dict[str, str]
) -> None:
    late = recall(screener, days=-3)
    assert contact(nurse, late, **sent)[0] == 422
    assert ContactAttempt.objects.count() == 0


def test_an_auditor_reads_and_writes_nothing(colleague: Callable[[str], Client], screener: Actor) -> None:
    late = recall(screener, days=-3)
    auditor = colleague(Role.AUDITOR)
    assert "Hong Gil-dong" in page_of(auditor)
    assert reverse("recall-contact", args=[late.pk]) not in page_of(auditor)
    assert contact(auditor, late)[0] == 403


def test_a_recall_whose_case_was_drawn_is_marked(nurse: Client, screener: Actor) -> None:
    recall(screener, days=-3)
    assert "Synthetic photograph" in page_of(nurse)


def test_another_clinic_sees_none_of_it(stranger: Client, screener: Actor) -> None:
    late = recall(screener, days=-3)
    assert "Hong Gil-dong" not in page_of(stranger)
    assert contact(stranger, late)[0] == 404


@pytest.mark.parametrize("which", ["overdue", "upcoming"])
def test_the_register_takes_as_many_queries_for_four_as_for_two(
    nurse: Client, screener: Actor, which: str
) -> None:
    sign = -1 if which == "overdue" else 1
    for seed in range(2):
        recall(screener, days=sign * (2 + seed), seed=seed)
    few = queries(nurse, which)
    for seed in range(2, 4):
        recall(screener, days=sign * (2 + seed), seed=seed)
    assert queries(nurse, which) == few


def queries(client: Client, which: str) -> int:
    session = client.session
    session["read recalls"] = "something else"
    session["work_list"] = "another"
    session.save()
    with CaptureQueriesContext(connection) as captured:
        page_of(client, list=which)
    return len(captured)


def test_reading_the_register_is_audited(nurse: Client, screener: Actor) -> None:
    recall(screener, days=-3)
    page_of(nurse)
    assert AuditEvent.objects.filter(action="R", detail__startswith="recalls: 1 patients").count() == 1
