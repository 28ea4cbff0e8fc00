"""The referral board: every open referral by deadline, whose it is, and what it keeps back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.board import page
from records.models import AuditEvent, Membership, Organization, Role
from referrals.board_selectors import referrals_open
from referrals.domain.status import ReferralStatus as Status
from referrals.models import Referral
from referrals.services import appointment_book
from screening.domain.grading import OverrideReason
from screening.models import GradingTask
from tests.factories import grading as made
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast, ways
from tests.integration.config.conftest import signed_in


@pytest.fixture
def members(clinic: Organization) -> dict[str, Membership]:
    return {role: people.member(clinic, role) for role in Role}


@pytest.fixture
def by(members: dict[str, Membership]) -> ways.By:
    actors = {role: member.actor() for role, member in members.items()}
    cast.hospital(actors[Role.SCREENER])
    return actors.__getitem__


@pytest.fixture
def coordinator(members: dict[str, Membership]) -> Client:
    return signed_in(members[Role.COORDINATOR])


def board(client: Client, **query: str) -> str:
    answer = client.get(reverse("referrals"), query)
    assert answer.status_code == 200
    shown = answer.content.decode()
    return " ".join(shown[shown.index("<main") : shown.index("</main>")].split())


def proposed(by: ways.By, name: str, seed: int) -> Referral:
    found = (screening.eye("R", D=0.9), screening.eye("L"))
    return cast.screened(by(Role.SCREENER), *found, name=name, seed=seed).referrals.get()


def late(referral: Referral, days: int = 3) -> None:
    Referral.objects.filter(pk=referral.pk).update(due_by=timezone.localdate() - timedelta(days=days))


def heading(shown: str, name: str) -> str:
    """The section under which somebody stands."""
    return re.findall(r"<h2[^>]*>([^<]*)</h2>", shown[: shown.index(name)])[-1]


def test_each_stands_under_what_it_waits_for(coordinator: Client, by: ways.By) -> None:
    proposed(by, "Unsent", 1)
    ways.sent(by, "Unanswered", 2)
    ways.moved(ways.sent(by, "Taken", 3), by, Status.RECEIVED, Status.ACCEPTED)
    late(ways.sent(by, "Late", 4))
    held = ways.moved(ways.sent(by, "Held", 5), by, Status.RECEIVED, Status.ACCEPTED)
    ways.moved(held, by, Status.ON_HOLD, reason="fever")
    shown = board(coordinator)
    assert {name: heading(shown, name) for name in ("Unsent", "Unanswered", "Taken", "Late", "Held")} == {
        "Unsent": "Waits for a name, or to be sent",
        "Unanswered": "Sent, and not answered",
        "Taken": "Accepted",
        "Late": "Overdue: not seen by the day",
        "Held": "On hold",
    }


def test_a_row_says_where_until_when_and_leads_to_the_referral(coordinator: Client, by: ways.By) -> None:
    one = ways.sent(by, "Hong Gil-dong", 1)
    due = timezone.localdate() + timedelta(days=5)
    Referral.objects.filter(pk=one.pk).update(due_by=due)
    shown = board(coordinator)
    for words in ("Hill Hospital", str(due), "5 days left", reverse("authorise-referral", args=[one.pk])):
        assert words in shown


def test_a_row_tells_the_appointment(coordinator: Client, by: ways.By) -> None:
    one = ways.moved(ways.sent(by, "Hong Gil-dong", 1), by, Status.RECEIVED, Status.ACCEPTED)
    at = timezone.localtime(timezone.now() + timedelta(days=2))
    appointment_book(referral_id=one.pk, starts_at=at, by=by(Role.COORDINATOR), now=timezone.now())
    assert f"Appointment {at:%Y-%m-%d %H:%M}" in board(coordinator)


def test_a_row_tells_how_far_its_alarm_climbed(coordinator: Client, by: ways.By) -> None:
    ways.long_ago(ways.sent(by, "Hong Gil-dong", 1))
    ways.alarms_raise(now=timezone.now())
    shown = board(coordinator)
    assert "The hospital has not answered" in shown
    assert "First reminder" in shown


def test_what_is_closed_is_not_on_it(coordinator: Client, by: ways.By) -> None:
    ways.moved(ways.sent(by, "Rejected", 1), by, Status.REJECTED, reason="full")
    assert "Rejected" not in board(coordinator)


def test_overdue_is_who_was_not_seen_by_the_day(coordinator: Client, by: ways.By) -> None:
    late(ways.sent(by, "Late", 1))
    treated = ways.sent(by, "Treated", 2)
    late(ways.moved(treated, by, Status.RECEIVED, Status.ACCEPTED, Status.IN_PROGRESS))
    proposed(by, "In time", 3)
    shown = board(coordinator, list="overdue")
    assert "3 days overdue" in shown
    assert [name in shown for name in ("Late", "Treated", "In time")] == [True, False, False]


def test_mine_is_what_my_role_moves_on_or_an_alarm_calls_it_to(
    coordinator: Client, members: dict[str, Membership], by: ways.By
) -> None:
    proposed(by, "Proposed", 1)
    ways.long_ago(ways.sent(by, "Silent", 2))
    ways.alarms_raise(now=timezone.now())
    own = board(coordinator, list="mine")
    assert ("Proposed" in own, "Silent" in own) == (False, True)
    own = board(signed_in(members[Role.PHYSICIAN]), list="mine")
    assert ("Proposed" in own, "Silent" in own) == (True, False)


def test_urgency_and_state_narrow_it(coordinator: Client, by: ways.By) -> None:
    one = proposed(by, "Proposed", 1)
    other = next(urgency for urgency in ("routine", "urgent") if urgency != one.urgency)
    assert "Proposed" in board(coordinator, state="unsent", urgency=one.urgency)
    assert "No open referral is like this" in board(coordinator, urgency=other)
    assert "No open referral is like this" in board(coordinator, state="taken")


@pytest.mark.parametrize("query", [{"list": "x"}, {"state": "overdue"}, {"urgency": "?"}, {"after": "-1"}])
def test_what_an_address_does_not_make_clear_is_named_and_left_out(
    coordinator: Client, by: ways.By, query: dict[str, str]
) -> None:
    proposed(by, "Proposed", 1)
    shown = board(coordinator, **query)
    assert "was not understood" in shown
    assert "Proposed" in shown


def test_it_goes_on_page_by_page_by_deadline(
    coordinator: Client, by: ways.By, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE_SIZE", 1)
    proposed(by, "Younghee", 1)
    late(ways.sent(by, "Sooner", 2))
    first = board(coordinator)
    assert ("Sooner" in first, "Younghee" in first) == (True, False)
    onward = re.search(r'href="([^"]*after=\d+)"', first)
    assert onward
    second = coordinator.get(onward[1].replace("&amp;", "&")).content.decode()
    assert ("Sooner" in second, "Younghee" in second) == (False, True)


def test_an_open_board_hears_only_of_what_is_new(coordinator: Client, by: ways.By) -> None:
    one = ways.sent(by, "Hong Gil-dong", 1)
    seen = coordinator.get(reverse("referrals")).context["digest"]
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": seen}
    assert coordinator.get(reverse("referrals"), headers=headers).status_code == 204
    ways.moved(one, by, Status.RECEIVED)
    assert coordinator.get(reverse("referrals"), headers=headers).status_code == 200


def test_a_row_that_moves_to_another_section_is_another_row_for_an_open_board(
    coordinator: Client, by: ways.By
) -> None:
    one = ways.sent(by, "Hong Gil-dong", 1)
    assert f'data-row="unanswered-{one.pk}"' in board(coordinator)
    ways.moved(one, by, Status.RECEIVED, Status.ACCEPTED)
    assert f'data-row="taken-{one.pk}"' in board(coordinator)


def test_a_second_reader_is_not_told_who_is_referred(by: ways.By, clinic: Organization) -> None:
    first, second = (people.member(clinic, Role.GRADER) for _ in range(2))
    found = (screening.eye("R", D=0.9), screening.eye("L"))
    visit = cast.screened(by(Role.SCREENER), *found, symptoms={"painful_red_eye": True})
    task = GradingTask.objects.get(encounter=visit)
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    made.signed(task, made.both(override=OverrideReason.OTHER, text="a reflection"), first.actor())
    assert "Hong Gil-dong" in board(signed_in(first))
    for which in ("all", "overdue", "mine"):
        shown = board(signed_in(second), list=which)
        assert "Hong Gil-dong" not in shown
        assert 'data-count="all">0<' in shown


def test_another_clinic_sees_none_of_it(stranger: Client, by: ways.By) -> None:
    proposed(by, "Hong Gil-dong", 1)
    assert "Hong Gil-dong" not in board(stranger)


def test_reading_it_is_audited(coordinator: Client, by: ways.By) -> None:
    proposed(by, "Hong Gil-dong", 1)
    board(coordinator)
    assert AuditEvent.objects.filter(action="R", detail__startswith="referrals: 1 patients").count() == 1


def test_four_take_as_many_queries_as_two(members: dict[str, Membership], by: ways.By) -> None:
    counted = []
    for seeds in ((1, 2), (3, 4)):
        for seed in seeds:
            ways.long_ago(ways.sent(by, f"Patient {seed}", seed))
        ways.alarms_raise(now=timezone.now())
        client = signed_in(members[Role.AUDITOR])
        board(client)
        with CaptureQueriesContext(connection) as queries:
            board(client)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_index_by_deadline_gives_its_first_page(by: ways.By) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = referrals_open(by=by(Role.AUDITOR)).order_by("due_by", "pk")[:50].explain()
    assert "referral_open_by_deadline" in plan
