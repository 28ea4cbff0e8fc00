from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from records.actor import Actor
from records.models import AuditEvent
from risk.models import Recall
from risk.services import recall_contact_record
from tests.integration.config import cast


def recall(by: Actor, *, days: int, seed: int = 0, name: str = "Hong Gil-dong") -> Recall:
    """A recall due that many days from today."""
    made = cast.screened(by, seed=seed, name=name).assessments.get().recall
    made.due_by = timezone.localdate() + timedelta(days=days)
    made.save(update_fields=["due_by"])
    return made


def test_an_empty_register_says_so(nurse: Client) -> None:
    page = nurse.get(reverse("recalls")).content.decode()
    assert "Nobody is overdue." in page
    assert "Nobody is expected." in page


def test_overdue_and_upcoming_are_told_apart_with_date_and_cause(nurse: Client, screener: Actor) -> None:
    recall(screener, days=-1, name="Late", seed=1)
    recall(screener, days=0, name="Due today")
    page = nurse.get(reverse("recalls")).content.decode()
    overdue, upcoming = page.index('id="overdue"'), page.index('id="upcoming"')
    assert overdue < page.index("Late") < upcoming < page.index("Due today")
    assert "1 day overdue" in page
    assert timezone.localdate().isoformat() in page[upcoming:]


def test_contact_attempts_are_listed(nurse: Client, screener: Actor) -> None:
    late = recall(screener, days=-3)
    assert "Nobody has tried yet" in nurse.get(reverse("recalls")).content.decode()
    recall_contact_record(
        recall_id=late.pk, channel="phone", result="not-reached", by=screener, now=timezone.now()
    )
    assert "Telephone, Not reached" in nurse.get(reverse("recalls")).content.decode()


def test_a_recall_whose_case_was_drawn_is_marked(nurse: Client, screener: Actor) -> None:
    recall(screener, days=3)
    assert "Synthetic photograph" in nurse.get(reverse("recalls")).content.decode()


def test_another_clinic_sees_none_of_it(stranger: Client, screener: Actor) -> None:
    recall(screener, days=-3)
    assert "Hong Gil-dong" not in stranger.get(reverse("recalls")).content.decode()


def test_the_register_takes_as_many_queries_for_six_as_for_two(nurse: Client, screener: Actor) -> None:
    for seed, days in enumerate((-2, 2)):
        recall(screener, days=days, seed=seed)
    few = queries(nurse)
    for seed, days in enumerate((-3, -4, 3, 4), start=2):
        recall(screener, days=days, seed=seed)
    assert queries(nurse) == few


def queries(client: Client) -> int:
    session = client.session
    session["read recalls"] = "something else"
    session.save()
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("recalls"))
    return len(captured)


def test_reading_the_register_is_audited(nurse: Client, screener: Actor) -> None:
    recall(screener, days=3)
    nurse.get(reverse("recalls"))
    assert AuditEvent.objects.filter(action="R", detail__startswith="recalls: 1 patients").count() == 1
