"""A hospital that no directory lists: an administrator enters it, corrects it and closes it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import AuditEvent, Organization, Role
from referrals.domain.capabilities import Capability
from referrals.domain.matching import Need
from referrals.domain.travel import Place
from referrals.models import Hospital
from referrals.near_selectors import candidates_near
from referrals.services.about import about_digest
from referrals.services.by_hand import BY_HAND
from risk.domain.urgency import Urgency
from tests.integration.referrals.cast import CLINIC, TODAY
from tests.integration.referrals.cast import hospital as registered

TYPED = {"name": "언덕안과의원", "latitude": "37.58", "longitude": "126.98", "phone": "02-123-4567"}
ABOUT = ("name", "latitude", "longitude", "address", "phone", "emergency_phone", "type_code")


@pytest.fixture
def administrator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.ADMINISTRATOR)


def add(client: Client, **typed: Any) -> tuple[int, str]:
    answer = client.post(reverse("hospital-add"), TYPED | typed)
    return answer.status_code, answer.content.decode()


def amend(client: Client, of: Hospital, **typed: Any) -> tuple[int, str]:
    """As the page shows it, but for what is typed."""
    shown = {name: getattr(of, name) for name in ABOUT} | {"active": "on", "seen_about": about_digest(of)}
    sent = {f"about-{name}": value for name, value in (shown | typed).items()}
    answer = client.post(reverse("hospital", args=[of.pk]), {"what": "about"} | sent)
    return answer.status_code, answer.content.decode()


def tell(client: Client, of: Hospital, what: str, **sent: Any) -> tuple[int, str]:
    form = {"what": what} | {f"{what}-{name}": value for name, value in sent.items()}
    answer = client.post(reverse("hospital", args=[of.pk]), form)
    return answer.status_code, answer.content.decode()


def test_a_hospital_that_was_added_is_found_by_the_next_search(
    administrator: Client, clinic: Organization
) -> None:
    assert add(administrator, type_code="31", capabilities=["eye-clinic", "oct"])[0] == 302
    one = Hospital.objects.get()
    assert (one.source, one.name, one.country, one.care_level) == (BY_HAND, "언덕안과의원", "KR", 1)
    assert one.confirmed_at is not None
    assert AuditEvent.objects.filter(detail=f"{BY_HAND}:{one.source_id}", organization=clinic).exists()
    one.offers.create(urgency="urgent", places=1)
    need = Need(Urgency.URGENT, TODAY + timedelta(days=14), frozenset({Capability.OCT}))
    assert candidates_near(need, Place(*CLINIC), "KR", today=TODAY).best.key == one.pk


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"latitude": "126.98", "longitude": "37.58"}, "are swapped"),
        ({"latitude": "0"}, "Zero stands for a place that nobody entered"),
        ({"latitude": "35.68", "longitude": "139.69"}, "outside the country"),
        ({"latitude": "nan"}, "outside the country"),
        ({"latitude": "37°34"}, "as degrees with a point"),
        ({"latitude": ""}, "required"),
        ({"name": "  "}, "required"),
        ({"phone": "call me"}, "Only digits, spaces and hyphens"),
        ({"type_code": "99"}, "not one of the available choices"),
        ({"capabilities": ["magic"]}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_with_advice_and_what_was_typed_stays(
    administrator: Client, typed: dict[str, Any], words: str
) -> None:
    status, text = add(administrator, **typed)
    assert (status, words in text, "언덕안과의원" in text or "name" in typed) == (422, True, True)
    assert not Hospital.objects.exists()


def test_one_that_is_known_there_already_is_shown_instead(administrator: Client, screener: Actor) -> None:
    known = registered(screener, "known", name="언덕안과의원", place=(37.583, 126.98))
    status, text = add(administrator)
    assert (status, reverse("hospital", args=[known.pk]) in text) == (422, True)
    assert add(administrator, latitude="37.7")[0] == 302


def test_name_place_and_telephone_are_corrected_and_the_trail_says_what(
    administrator: Client, screener: Actor, clinic: Organization
) -> None:
    one = registered(screener, "Near Eye")
    assert amend(administrator, one, latitude="37.6", phone="02-9", type_code="31")[0] == 302
    one.refresh_from_db()
    assert (one.latitude, one.phone, one.care_level) == (37.6, "02-9", 1)
    noted = AuditEvent.objects.get(detail="about:latitude,phone,type_code")
    assert noted.organization_id == clinic.pk


def test_a_place_that_cannot_be_is_refused_on_the_page_of_a_hospital_too(
    administrator: Client, screener: Actor
) -> None:
    one = registered(screener, "Near Eye")
    status, text = amend(administrator, one, latitude=one.longitude, longitude=one.latitude)
    assert (status, "are swapped" in text) == (422, True)
    one.refresh_from_db()
    assert one.latitude < one.longitude


def test_a_closed_hospital_is_left_out_of_the_list_and_can_be_opened_again(
    administrator: Client, screener: Actor
) -> None:
    one = registered(screener, "Near Eye")
    assert amend(administrator, one, active="")[0] == 302
    one.refresh_from_db()
    assert not one.active
    page = administrator.get(reverse("hospital", args=[one.pk])).content.decode()
    assert ("Name, place and telephone" in page, "Opening hours" in page) == (True, False)
    assert amend(administrator, one)[0] == 302
    one.refresh_from_db()
    assert one.active


def test_what_somebody_else_corrected_meanwhile_is_not_written_over(
    administrator: Client, screener: Actor
) -> None:
    one = registered(screener, "Near Eye")
    seen = about_digest(one)
    Hospital.objects.update(phone="02-7")
    status, text = amend(administrator, one, name="Far Eye", seen_about=seen)
    assert (status, "Somebody else changed this meanwhile" in text, 'value="Far Eye"' in text) == (
        409,
        True,
        True,
    )
    one.refresh_from_db()
    assert (one.name, one.phone) == ("Near Eye", "02-7")


def test_a_coordinator_tells_hours_and_is_refused_the_name(
    colleague: Callable[[str], Client], screener: Actor
) -> None:
    coordinator, one = colleague(Role.COORDINATOR), registered(screener, "Near Eye")
    assert amend(coordinator, one, name="Mine")[0] == 403
    assert coordinator.get(reverse("hospital-add")).status_code == 403
    page = coordinator.get(reverse("hospital", args=[one.pk])).content.decode()
    assert ("Name, place and telephone" in page, "Opening hours" in page) == (False, True)
    assert Hospital.objects.get().name == "Near Eye"


def test_hours_are_typed_a_day_a_line_and_shown_again_as_typed(
    administrator: Client, screener: Actor
) -> None:
    one = registered(screener, "Near Eye")
    Hospital.objects.update(confirmed_at=None)
    sent = {"day_1": "09:00-12:30, 14:00-18:00", "day_6": "9~13", "day_8": "2200-0600"}
    assert tell(administrator, one, "hours", **sent)[0] == 302
    stored = set(one.hours.values_list("day", "opens", "closes"))
    assert stored == {(1, 540, 750), (1, 840, 1080), (6, 540, 780), (8, 1320, 1800)}
    page = administrator.get(reverse("hospital", args=[one.pk])).content.decode()
    assert 'value="09:00-12:30, 14:00-18:00"' in page
    assert "Monday 09:00–12:30, 14:00–18:00" in page
    one.refresh_from_db()
    assert one.confirmed_at is not None
    assert tell(administrator, one, "hours")[0] == 302
    assert not one.hours.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("mornings", "are no hours"),
        ("9:75-18", "are no hours"),
        ("09:00-25:00", "are no hours"),
        ("24:00-25:00", "are no hours"),
        ("09:00-13:00, 12:00-18:00", "Two spans of this day overlap"),
    ],
)
def test_hours_that_cannot_be_come_back_with_their_fault(
    administrator: Client, screener: Actor, typed: str, words: str
) -> None:
    one = registered(screener, "Near Eye")
    status, text = tell(administrator, one, "hours", day_3=typed)
    assert (status, words in text, f'value="{typed}"' in text) == (422, True, True)
    assert not one.hours.exists()


def test_departments_are_told_and_are_no_capability(administrator: Client, screener: Actor) -> None:
    one = registered(screener, "Near Eye", capabilities=())
    assert tell(administrator, one, "departments", codes=["12", "01"])[0] == 302
    assert set(one.specialties.values_list("code", flat=True)) == {"01", "12"}
    assert not one.capabilities.exists()
    assert (
        "Internal medicine, Ophthalmology"
        in administrator.get(reverse("hospital", args=[one.pk])).content.decode()
    )
