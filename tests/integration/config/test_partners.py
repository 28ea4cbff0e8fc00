"""The administrator makes and revokes the tokens of partners."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.models import AuditEvent, Organization, PartnerClient, Role
from tests.factories import partners
from tests.factories import records as cast
from tests.factories.partners import SCREENINGS

TOKEN = re.compile(r"nungil_[\w-]{43}")


@pytest.fixture
def administrator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.ADMINISTRATOR)


def make(browser: Client, **form: str) -> str:
    return browser.post(reverse("partner-make"), {"name": "Saebit hospital"} | form).content.decode()


def test_a_token_is_shown_once_and_works(administrator: Client) -> None:
    page = make(administrator)
    (token,) = set(TOKEN.findall(page))
    assert TOKEN.search(administrator.get(reverse("partners")).content.decode()) is None
    assert Client(headers={"authorization": f"Bearer {token}"}).get(SCREENINGS).status_code == 200


def test_only_a_hash_of_the_token_is_stored(administrator: Client) -> None:
    (token,) = set(TOKEN.findall(make(administrator)))
    stored = PartnerClient.objects.values().get()
    assert token not in str(stored)
    assert token.startswith(stored["token_prefix"])
    assert len(stored["token_prefix"]) < 12


def test_the_page_with_a_token_stays_in_no_cache(administrator: Client) -> None:
    answer = administrator.post(reverse("partner-make"), {"name": "Saebit hospital"})
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " "}, "This field is required"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"expires_on": "2020-01-01"}, "This day has passed"),
        ({"expires_on": "soon"}, "Enter a valid date"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    administrator: Client, form: dict[str, str], said: str
) -> None:
    assert said in make(administrator, **form)
    assert not PartnerClient.objects.exists()


def test_sent_twice_one_token_is_made(administrator: Client) -> None:
    make(administrator)
    assert "You made the token of this name a moment ago" in make(administrator, name=" Saebit  hospital")
    assert PartnerClient.objects.count() == 1


def test_a_name_that_was_taken_before_or_by_somebody_else_is_in_use(
    administrator: Client, colleague: Callable[[str], Client]
) -> None:
    make(administrator)
    assert "This name is in use" in make(colleague(Role.ADMINISTRATOR))
    PartnerClient.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert "This name is in use" in make(administrator)


def test_a_token_is_revoked_with_a_reason_and_stays_listed(administrator: Client) -> None:
    make(administrator)
    client = PartnerClient.objects.get()
    address = reverse("partner-revoke", args=[client.pk])
    assert "Say why" in administrator.post(address, {f"{client.pk}-reason": " "}).content.decode()
    page = administrator.post(address, {f"{client.pk}-reason": "leaked in a log"}, follow=True)
    assert "leaked in a log" in page.content.decode()
    assert AuditEvent.objects.filter(entity=f"records.partnerclient:{client.pk}", action="U").count() == 1
    administrator.post(address, {f"{client.pk}-reason": "once more"})
    assert PartnerClient.objects.get().revoked_reason == "leaked in a log"


def test_a_revoked_name_may_be_used_again(administrator: Client) -> None:
    make(administrator)
    client = PartnerClient.objects.get()
    administrator.post(reverse("partner-revoke", args=[client.pk]), {f"{client.pk}-reason": "lost"})
    assert TOKEN.search(make(administrator))


def test_another_organization_s_partner_is_not_here(administrator: Client) -> None:
    client, _ = partners.token(cast.clinic())
    answer = administrator.post(reverse("partner-revoke", args=[client.pk]), {f"{client.pk}-reason": "x"})
    assert answer.status_code == 404
    assert client.name not in administrator.get(reverse("partners")).content.decode()


def test_nobody_but_the_administrator_sees_partners(
    clinic: Organization, colleague: Callable[[str], Client]
) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        answer = colleague(role).get(reverse("partners"))
        assert answer.status_code == 403
        assert "Only these roles may do this: Administrator." in answer.content.decode()
