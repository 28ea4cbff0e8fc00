"""Who may call, how often, and what happens when the same request comes twice."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from records import services
from records.models import AuditEvent, IdempotentReply, Organization, PartnerClient, Role
from screening.models import Encounter, PartnerScreening
from tests.factories import partners
from tests.factories import records as cast
from tests.factories.partners import SCREENINGS, Partner, jpeg_file, meta


@pytest.fixture
def partner(clinic: Organization) -> Partner:
    return Partner(partners.token(clinic)[1])


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """Wrong tokens are counted by machine, and all tests come from one."""
    cache.clear()


def test_without_a_token_nothing_is_told(db: None) -> None:
    for headers in (
        {},
        {"authorization": "Basic eDp5"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer nungil_wrong"},
    ):
        reply = Client(headers=headers).get(SCREENINGS)
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
        assert reply.headers["Content-Type"] == "application/problem+json"


def test_a_session_of_the_portal_opens_nothing_here(clinic: Organization) -> None:
    browser = Client()
    browser.force_login(cast.member(clinic, Role.ADMINISTRATOR).practitioner.user)
    assert browser.get(SCREENINGS).status_code == 401


def test_a_revoked_token_ends_at_once(clinic: Organization) -> None:
    client, token = partners.token(clinic)
    assert Partner(token).get().status_code == 200
    services.partner_client_revoke(
        client_id=client.pk,
        by=cast.actor(clinic, Role.ADMINISTRATOR),
        now=timezone.now(),
        reason="leaked",
    )
    assert Partner(token).get().status_code == 401


def test_an_expired_token_opens_nothing(clinic: Organization) -> None:
    client, token = partners.token(clinic)
    PartnerClient.objects.filter(pk=client.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert Partner(token).get().status_code == 401


def test_the_use_of_a_token_is_noted_once_an_hour(clinic: Organization) -> None:
    client, token = partners.token(clinic)
    Partner(token).get()
    first = PartnerClient.objects.get(pk=client.pk).last_used_at
    Partner(token).get()
    assert first is not None
    assert PartnerClient.objects.get(pk=client.pk).last_used_at == first


def test_a_client_that_asks_too_often_is_told_how_long_to_wait(
    partner: Partner, settings: LazySettings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    answers = [partner.get() for _ in range(4)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Policy"] == '"client";q=1;w=60'
    assert refused.headers["RateLimit"].startswith('"client";r=0;t=')
    assert refused.json()["type"].endswith("#rate-limited")


def test_another_client_is_not_held_up(
    partner: Partner, clinic: Organization, settings: LazySettings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    for _ in range(6):
        partner.get()
    assert Partner(partners.token(clinic)[1]).get().status_code == 200


def test_whoever_guesses_tokens_is_slowed_down_and_good_tokens_still_work(
    partner: Partner, settings: LazySettings
) -> None:
    settings.API_WRONG_TOKENS_PER_MINUTE = 2
    guesses = [Partner(f"nungil_{number}").get().status_code for number in range(6)]
    assert set(guesses) == {401, 429}
    assert partner.get().status_code == 200


def test_without_redis_a_partner_is_still_served(
    partner: Partner, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere.sock"}}
    assert partner.get().status_code == 200
    assert partner.send().status_code == 202
    assert "Redis does not answer" in caplog.text


def test_the_same_request_again_gets_the_same_reply_and_makes_nothing(partner: Partner) -> None:
    given = meta()
    first = partner.send(given, key="one")
    # The order of the keys of an object is no content.
    again = partner.send(dict(reversed(given.items())), key="one")
    assert (first.status_code, again.status_code) == (202, 202)
    assert (first.json(), first.headers["Location"]) == (again.json(), again.headers["Location"])
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Encounter.objects.count() == 1


@pytest.mark.parametrize("what", ["meta", "photograph", "eye"])
def test_the_same_key_with_other_content_is_refused(partner: Partner, what: str) -> None:
    given = meta()
    partner.send(given, key="one", right=jpeg_file(1))
    other = {
        "meta": lambda: partner.send(given | {"camera": "other"}, key="one", right=jpeg_file(1)),
        "photograph": lambda: partner.send(given, key="one", right=jpeg_file(2)),
        "eye": lambda: partner.send(given, key="one", left=jpeg_file(1)),
    }[what]()
    assert (other.status_code, other.json()["type"]) == (422, "/api/docs/problems/#idempotency-key-reused")
    assert Encounter.objects.count() == 1


def test_a_request_under_way_is_not_begun_again(clinic: Organization) -> None:
    _, token = partners.token(clinic)
    given = meta()
    Partner(token).send(given, key="one")
    IdempotentReply.objects.update(status=None, body="")
    reply = Partner(token).send(given, key="one")
    assert (reply.status_code, reply.json()["type"]) == (409, "/api/docs/problems/#request-under-way")


def test_a_request_whose_server_died_may_be_sent_again(partner: Partner) -> None:
    partner.send(meta(), key="one")
    IdempotentReply.objects.update(status=None, body="", claimed_at=timezone.now() - timedelta(minutes=3))
    assert partner.send(meta(), key="one").status_code == 202


def test_a_refused_request_frees_its_key_for_the_corrected_one(partner: Partner) -> None:
    assert partner.send(meta(consent=[]), key="one").status_code == 422
    assert partner.send(meta(), key="one").status_code == 202


def test_two_clients_may_use_the_same_key(clinic: Organization) -> None:
    for _ in range(2):
        assert Partner(partners.token(clinic)[1]).send(meta(), key="one").status_code == 202
    assert Encounter.objects.count() == 2


def test_the_same_external_id_under_a_new_key_is_refused(partner: Partner) -> None:
    partner.send(meta(external_id="V-1"))
    reply = partner.send(meta(external_id="V-1"), right=jpeg_file(8))
    assert (reply.status_code, reply.json()["type"]) == (409, "/api/docs/problems/#external-id-taken")
    assert Encounter.objects.count() == 1


def test_old_replies_are_forgotten(partner: Partner) -> None:
    partner.send(key="one")
    assert services.replies_forget(now=timezone.now()) == 0
    assert services.replies_forget(now=timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_threads_with_one_key_make_one_record() -> None:
    clinic = cast.clinic()
    _, token = partners.token(clinic)
    given = meta()

    def send(_: int) -> int:
        try:
            return Partner(token).send(given, key="one").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert set(answers) <= {202, 409}
    assert 202 in answers
    assert PartnerScreening.objects.count() == Encounter.objects.count() == 1
    assert Partner(token).send(given, key="one").headers["Idempotency-Replayed"] == "true"


def test_no_log_and_no_audit_row_holds_a_token(
    clinic: Organization, caplog: pytest.LogCaptureFixture, settings: LazySettings
) -> None:
    caplog.set_level(logging.DEBUG)
    client, token = partners.token(clinic)
    partner = Partner(token)
    partner.send()
    partner.send("no json")
    Partner("nungil_guessed-wrong-token").get()
    written = caplog.text + json.dumps(list(AuditEvent.objects.values("detail", "reason", "actor", "entity")))
    for secret in (token, token.removeprefix("nungil_"), client.token_hash, "guessed-wrong-token"):
        assert secret not in written
