"""Names and record numbers that nobody can read as they are stored, at the portal's forms."""

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import Patient
from tests.factories import records as cast

FORM = {"mrn": "A-1", "name": "홍길동", "birth_date": "19600501", "sex": "female", "language": "ko"}
UNSEEN = "It holds a character that cannot be seen"


@pytest.mark.parametrize("other", [{"name": "홍\u202e길동"}, {"mrn": "A-1\u200b"}, {"name": "\u3164"}])
def test_a_character_that_cannot_be_seen_is_refused_at_its_field(
    nurse: Client, other: dict[str, str]
) -> None:
    page = nurse.post(reverse("intake-register"), FORM | other)
    assert page.status_code == 422
    assert UNSEEN in page.context["form"].errors[next(iter(other))][0]
    assert not Patient.objects.exists()


def test_a_taken_number_says_that_it_is_taken(nurse: Client, screener: Actor) -> None:
    cast.patient(screener, mrn="A-1")
    page = nurse.post(reverse("intake-register"), FORM)
    assert "This record number is taken" in page.context["form"].errors["mrn"][0]
