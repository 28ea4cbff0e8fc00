"""Every list of work keeps itself up to date: found on the pages of the address table, so that none is forgotten."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from records.models import Role
from screening.models import GradingTask
from screening.services import grading_claim
from tests.factories import records as people
from tests.integration.config.conftest import signed_in
from tests.integration.config.looks import Look, looks
from tests.integration.config.test_recalls import recall
from tests.integration.config.url_rules import RULES
from tests.integration.config.world import World, ordinary_day

SEEN = re.compile(r'data-live="rows" data-seen="(\w+)" hx-get="([^"]+)"')


@pytest.fixture
def world(db: None) -> World:
    world = ordinary_day()
    recall(world.by(Role.SCREENER), days=-3, name="Late", seed=50)
    return world


def lists(world: World) -> Iterator[tuple[Look, Client, str]]:
    """Each page that has rows of work."""
    clients = {role: signed_in(member) for role, member in world.members.items()}
    for look in looks(world):
        if look.role:
            answer = clients[look.role].get(look.address)
            page = answer.content.decode() if answer.status_code == 200 else ""
            if "<tr" in page and "data-row=" in page:
                yield look, clients[look.role], page


def test_every_page_with_rows_of_work_keeps_itself_up_to_date(world: World) -> None:
    found = list(lists(world))
    still = [look.name for look, _, page in found if not (SEEN.search(page) and "data-live-line" in page)]
    assert still == []
    names = {name for name in RULES for look, *_ in found if look.name.startswith(name)}
    assert {"cases", "recalls", "grading", "authorise"} <= names


def test_a_list_that_stands_open_hears_nothing_until_something_changes(world: World) -> None:
    for look, client, page in lists(world):
        seen, address = SEEN.search(page).groups()  # type: ignore[union-attr]
        headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": seen}
        address = address.replace("&amp;", "&")
        assert client.get(address, headers=headers).status_code == 204, look.name
        fresh = client.get(address, headers=headers | {"X-Nungil-Seen": "old"}).content.decode()
        assert fresh.startswith("<div"), f"{look.name}: only the part that is live"
        assert set(re.findall(r'data-row="([^"]+)"', fresh)) == set(re.findall(r'data-row="([^"]+)"', page))


def test_a_case_that_another_reader_opens_shows_in_the_list_of_readers(world: World) -> None:
    reader = signed_in(world.members[Role.GRADER])
    page = reader.get("/grading/").content.decode()
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": SEEN.search(page)[1]}
    task = GradingTask.objects.get(encounter=world.case["retake"])
    grading_claim(task_id=task.pk, by=people.actor(world.clinic, Role.PHYSICIAN), now=timezone.now())
    assert "Another reader" in reader.get("/grading/", headers=headers).content.decode()


def test_an_attempt_to_reach_somebody_shows_in_the_register(world: World) -> None:
    nurse = signed_in(world.members[Role.SCREENER])
    page = nurse.get("/recalls/").content.decode()
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": SEEN.search(page)[1]}
    key = re.search(r"/recalls/(\d+)/contact/", page)[1]
    form = {"channel": "phone", "result": "not-reached", "submission": "0" * 32}
    assert nurse.post(f"/recalls/{key}/contact/", form).status_code == 302
    assert "Not reached" in nurse.get("/recalls/", headers=headers).content.decode()
