"""A program subscribes, is asked whether it answers, reads what became of it, and ends it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from config.fhir.mapping.subscriptions import SECRET_URL
from config.webhooks import wakes, work
from records.models import AuditEvent, OffReason, Organization, WebhookEndpoint
from tests.factories import endpoints, receivers
from tests.factories import records as people
from tests.factories.receivers import Receiver, receiver
from tests.integration.config import fhir_case
from tests.integration.config.fhir_case import Caller, checked

SCOPES = "system/Subscription.crd system/Task.rus"


@pytest.fixture(autouse=True)
def _here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_LOOPBACK, settings.WEBHOOK_SECONDS = True, 1
    monkeypatch.setattr(wakes, "wake", lambda key, **_: None)


@pytest.fixture
def partner() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@pytest.fixture
def program(clinic: Organization) -> Caller:
    """Of a partner on whose list this machine stands."""
    return with_list(fhir_case.caller(clinic, scopes=SCOPES))


def with_list(calling: Caller) -> Caller:
    endpoints.allowed(calling.backend.client)
    return calling


def asked(url: str, **changes: Any) -> dict[str, Any]:
    channel = {"type": "rest-hook", "endpoint": url, "payload": "application/json"} | changes.pop(
        "channel", {}
    )
    whole = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "to fetch referrals",
        "criteria": "Task?",
        "channel": {name: value for name, value in channel.items() if value is not None},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def send(program: Caller, body: Any, method: str = "post", key: str = "") -> HttpResponse:
    call = getattr(program.backend.browser, method)
    headers = {"authorization": f"Bearer {program.token}"}
    given = {"data": json.dumps(body), "content_type": "application/fhir+json"} if body is not None else {}
    return call(f"/fhir/Subscription{key}", headers=headers, **given)


def subscribed(program: Caller, url: str, **changes: Any) -> dict[str, Any]:
    return checked(send(program, asked(url, **changes)), 201)


def test_from_requested_to_active_by_one_signed_test(program: Caller, partner: Receiver) -> None:
    made = subscribed(program, partner.url)
    (extension,) = made["channel"]["extension"]
    assert (made["status"], extension["url"]) == ("requested", SECRET_URL)
    work.deliver(WebhookEndpoint.objects.get().pk, clock=timezone.now)
    read = program.get(f"Subscription/{made['id']}")
    assert (read["status"], read["meta"]["versionId"]) == ("active", "2")
    assert "extension" not in read["channel"], "a secret is shown once"
    (got,) = partner.got
    assert Webhook(extension["valueString"]).verify(got.body, got.headers)["type"] == "endpoint.test"


def test_without_payload_the_body_is_empty_and_signed(program: Caller, partner: Receiver) -> None:
    made = subscribed(program, partner.url, channel={"payload": None})
    assert "payload" not in made["channel"]
    work.deliver(WebhookEndpoint.objects.get().pk, clock=timezone.now)
    (got,) = partner.got
    assert got.body == b""
    secret = made["channel"]["extension"][0]["valueString"]
    Webhook(secret).verify(b"", got.headers, json_parse=False)


def test_one_that_does_not_answer_is_in_error(program: Caller, partner: Receiver) -> None:
    made = subscribed(program, partner.url)
    endpoint = WebhookEndpoint.objects.get()
    work.deliver(endpoint.pk, clock=timezone.now)
    partner.answer = receivers.cut_at_once
    endpoints.message(endpoint, 1)
    work.deliver(endpoint.pk, clock=timezone.now)
    read = program.get(f"Subscription/{made['id']}")
    assert (read["status"], bool(read["error"])) == ("error", True)


def test_it_is_deleted_twice_and_then_gone(program: Caller, partner: Receiver) -> None:
    key = f"/{subscribed(program, partner.url)['id']}"
    assert [send(program, None, "delete", key).status_code for _ in range(2)] == [204, 204]
    gone = program.get(f"Subscription{key}", status=410)
    assert gone["issue"][0]["code"] == "deleted"
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.off_reason == OffReason.DELETED
    acts = AuditEvent.objects.filter(entity=f"records.webhookendpoint:{endpoint.pk}")
    assert [one.action for one in acts.order_by("pk")] == ["C", "U"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"resourceType": "Task"}, 400),
        ({"channel": {"type": "websocket"}}, 422),
        ({"channel": {"payload": "application/fhir+json"}}, 422),
        ({"channel": {"header": ["Authorization: x"]}}, 422),
        ({"channel": {"endpoint": "https://10.0.0.1/"}}, 422),
        ({"channel": {"endpoint": 7}}, 422),
        ({"criteria": "Patient?name=Kim"}, 422),
        ({"criteria": ["Task?"]}, 422),
        ({"criteria": None}, 422),
        ({"status": "active"}, 422),
        ({"reason": None}, 422),
        ({"end": "2030-01-01T00:00:00Z"}, 422),
    ],
)
def test_what_is_not_offered_is_refused_with_an_outcome(
    program: Caller, changes: dict[str, Any], status: int
) -> None:
    reply = checked(send(program, asked(endpoints.PUBLIC_URL, **changes)), status)
    assert reply["resourceType"] == "OperationOutcome"
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        endpoints.PUBLIC_URL,
        "https://127.0.0.1.saebit.example/",
        "https://hooks.hospital.example.evil.example/",
        "https://hospital.example/",
        "https://a.hooks.hospital.example/",
    ],
)
def test_a_public_host_that_is_not_on_the_list_is_refused_and_the_clinic_is_named(
    program: Caller, url: str
) -> None:
    endpoints.allowed(program.backend.client, "*.hospital.example")
    reply = checked(send(program, asked(url)), 422)
    (issue,) = reply["issue"]
    assert "ask an administrator of the clinic" in issue["diagnostics"]
    assert issue["expression"] == ["Subscription.channel.endpoint"]
    assert not WebhookEndpoint.objects.exists()


def test_a_host_that_the_list_lets_through_is_taken(program: Caller) -> None:
    endpoints.allowed(program.backend.client, "*.hospital.example")
    subscribed(program, "https://Hooks.hospital.example/nungil")


def test_the_list_of_another_partner_opens_nothing(clinic: Organization, program: Caller) -> None:
    endpoints.allowed(fhir_case.caller(clinic, scopes=SCOPES).backend.client, "saebit.example")
    checked(send(program, asked(endpoints.PUBLIC_URL)), 422)


def test_a_subscription_whose_host_was_taken_off_is_in_error(program: Caller, partner: Receiver) -> None:
    made = subscribed(program, partner.url)
    endpoint = WebhookEndpoint.objects.get()
    work.deliver(endpoint.pk, clock=timezone.now)
    program.backend.client.hosts.update(removed_at=timezone.now())
    endpoints.message(endpoint, 1)
    work.deliver(endpoint.pk, clock=timezone.now)
    assert program.get(f"Subscription/{made['id']}")["status"] == "error"
    assert len(partner.got) == 1


@pytest.mark.parametrize("body", [[], "x", 7, None])
def test_what_is_no_object_is_refused(program: Caller, body: Any) -> None:
    checked(send(program, body), 415 if body is None else 400)


def test_the_same_twice_is_a_conflict(program: Caller, partner: Receiver) -> None:
    subscribed(program, partner.url)
    checked(send(program, asked(partner.url)), 409)


def test_another_program_s_and_another_organization_s_are_not_there(
    clinic: Organization, program: Caller, partner: Receiver
) -> None:
    key = f"/{subscribed(program, partner.url)['id']}"
    for other in (fhir_case.caller(clinic, scopes=SCOPES), fhir_case.caller(people.clinic(), scopes=SCOPES)):
        other.get(f"Subscription{key}", status=404)
        assert send(other, None, "delete", key).status_code == 404
    by_hand = endpoints.active(clinic, client=program.backend.client)
    program.get(f"Subscription/{by_hand.public_id}", status=404)


def test_a_scope_is_needed_for_each(clinic: Organization, program: Caller, partner: Receiver) -> None:
    key = f"/{subscribed(program, partner.url)['id']}"
    reader = fhir_case.caller(clinic, scopes="system/Task.rus")
    checked(send(reader, asked(partner.url)), 403)
    checked(send(reader, None, "get", key), 403)
    checked(send(reader, None, "delete", key), 403)


def test_the_statement_says_so(program: Caller) -> None:
    (rest,) = program.get("metadata")["rest"]
    (offered,) = [one for one in rest["resource"] if one["type"] == "Subscription"]
    assert [one["code"] for one in offered["interaction"]] == ["create", "read", "delete"]
