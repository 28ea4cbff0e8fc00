"""The administrator's pages of webhooks."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.webhooks import wakes
from records.allowed_hosts import HOSTS_MOST
from records.models import AuditEvent, EndpointState, Organization, Role, Topic, WebhookEndpoint
from tests.factories import endpoints, partners
from tests.factories import records as cast

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakes, "wake", lambda key, **_: None)


@pytest.fixture
def administrator(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.ADMINISTRATOR)


def add(browser: Client, clinic: Organization, **form: object) -> str:
    client, _ = partners.token(clinic)
    whole = {"client": client.pk, "url": endpoints.PUBLIC_URL, "topics": [Topic.TASK]} | form
    return browser.post(reverse("webhooks"), whole).content.decode()


def test_a_secret_is_shown_once(administrator: Client, clinic: Organization) -> None:
    (secret,) = set(SECRET.findall(add(administrator, clinic)))
    endpoint = WebhookEndpoint.objects.get()
    for address in (reverse("webhooks"), reverse("webhook", args=[endpoint.public_id])):
        assert SECRET.search(administrator.get(address).content.decode()) is None
    answer = administrator.post(reverse("webhook-rotate", args=[endpoint.public_id])).content.decode()
    assert set(SECRET.findall(answer)) != {secret}
    assert "former secret is valid too" in answer


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"url": "http://saebit.example/"}, "must begin with https"),
        ({"url": "https://192.168.0.4/"}, "lies inside a network"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "lies inside a network"),
        ({"url": "https://saebit.example:25/"}, "usual ports"),
        ({"url": "https://me:word@saebit.example/"}, "no address of a web server"),
        ({"url": ""}, "This field is required"),
        ({"topics": []}, "This field is required"),
        ({"client": 0}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    administrator: Client, clinic: Organization, form: dict[str, object], said: str
) -> None:
    assert said in add(administrator, clinic, **form)
    assert not WebhookEndpoint.objects.exists()


def test_in_development_this_machine_is_taken(
    administrator: Client, clinic: Organization, settings: Settings
) -> None:
    settings.WEBHOOK_LOOPBACK = True
    assert SECRET.search(add(administrator, clinic, url="http://127.0.0.1:8080/hook"))


def test_an_address_added_by_hand_puts_its_host_on_the_partner_s_list(
    administrator: Client, clinic: Organization
) -> None:
    add(administrator, clinic, url="https://Hooks.saebit.example:8443/nungil")
    assert [str(one) for one in WebhookEndpoint.objects.get().client.hosts.all()] == ["hooks.saebit.example"]


def test_an_address_by_hand_needs_room_on_the_list(administrator: Client, clinic: Organization) -> None:
    client, _ = partners.token(clinic)
    for number in range(HOSTS_MOST):
        endpoints.allowed(client, f"h{number}.example")
    assert "as many hosts as it may have" in add(administrator, clinic, client=client.pk)
    assert SECRET.search(add(administrator, clinic, client=client.pk, url="https://h1.example/hook"))


def test_the_same_address_is_told_once(administrator: Client, clinic: Organization) -> None:
    client, _ = partners.token(clinic)
    add(administrator, clinic, client=client.pk)
    assert "at this address already" in add(administrator, clinic, client=client.pk)


def test_off_and_on(administrator: Client, clinic: Organization) -> None:
    endpoint = endpoints.active(clinic)
    page = administrator.post(reverse("webhook-off", args=[endpoint.public_id]), follow=True)
    assert "Nothing more is sent" in page.content.decode()
    administrator.post(reverse("webhook-on", args=[endpoint.public_id]))
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.REQUESTED


def test_dead_letters_are_seen_and_sent_again(administrator: Client, clinic: Organization) -> None:
    silent = endpoints.in_every_state(clinic)["silent"]
    page = administrator.get(reverse("webhook", args=[silent.public_id])).content.decode()
    assert "answered 500" in page
    assert "did not answer in time" in page
    dead = silent.messages.get(dead_at__isnull=False)
    address = reverse("webhook-replay-one", args=[silent.public_id, dead.pk])
    assert "1 message is sent again" in administrator.post(address, follow=True).content.decode()
    assert "Nothing was sent" in administrator.post(address, follow=True).content.decode()


def test_every_act_is_audited(administrator: Client, clinic: Organization) -> None:
    add(administrator, clinic)
    endpoint = WebhookEndpoint.objects.get()
    for name in ("webhook-test", "webhook-rotate", "webhook-off", "webhook-on"):
        administrator.post(reverse(name, args=[endpoint.public_id]))
    acts = AuditEvent.objects.filter(entity=f"records.webhookendpoint:{endpoint.pk}").order_by("pk")
    assert [one.action for one in acts] == ["C", "E", "U", "U", "U"]


@pytest.mark.parametrize(
    "name", ["webhook", "webhook-test", "webhook-rotate", "webhook-off", "webhook-on", "webhook-replay"]
)
def test_another_organization_s_endpoint_is_not_here(administrator: Client, name: str) -> None:
    endpoint = endpoints.active(cast.clinic())
    address = reverse(name, args=[endpoint.public_id])
    ask = administrator.get if name == "webhook" else administrator.post
    assert ask(address).status_code == 404
    assert endpoint.url not in administrator.get(reverse("webhooks")).content.decode()


def test_another_organization_s_partner_gets_no_address_here(
    administrator: Client, clinic: Organization
) -> None:
    stranger, _ = partners.token(cast.clinic())
    assert "Select a valid choice" in add(administrator, clinic, client=stranger.pk)
