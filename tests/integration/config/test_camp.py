"""The page on which a day's referrals are planned together."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import Role
from referrals.models import Capacity, Hospital, Referral
from tests.factories.screening import eye
from tests.integration.config.cast import hospital, screened

pytestmark = pytest.mark.django_db

PAGE, USE = reverse("camp"), reverse("camp-use")


@pytest.fixture
def coordinator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.COORDINATOR)


@pytest.fixture
def referred(screener: Actor) -> Referral:
    hospital(screener)
    return screened(screener, eye("R", D=0.9), eye("L")).referrals.get()


def test_a_day_without_referrals_says_so(coordinator: Client) -> None:
    assert "Nothing to plan on this day" in coordinator.get(PAGE).content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_nobody_can_mean_is_today(coordinator: Client, referred: Referral, day: str) -> None:
    (line,) = coordinator.get(PAGE, {"day": day}).context["going"]
    assert line.referral == referred


def test_who_goes_where_is_shown_beside_what_is_proposed(coordinator: Client, referred: Referral) -> None:
    page = coordinator.get(PAGE)
    (line,) = page.context["going"]
    assert (line.referral, line.hospital, line.changed) == (referred, referred.hospital, False)
    assert "Hill Hospital" in page.content.decode() and line.patient.name in page.content.decode()


def test_the_plan_that_was_seen_is_used(coordinator: Client, referred: Referral) -> None:
    Hospital.objects.filter(name="Hill Hospital").update(latitude=40.0)
    hospital(referred_by(referred), "Valley Hospital")
    page = coordinator.get(PAGE)
    sent = {"day": page.context["day"].isoformat(), "seen": page.context["seen"]}
    answer = coordinator.post(USE, sent, follow=True)
    assert "1 person has a place of this plan." in answer.content.decode()
    referred.refresh_from_db()
    assert (referred.hospital.name, referred.status) == ("Valley Hospital", "proposed")
    taken = Capacity.objects.values_list("hospital__name", "taken")
    assert dict(taken) == {"Hill Hospital": 0, "Valley Hospital": 1}


def referred_by(referral: Referral) -> Actor:
    return Actor(label="test", role=Role.SCREENER, organization_id=referral.organization_id)


def test_another_plan_than_was_seen_is_shown_and_not_used(coordinator: Client, referred: Referral) -> None:
    day = coordinator.get(PAGE).context["day"].isoformat()
    answer = coordinator.post(USE, {"day": day, "seen": "another"})
    assert answer.status_code == 409
    assert "This is the new plan; nothing was stored." in answer.content.decode()


def test_whoever_has_no_place_is_named_with_the_reason(coordinator: Client, referred: Referral) -> None:
    Hospital.objects.update(active=False)
    page = coordinator.get(PAGE)
    assert page.context["going"] == [] and len(page.context["left"]) == 1
    assert "No hospital can treat this in time" in page.content.decode()


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-02-30"])
def test_no_date_is_today(coordinator: Client, typed: str) -> None:
    assert coordinator.get(PAGE, {"day": typed}).status_code == 200
