"""Both pages of a referral say of every nearer hospital why not, and call distances estimates only where they are."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import Role
from referrals.models import Referral
from tests.factories import screening
from tests.integration.config import cast
from tests.integration.referrals.cast import hospital

ESTIMATES = "Distances are estimates"


@pytest.fixture
def physician(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.PHYSICIAN)


def referral(by: Actor) -> Referral:
    found = (screening.eye("R", D=0.9), screening.eye("L"))
    return cast.screened(by, *found, name="Kim Younghee", seed=5).referrals.get()


def beside_the_clinic(by: Actor, key: str, *capabilities: str) -> None:
    hospital(by, key, degrees_north=0.0, capabilities=capabilities, offers={})


def pages(client: Client, one: Referral) -> list[str]:
    addresses = [
        reverse("authorise-referral", args=[one.pk]),
        reverse("case", args=[one.encounter.public_id]),
    ]
    return [" ".join(client.get(address).content.decode().split()) for address in addresses]


def test_each_eye_clinic_is_named_and_the_others_are_one_line(physician: Client, screener: Actor) -> None:
    cast.hospital(screener)
    for number in range(7):
        beside_the_clinic(screener, f"Eye clinic {number}", "eye-clinic")
    for number in range(3):
        beside_the_clinic(screener, f"Heart {number}", "internal-medicine")
    authorise, case = pages(physician, referral(screener))
    for page in (authorise, case):
        assert all(f"<strong>Eye clinic {number}</strong> Does not offer:" in page for number in range(7))
        assert "3 hospitals have no eye clinic." in page
        assert "Heart 0" not in page
    assert "2 more, each with its reason" in authorise
    assert "10 nearer hospitals were passed over" in case


def test_the_lines_of_numbers_are_no_reason_for_a_coordinator(physician: Client, screener: Actor) -> None:
    beside_the_clinic(screener, "Heart", "internal-medicine")
    authorise, case = pages(physician, referral(screener))
    for page in (authorise, case):
        assert page.count("1 hospital has no eye clinic.") == 1
    assert "Nearer, but" not in authorise
    assert "1 hospital was passed over" in case


def test_more_than_the_page_lists_are_told_as_a_number(physician: Client, screener: Actor) -> None:
    for number in range(53):
        beside_the_clinic(screener, f"Eye clinic {number}", "eye-clinic")
    authorise, case = pages(physician, referral(screener))
    for page in (authorise, case):
        assert "3 more treat eyes and are farther away than those listed." in page
    assert "53 hospitals were passed over" in case
    assert "45 more that were passed over are farther away and not drawn." in authorise


def test_distances_are_called_estimates_only_where_no_router_answered(
    physician: Client, screener: Actor
) -> None:
    cast.hospital(screener)
    one = referral(screener)
    assert all(ESTIMATES in page for page in pages(physician, one))
    one.candidates.update(routed=True)
    assert not any(ESTIMATES in page for page in pages(physician, one))
