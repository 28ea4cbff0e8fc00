"""The map on a referral's page: every hospital it names, once, and the same in words beside it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import Patient, Role
from referrals.domain.capabilities import Capability
from referrals.models import Referral
from referrals.services import hospital_register
from tests.factories import screening
from tests.factories.records import NOW
from tests.integration.config import cast

FIGURE = re.compile(r'<figure class="near-map">.*?</figure>', re.DOTALL)


@pytest.fixture
def physician(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.PHYSICIAN)


def referral(by: Actor) -> Referral:
    found = (screening.eye("R", D=0.9), screening.eye("L"))
    return cast.screened(by, *found, name="Kim Younghee", seed=5).referrals.get()


def near(by: Actor) -> None:
    """Right beside the clinic, and cannot treat it."""
    hospital_register(
        by=by,
        now=NOW,
        source="test",
        source_id="near",
        name="Near Clinic",
        country="KR",
        place=(37.57, 126.98),
        capabilities=[Capability.EYE_CLINIC],
        offers={},
    )


def figure(client: Client, one: Referral) -> str:
    page = client.get(reverse("authorise-referral", args=[one.pk])).content.decode()
    return " ".join(FIGURE.findall(page)[0].split())


def drawn(shown: str) -> list[str]:
    """The numbers on the marks of the drawing."""
    return re.findall(r"<text y=\".5\">(\d+)</text>", shown[: shown.index("<figcaption")])


def test_candidates_and_those_passed_over_are_numbered_and_listed(physician: Client, screener: Actor) -> None:
    cast.hospital(screener)
    near(screener)
    shown = figure(physician, referral(screener))
    assert drawn(shown) == ["1", "2"]
    listed = re.findall(r"<strong>([^<]*)</strong>", shown)
    assert listed == ["Our clinic", "Hill Hospital", "Near Clinic"]
    assert "passed over" in shown[shown.index("Near Clinic") :]


def test_the_drawing_is_a_named_picture_and_asks_nobody_outside(physician: Client, screener: Actor) -> None:
    cast.hospital(screener)
    shown = figure(physician, referral(screener))
    assert 'role="img" aria-labelledby="near-map-name near-map-more"' in shown
    assert '<title id="near-map-name">Map of the hospitals</title>' in shown
    assert not re.findall(r"(?:href|src)=|url\(|://", shown)


def test_a_known_home_is_the_place_that_is_measured_from(physician: Client, screener: Actor) -> None:
    cast.hospital(screener)
    one = referral(screener)
    Patient.objects.update(latitude=37.58, longitude=126.98)
    shown = figure(physician, one)
    assert shown.index("Home of the patient") < shown.index("Our clinic")
    assert "10.0 km north" in shown


def test_where_no_hospital_is_known_there_is_no_map(physician: Client, screener: Actor) -> None:
    page = physician.get(reverse("authorise-referral", args=[referral(screener).pk])).content.decode()
    assert FIGURE.findall(page) == []
