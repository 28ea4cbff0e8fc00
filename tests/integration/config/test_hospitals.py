"""The hospitals near the clinic: who reads of them, and what a coordinator tells of one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.hospitals import page
from config.hospitals.words import SPECIALTIES
from records.actor import Actor
from records.models import AuditEvent, Organization, Role
from records.selectors import local_date
from referrals.domain.capacity import Opening, monday_of
from referrals.domain.directory import DEPARTMENTS
from referrals.models import Capacity, Hospital
from referrals.services.hospitals import place_take
from risk.domain.urgency import Urgency
from tests.factories import records as people
from tests.integration.config.conftest import signed_in
from tests.integration.referrals.cast import hospital as registered


@pytest.fixture
def near(screener: Actor) -> Hospital:
    return registered(screener, "Near Eye")


@pytest.fixture
def coordinator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.COORDINATOR)


@pytest.fixture
def monday(clinic: Organization) -> Any:
    return monday_of(local_date(timezone.now(), clinic)) + timedelta(weeks=1)


def shown(client: Client, of: Hospital, **query: str) -> str:
    return client.get(reverse("hospital", args=[of.pk]), query).content.decode()


def tell(client: Client, of: Hospital, what: str, **sent: Any) -> tuple[int, str]:
    form = {"what": what} | {f"{what}-{name}": value for name, value in sent.items()}
    answer = client.post(reverse("hospital", args=[of.pk]), form)
    return answer.status_code, answer.content.decode()


def offer(client: Client, of: Hospital, **sent: Any) -> tuple[int, str]:
    places = {"asap": 1, "urgent": 2, "routine": 5}
    seen = {f"seen_{urgency}": count for urgency, count in places.items()}
    return tell(client, of, "offer", **places | seen | sent)


def listed(client: Client, **query: object) -> list[str]:
    text = client.get(reverse("hospitals"), query).content.decode()
    return [one.name for one in Hospital.objects.order_by("pk") if f">{one.name}<" in text]


def test_the_list_is_found_by_a_part_of_a_name_and_goes_on_page_by_page(
    coordinator: Client, near: Hospital, screener: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(screener, "Far Heart", degrees_north=0.5)
    assert listed(coordinator) == ["Near Eye", "Far Heart"]
    assert listed(coordinator, name="heart") == ["Far Heart"]
    monkeypatch.setattr(page, "PAGE_SIZE", 1)
    assert listed(coordinator) == ["Near Eye"]
    assert listed(coordinator, page=2) == ["Far Heart"]
    assert listed(coordinator, page=9999) == []


def test_what_nobody_told_is_said_to_be_unknown(coordinator: Client, near: Hospital) -> None:
    text = shown(coordinator, near)
    assert "retinal laser" in text
    assert "Not known" in text
    near.offers.update(places=0)
    assert "0 of 0 taken" in shown(coordinator, near)
    near.offers.all().delete()
    assert "0 of 0 taken" not in shown(coordinator, near)


def test_every_department_of_the_directories_has_a_word() -> None:
    assert set(SPECIALTIES) == set(DEPARTMENTS.values())


def test_an_ordinary_week_is_stored_and_emptied_it_is_unknown(coordinator: Client, near: Hospital) -> None:
    assert offer(coordinator, near, urgent="", routine=9)[0] == 302
    assert page.offers_of(near) == {Urgency.ASAP: 1, Urgency.URGENT: None, Urgency.ROUTINE: 9}
    noted = AuditEvent.objects.get(detail="offer:asap=1,routine=9,urgent=unknown")
    assert noted.organization_id == Organization.objects.get().pk


def test_places_that_cannot_be_come_back_as_they_were_typed(coordinator: Client, near: Hospital) -> None:
    status, text = offer(coordinator, near, urgent=-3)
    assert status == 422
    assert 'value="-3"' in text
    assert page.offers_of(near)[Urgency.URGENT] == 2


def test_places_told_meanwhile_are_a_conflict_and_stored_when_sent_again(
    coordinator: Client, near: Hospital
) -> None:
    near.offers.filter(urgency="urgent").update(places=4)
    status, text = offer(coordinator, near, urgent=7)
    assert (status, "Somebody else changed this meanwhile" in text) == (409, True)
    assert 'name="offer-seen_urgent" value="4"' in text
    assert offer(coordinator, near, urgent=7, seen_urgent=4)[0] == 302


def test_a_week_with_fewer_places_than_are_taken_is_refused_whole(
    coordinator: Client, near: Hospital, monday: Any
) -> None:
    for _ in range(2):
        place_take(near.pk, Urgency.URGENT, Opening(monday, monday))
    seen = {"seen_asap": 1, "seen_urgent": 2, "seen_routine": 5}
    week = {"monday": monday.isoformat(), "asap": 3, "routine": 5} | seen
    status, text = tell(coordinator, near, "week", urgent=1, **week)
    assert (status, "2 are taken already" in text) == (422, True)
    assert not Capacity.objects.filter(urgency="asap").exists()
    assert tell(coordinator, near, "week", urgent=6, **week)[0] == 302
    assert set(Capacity.objects.values_list("urgency", "places")) == {("asap", 3), ("urgent", 6)}
    assert "2 of 6 taken" in shown(coordinator, near)


def test_closed_days_languages_insurance_equipment_and_access_are_told(
    coordinator: Client, near: Hospital, monday: Any
) -> None:
    assert tell(coordinator, near, "closed", days=f"{monday}\n{monday:%Y%m%d}")[0] == 302
    assert tell(coordinator, near, "languages", languages=["ko", "vi"])[0] == 302
    assert tell(coordinator, near, "insurances", classes=["5"])[0] == 302
    assert tell(coordinator, near, "equipment", capabilities=["vitrectomy"])[0] == 302
    assert tell(coordinator, near, "access", wheelchair="no")[0] == 302
    text = shown(coordinator, near)
    for words in ("Korean, Vietnamese", "Medical aid", "vitrectomy", "Cannot be entered with a wheelchair"):
        assert words in text
    assert near.closed_days.get().day == monday
    assert tell(coordinator, near, "access")[0] == 302
    near.refresh_from_db()
    assert near.wheelchair_access is None


@pytest.mark.parametrize(
    ("days", "words"), [("soon", "is no date"), ("2020-01-01", "Leave only days to come")]
)
def test_closed_days_that_cannot_be_come_back_with_their_fault(
    coordinator: Client, near: Hospital, days: str, words: str
) -> None:
    status, text = tell(coordinator, near, "closed", days=days)
    assert (status, words in text, f">\n{days}</textarea>" in text) == (422, True, True)


def test_a_language_that_the_page_has_no_word_for_stays(coordinator: Client, near: Hospital) -> None:
    near.languages.create(code="fr")
    assert tell(coordinator, near, "languages", languages=["fr", "ko"])[0] == 302
    assert sorted(near.languages.values_list("code", flat=True)) == ["fr", "ko"]


@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.AUDITOR])
def test_who_only_reads_is_shown_no_form_and_stores_nothing(
    colleague: Callable[[str], Client], near: Hospital, role: str
) -> None:
    reader = colleague(role)
    assert "Tell what it offers" not in shown(reader, near)
    assert offer(reader, near, urgent=9)[0] == 403
    assert page.offers_of(near)[Urgency.URGENT] == 2


def test_a_closed_hospital_is_read_and_not_told_of(coordinator: Client, near: Hospital) -> None:
    Hospital.objects.update(active=False)
    text = shown(coordinator, near)
    assert ("This hospital is closed" in text, "Tell what it offers" in text) == (True, False)
    assert offer(coordinator, near, urgent=9)[0] == 404
    assert listed(coordinator) == []


def test_a_hospital_of_another_country_is_not_there(coordinator: Client, near: Hospital) -> None:
    Hospital.objects.update(country="JP")
    assert coordinator.get(reverse("hospital", args=[near.pk])).status_code == 404


def test_what_one_clinic_tells_another_reads_and_its_trail_stays_with_the_first(
    coordinator: Client, near: Hospital
) -> None:
    offer(coordinator, near, urgent=9)
    elsewhere = people.clinic("Elsewhere")
    stranger = signed_in(people.member(elsewhere, Role.COORDINATOR))
    assert "0 of 9 taken" in shown(stranger, near)
    assert not AuditEvent.objects.filter(organization=elsewhere, detail__startswith="offer:").exists()
