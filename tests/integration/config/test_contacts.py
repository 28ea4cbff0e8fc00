"""The contact work-list: what a coordinator sees, writes down, and never sees of another clinic."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from config.contacts import page
from records.models import AuditEvent, Membership, Organization, Role
from referrals.models import ReferralAlarm, ReferralContact
from tests.factories import records as people
from tests.integration.config import ways
from tests.integration.config.conftest import signed_in


@pytest.fixture
def members(clinic: Organization) -> dict[str, Membership]:
    return {role: people.member(clinic, role) for role in Role}


@pytest.fixture
def keys(members: dict[str, Membership], screener: object) -> dict[str, int]:
    ways.cast.hospital(members[Role.SCREENER].actor())
    return ways.ways(lambda role: members[role].actor())


@pytest.fixture
def coordinator(members: dict[str, Membership]) -> Client:
    return signed_in(members[Role.COORDINATOR])


def attempt(client: Client, alarm: int, **sent: str) -> tuple[int, str]:
    form = {"party": "hospital", "channel": "phone", "outcome": "no-answer", "submission": str(uuid4())}
    answer = client.post(reverse("contact", args=[alarm]), form | sent)
    return answer.status_code, answer.content.decode()


def test_the_list_says_whom_to_call_why_and_how_far_it_climbed(
    coordinator: Client, keys: dict[str, int]
) -> None:
    shown = coordinator.get(reverse("contacts")).content.decode()
    assert "오지훈" in shown
    assert "The hospital has not answered" in shown
    assert "First reminder" in shown
    assert "010-0000-0000" in shown  # the patient who did not attend
    assert (
        AuditEvent.objects.filter(detail__startswith="list contacts").exists()
        or AuditEvent.objects.filter(detail__contains="contacts").exists()
    )


def test_the_list_goes_on_page_by_page(
    coordinator: Client, keys: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE_SIZE", 1)
    first = coordinator.get(reverse("contacts")).content.decode()
    onward = re.search(r'href="([^"]*after=\d+)"', first)
    assert onward
    second = coordinator.get(onward[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r'data-row="(\d+)"', first) != re.findall(r'data-row="(\d+)"', second)


def test_an_attempt_is_written_down_and_the_entry_waits_for_the_next(
    coordinator: Client, keys: dict[str, int]
) -> None:
    status, _ = attempt(coordinator, keys["silence"], note="비서가 받음", outcome="reached")
    assert status == 302
    assert ReferralContact.objects.filter(alarm=keys["silence"], note="비서가 받음").exists()
    assert "오지훈" not in coordinator.get(reverse("contacts")).content.decode()
    assert "오지훈" in coordinator.get(reverse("contacts"), {"list": "later"}).content.decode()


def test_an_attempt_that_cannot_be_comes_back_with_its_fault(
    coordinator: Client, keys: dict[str, int]
) -> None:
    assert attempt(coordinator, keys["silence"], outcome="will-come")[0] == 422
    assert attempt(coordinator, keys["silence"], party="")[0] == 422


def test_what_went_on_meanwhile_is_a_conflict(coordinator: Client, keys: dict[str, int]) -> None:
    ReferralAlarm.objects.filter(pk=keys["silence"]).update(closed_at="2026-11-01T00:00:00Z")
    status, shown = attempt(coordinator, keys["silence"])
    assert status == 409
    assert "The referral went on" in shown


def test_another_clinic_finds_neither_entry_nor_list(keys: dict[str, int]) -> None:
    stranger = signed_in(people.member(people.clinic("Elsewhere"), Role.COORDINATOR))
    assert "오지훈" not in stranger.get(reverse("contacts")).content.decode()
    assert attempt(stranger, keys["silence"])[0] == 404


def test_the_page_of_a_new_proposal_says_what_the_hospital_before_said(
    coordinator: Client, keys: dict[str, int]
) -> None:
    shown = coordinator.get(reverse("authorise-referral", args=[keys["again"]])).content.decode()
    assert "OCT 2027-01" in shown
    assert "It was with another hospital before" in shown


def test_a_step_that_the_table_does_not_know_is_not_taken(coordinator: Client, keys: dict[str, int]) -> None:
    form = {"step-status": "in-progress", "step-words": ""}
    answer = coordinator.post(reverse("authorise-referral-step", args=[keys["silent"]]), form)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("step", {"step-status": "on-hold", "step-words": "travels", "step-held_until": "9999-12-31"}),
        ("appointment", {"appointment-day": "9999-12-31", "appointment-time": "09:00"}),
    ],
)
def test_a_mistyped_year_is_shown_again_with_its_fault(
    coordinator: Client, keys: dict[str, int], name: str, form: dict[str, str]
) -> None:
    answer = coordinator.post(reverse(f"authorise-referral-{name}", args=[keys["missed"]]), form)
    assert answer.status_code == 422
    assert "Check the year" in answer.content.decode()


def test_a_missed_appointment_without_an_appointment_is_a_conflict(
    coordinator: Client, keys: dict[str, int]
) -> None:
    answer = coordinator.post(reverse("authorise-referral-missed", args=[keys["missed"]]), {})
    assert answer.status_code == 409
    assert "No appointment is booked" in answer.content.decode()
