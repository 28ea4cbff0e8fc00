from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config import work_lists
from records.actor import Actor
from screening.models import Encounter
from tests.factories import records as people
from tests.integration.config import cast

LISTS = [str(one) for one in work_lists.WorkList]


def shown(client: Client, **query: str) -> str:
    return client.get(reverse("cases"), query).content.decode()


def test_each_list_shows_its_own_visits(nurse: Client, screener: Actor) -> None:
    cast.submitted(screener, name="Waits")
    cast.failed(screener, name="Gone wrong", seed=1)
    assert "Waits" in shown(nurse, list="waiting")
    assert "Gone wrong" not in shown(nurse, list="waiting")
    assert "Gone wrong" in shown(nurse, list="failed")
    assert "Nobody is to be photographed again" in shown(nurse, list="retake")


def test_a_search_finds_the_beginning_of_a_name_and_keeps_it_out_of_the_address(
    nurse: Client, screener: Actor
) -> None:
    cast.submitted(screener, name="Kim Found")
    cast.submitted(screener, name="Lee Other", seed=1)
    answer = nurse.post(reverse("cases-search"), {"words": "kim"})
    assert "kim" not in answer["location"]
    page = nurse.get(answer["location"]).content.decode()
    assert "Kim Found" in page
    assert "Lee Other" not in page


@pytest.mark.parametrize(
    "query",
    [
        {"list": "x"},
        {"urgency": "x"},
        {"since": "x"},
        {"until": "9999-12-31"},
        {"after": "x"},
    ],
)
def test_what_an_address_does_not_make_clear_is_named_and_left_out(
    nurse: Client, query: dict[str, str]
) -> None:
    assert "was not understood" in shown(nurse, **query)


def test_a_poll_hears_nothing_while_nothing_changed(nurse: Client, screener: Actor) -> None:
    cast.submitted(screener)
    seen = shown(nurse, list="all").split('data-seen="')[1].split('"')[0]
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": seen}
    assert nurse.get("/cases/?list=all", headers=headers).status_code == 204
    cast.submitted(screener, name="New", seed=1)
    assert nurse.get("/cases/?list=all", headers=headers).status_code == 200


def test_a_day_on_which_clocks_change_has_its_own_length(screener: Actor) -> None:
    zone = ZoneInfo("America/New_York")
    patient = people.patient(screener)
    for hour in (3, 4, 28, 29):  # the first of November 2026 lasts from 04:00 to 05:00 of the next day, UTC
        at = datetime(2026, 11, 1 + hour // 24, hour % 24, 30, tzinfo=UTC)
        Encounter.objects.create(organization_id=screener.organization_id, patient=patient, started_at=at)
    day = datetime(2026, 11, 1, tzinfo=zone).date()
    today = work_lists.visits_of(work_lists.WorkList.TODAY, today=day, zone=zone, by=screener)
    assert [(one.started_at.day, one.started_at.hour) for one in today.order_by("started_at")] == [
        (1, 4),
        (2, 4),
    ]


@pytest.mark.parametrize("which", LISTS)
def test_a_list_takes_as_many_queries_for_four_visits_as_for_two(
    nurse: Client, screener: Actor, which: str
) -> None:
    for seed in range(2):
        add(screener, seed)
    few = queries(nurse, which)
    for seed in range(2, 4):
        add(screener, seed)
    assert queries(nurse, which) == few


def add(by: Actor, seed: int) -> None:
    cast.screened(by, name=f"Done {seed}", seed=10 * seed)
    cast.submitted(by, name=f"Waits {seed}", seed=10 * seed + 2)
    cast.failed(by, name=f"Failed {seed}", seed=10 * seed + 4)
    gone = cast.submitted(by, name=f"Cancelled {seed}", seed=10 * seed + 6)
    Encounter.objects.filter(pk=gone.pk).update(
        cancelled_at=timezone.now(), cancelled_by="practitioner:1", cancel_reason="left"
    )


def queries(client: Client, which: str) -> int:
    session = client.session
    session["read cases"] = session["work_list"] = "something else"
    session.save()
    with CaptureQueriesContext(connection) as captured:
        shown(client, list=which)
    return len(captured)
