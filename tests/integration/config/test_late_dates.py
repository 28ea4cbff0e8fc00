"""A day after the deadline is told to whoever writes it down, stored with a reason, and shown to be called about."""

from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.models import Membership, Organization, Role
from referrals.domain.status import ReferralStatus as Status
from referrals.models import Referral, ReferralAlarm
from referrals.services import alarms_raise, appointment_book
from tests.factories import records as people
from tests.integration.config import ways
from tests.integration.config.conftest import signed_in
from tests.integration.config.ways import By

SAID = "the only laser is repaired until then"


@pytest.fixture
def members(clinic: Organization) -> dict[str, Membership]:
    return {role: people.member(clinic, role) for role in Role}


@pytest.fixture
def by(members: dict[str, Membership]) -> By:
    actors = {role: member.actor() for role, member in members.items()}
    ways.cast.hospital(actors[Role.SCREENER])
    return actors.__getitem__


@pytest.fixture
def referral(by: By) -> Referral:
    return ways.moved(ways.sent(by, "오지훈", 81), by, Status.RECEIVED, Status.ACCEPTED)


@pytest.fixture
def coordinator(members: dict[str, Membership]) -> Client:
    return signed_in(members[Role.COORDINATOR])


def post(client: Client, name: str, referral: Referral, **fields: str) -> HttpResponse:
    return client.post(reverse(f"authorise-referral-{name}", args=[referral.pk]), fields)


def told(form: str, day: date, **more: str) -> dict[str, str]:
    if form == "appointment":
        fields = {"day": day.isoformat(), "time": "10:00"}
    else:
        fields = {"status": "on-hold", "held_until": day.isoformat(), "words": "the patient travels"}
    return {f"{form}-{name}": value for name, value in (fields | more).items()}


@pytest.mark.parametrize("form", ["appointment", "step"])
def test_a_late_day_is_told_before_it_is_stored_and_stored_with_a_reason(
    coordinator: Client, referral: Referral, form: str
) -> None:
    late = referral.due_by + timedelta(days=1)
    steps = referral.history.count()
    warned = post(coordinator, form, referral, **told(form, late))
    assert warned.status_code == 422
    assert f"must be seen by {referral.due_by.isoformat()}, and this is later" in warned.content.decode()
    assert referral.history.count() == steps
    stored = post(coordinator, form, referral, **told(form, late, late_reason=SAID))
    assert stored.status_code == 302
    assert referral.history.latest("pk").reason == SAID
    shown = coordinator.get(reverse("authorise-referral", args=[referral.pk])).content.decode()
    assert "The date stays after the deadline" in shown and SAID in shown


@pytest.mark.parametrize("form", ["appointment", "step"])
def test_the_day_of_the_deadline_takes_no_reason(coordinator: Client, referral: Referral, form: str) -> None:
    assert post(coordinator, form, referral, **told(form, referral.due_by)).status_code == 302
    assert referral.history.latest("pk").code != "late-kept"


@pytest.fixture
def alarmed(referral: Referral, by: By) -> Referral:
    """A late appointment that nobody gave a reason for."""
    late, now = timezone.now() + timedelta(days=300), timezone.now()
    appointment_book(referral_id=referral.pk, starts_at=late, by=by(Role.COORDINATOR), now=now)
    alarms_raise(now=now)
    return referral


@pytest.mark.parametrize("name", ["contacts", "referrals"])
def test_the_work_list_and_the_board_show_it(coordinator: Client, alarmed: Referral, name: str) -> None:
    page = coordinator.get(reverse(name)).content.decode()
    assert "Seen only after the deadline: find an earlier date or another hospital" in page
    assert "오지훈" in page


def test_whoever_is_called_may_say_why_it_stays(coordinator: Client, alarmed: Referral) -> None:
    page = coordinator.get(reverse("authorise-referral", args=[alarmed.pk])).content.decode()
    assert reverse("authorise-referral-kept", args=[alarmed.pk]) in page
    assert post(coordinator, "kept", alarmed, **{"kept-words": ""}).status_code == 422
    assert ReferralAlarm.objects.filter(closed_at=None).exists()
    assert post(coordinator, "kept", alarmed, **{"kept-words": SAID}).status_code == 302
    assert not ReferralAlarm.objects.filter(closed_at=None).exists()


def test_of_a_date_in_time_nobody_has_to_say_why(coordinator: Client, referral: Referral) -> None:
    assert post(coordinator, "kept", referral, **{"kept-words": SAID}).status_code == 409
