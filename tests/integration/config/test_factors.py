"""The page of factors: published ratios from the first day, the clinic's own once there are enough people."""

import pytest
from django.test import Client

from config.factors.forest import HIGHEST, LOWEST, WIDTH, across
from records.models import Organization, Role
from tests.factories import records as people
from tests.integration.config.conftest import signed_in

pytestmark = pytest.mark.django_db


def page(clinic: Organization, language: str = "en") -> str:
    client: Client = signed_in(people.member(clinic, Role.PHYSICIAN))
    return client.get("/factors/", headers={"accept-language": language}).content.decode()


def test_a_young_register_says_that_it_does_not_say_enough(clinic: Organization) -> None:
    text = page(clinic)
    assert "at least 30 patients with the disease" in text
    assert "Glaucoma in the family" in text and "2.80" in text


def test_real_and_simulated_are_told_apart(clinic: Organization) -> None:
    text = page(clinic)
    assert "real" in text and "simulated" in text and "hospital patients" in text


def test_the_scale_is_logarithmic_and_ends_hold_what_lies_outside() -> None:
    assert (across(LOWEST), across(HIGHEST)) == (0, WIDTH)
    assert across(2) - across(1) == pytest.approx(across(1) - across(0.5), abs=0.2)
    assert (across(0.01), across(100)) == (0, WIDTH)
