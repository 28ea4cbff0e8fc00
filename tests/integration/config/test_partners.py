"""The administrator makes and revokes the tokens of partners."""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records import outbox
from records.allowed_hosts import HOSTS_MOST
from records.models import AuditEvent, OffReason, Organization, PartnerClient, PartnerHost, Role
from tests.factories import endpoints, partners
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


def hosts_on_page(browser: Client) -> list[str]:
    page = browser.get(reverse("partners")).content.decode()
    return re.findall(r'<code translate="no" lang="en">([^<]+)</code>', page)


def list_host(browser: Client, client: PartnerClient, host: str) -> str:
    address = reverse("partner-host-add", args=[client.pk])
    return browser.post(address, {f"host-{client.pk}-host": host}, follow=True).content.decode()


def test_a_host_is_put_on_the_list_once_and_taken_off_again(
    administrator: Client, clinic: Organization
) -> None:
    client, _ = partners.token(clinic)
    assert "no host yet" in administrator.get(reverse("partners")).content.decode()
    for typed in ("Hospital.example.", "hospital.example", "*.hospital.example"):
        assert "On the list" in list_host(administrator, client, typed)
    assert hosts_on_page(administrator) == ["*.hospital.example", "hospital.example"]
    one = client.hosts.get(host="hospital.example")
    for _time in range(2):
        administrator.post(reverse("partner-host-remove", args=[client.pk, one.pk]))
    assert hosts_on_page(administrator) == ["*.hospital.example"]
    acts = AuditEvent.objects.filter(entity=f"records.partnerhost:{one.pk}").order_by("pk")
    assert [act.action for act in acts] == ["C", "U"]
    list_host(administrator, client, "hospital.example")
    assert len(hosts_on_page(administrator)) == 2


@pytest.mark.parametrize("typed", ["https://hospital.example/", "*.example", "", "a b.example"])
def test_what_is_no_host_is_said_beside_the_field(
    administrator: Client, clinic: Organization, typed: str
) -> None:
    client, _ = partners.token(clinic)
    page = list_host(administrator, client, typed)
    assert ("This is no host" in page) or ("This field is required" in page and not typed)
    assert not client.hosts.exists()


def test_a_list_of_hosts_has_an_end(administrator: Client, clinic: Organization) -> None:
    client, _ = partners.token(clinic)
    for number in range(HOSTS_MOST):
        list_host(administrator, client, f"h{number}.example")
    assert "as many hosts as it may have" in list_host(administrator, client, "one-more.example")
    assert client.hosts.count() == HOSTS_MOST


def test_another_organization_s_list_is_not_here(administrator: Client) -> None:
    client, _ = partners.token(cast.clinic())
    listed = endpoints.allowed(client, "hospital.example")
    add = administrator.post(reverse("partner-host-add", args=[client.pk]), {"host": "a.example"})
    remove = administrator.post(reverse("partner-host-remove", args=[client.pk, listed.pk]))
    assert (add.status_code, remove.status_code) == (404, 404)


def test_a_host_of_another_partner_is_not_taken_off_by_its_number(
    administrator: Client, clinic: Organization
) -> None:
    (one, _), (other, _) = partners.token(clinic), partners.token(clinic)
    listed = endpoints.allowed(other, "hospital.example")
    assert administrator.post(reverse("partner-host-remove", args=[one.pk, listed.pk])).status_code == 404
    assert other.hosts.filter(removed_at=None).exists()


def test_addresses_from_before_there_was_a_list_have_their_hosts_on_it(clinic: Organization) -> None:
    live = endpoints.active(clinic, "https://Hooks.saebit.example:8443/a")
    gone = endpoints.active(clinic, "https://gone.example/", client=live.client)
    outbox.switch_off(gone, OffReason.GONE, now=timezone.now())
    gone.save()
    PartnerHost.objects.all().delete()
    migration = import_module("records.migrations.0013_partner_hosts")
    for _time in range(2):
        migration.list_hosts_in_use(apps, None)
    assert list(live.client.hosts.values_list("host", flat=True)) == ["hooks.saebit.example"]
