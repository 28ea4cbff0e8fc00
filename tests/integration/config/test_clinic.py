"""The administrator says what patients read of the clinic; nobody else does, and nobody of another clinic."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.handout.contents import contact
from records.actor import Actor
from records.errors import OrganizationChanged, OrganizationInvalid, RoleRefused
from records.models import AuditEvent, Organization, Role
from records.services import organization_amend
from tests.factories import records as people

NAME = "Hillside clinic"


@pytest.fixture
def administrator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.ADMINISTRATOR)


def page(client: Client) -> str:
    return client.get(reverse("clinic")).content.decode()


def send(client: Client, clinic: Organization, **given: str) -> object:
    shown = {"name": clinic.name, "telephone": clinic.telephone}
    seen = {f"seen_{name}": value for name, value in shown.items()}
    return client.post(reverse("clinic"), shown | seen | given)


def amend(by: Actor, clinic: Organization, **given: str) -> Organization:
    seen = {"name": clinic.name, "telephone": clinic.telephone}
    return organization_amend(given=seen | given, seen=seen, by=by, now=timezone.now())


def test_a_new_telephone_stands_where_patients_read_it_and_the_old_one_in_the_trail(
    administrator: Client, clinic: Organization
) -> None:
    assert "Come to us" in page(administrator)
    assert send(administrator, clinic, telephone=" 02-123-4567 ").status_code == 302
    clinic.refresh_from_db()
    assert "02-123-4567" in contact(clinic) and contact(clinic) in page(administrator)
    noted = AuditEvent.objects.filter(entity=f"records.organization:{clinic.pk}").get()
    assert (noted.action, noted.detail, noted.role) == ("U", "telephone was empty", "administrator")


def test_a_new_name_stands_at_the_head_of_every_page(administrator: Client, clinic: Organization) -> None:
    send(administrator, clinic, name="언덕  의원")
    assert "언덕 의원" in administrator.get(reverse("cases")).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"telephone": "call us"}, "Only digits, spaces and hyphens"),
        ({"telephone": "02.123.4567"}, "Only digits, spaces and hyphens"),
        ({"telephone": "12"}, "Only digits, spaces and hyphens"),
        ({"telephone": "0" * 33}, "at most 32"),
        ({"name": ""}, "required"),
        ({"name": "\u3164"}, "letters that can be seen"),
        ({"name": "a\u202eb"}, "letters that can be seen"),
        ({"name": "n" * 201}, "at most 200"),
    ],
)
def test_what_cannot_be_right_is_said_and_what_was_typed_is_given_back(
    administrator: Client, clinic: Organization, given: dict[str, str], words: str
) -> None:
    answer = send(administrator, clinic, **({"telephone": "031-000-0000", "name": "New name"} | given))
    said = answer.content.decode()
    assert (answer.status_code, words in said) == (422, True), said
    kept = "New name" if "telephone" in given else "031-000-0000"
    assert f'value="{kept}"' in said
    assert Organization.objects.get(pk=clinic.pk).telephone == ""
    assert not AuditEvent.objects.filter(entity=f"records.organization:{clinic.pk}").exists()


def test_the_name_of_another_organization_is_refused(administrator: Client, clinic: Organization) -> None:
    people.clinic("Valley clinic")
    answer = send(administrator, clinic, name="Valley clinic")
    assert (answer.status_code, "Another organization has this name" in answer.content.decode()) == (
        422,
        True,
    )


def test_what_changed_meanwhile_is_shown_and_saved_over_only_when_it_is_sent_again(
    administrator: Client, clinic: Organization
) -> None:
    Organization.objects.filter(pk=clinic.pk).update(telephone="02-999-9999")
    answer = send(administrator, clinic, telephone="02-123-4567")
    said = answer.content.decode()
    assert (answer.status_code, "02-999-9999" in said, 'value="02-123-4567"' in said) == (409, True, True)
    clinic.refresh_from_db()
    assert send(administrator, clinic, telephone="02-123-4567").status_code == 302


def test_nothing_is_written_where_nothing_differs(clinic: Organization) -> None:
    by = people.actor(clinic, Role.ADMINISTRATOR)
    amend(by, clinic)
    assert not AuditEvent.objects.filter(entity=f"records.organization:{clinic.pk}").exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_changes_it(clinic: Organization, role: Role) -> None:
    with pytest.raises(RoleRefused):
        amend(people.actor(clinic, role), clinic, telephone="02-123-4567")


def test_an_administrator_changes_their_own_clinic_alone(clinic: Organization) -> None:
    other = people.clinic("Valley clinic")
    amend(people.actor(other, Role.ADMINISTRATOR), other, telephone="02-123-4567")
    clinic.refresh_from_db()
    assert clinic.telephone == ""


def test_the_service_names_what_to_correct(clinic: Organization) -> None:
    by = people.actor(clinic, Role.ADMINISTRATOR)
    with pytest.raises(OrganizationInvalid) as refused:
        amend(by, clinic, telephone="x")
    assert refused.value.field == "telephone"
    stale = {"name": "old", "telephone": ""}
    with pytest.raises(OrganizationChanged):
        organization_amend(
            given={"name": NAME + " 2", "telephone": ""}, seen=stale, by=by, now=timezone.now()
        )
