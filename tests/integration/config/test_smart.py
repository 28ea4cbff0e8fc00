"""A partner's program and its access token: every assertion here is really signed."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.smart.assertion import AssertionRefused, prove
from records import services
from records.models import AuditEvent, BackendToken, Organization, PartnerKey, Role, SpentAssertion
from records.selectors import backend_token_by_hash
from records.services.partners import token_hash
from tests.factories import backends, partners
from tests.factories import records as cast
from tests.factories.backends import Backend


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def backend(clinic: Organization) -> Backend:
    return backends.backend(clinic)


def _refused(reply: Any, status: int = 401, code: str = "invalid_client") -> None:
    assert (reply.status_code, reply.json()["error"]) == (status, code)
    assert not BackendToken.objects.exists()


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_the_configuration_says_where_and_how(db: None) -> None:
    said = Client().get("/fhir/.well-known/smart-configuration").json()
    assert said["token_endpoint"] == backends.AUDIENCE
    assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert set(said["token_endpoint_auth_signing_alg_values_supported"]) == {"ES384", "RS384"}
    assert {"system/Subscription.crd", "system/Task.rus", "system/Organization.rs"} <= set(
        said["scopes_supported"]
    )
    assert "client-confidential-asymmetric" in said["capabilities"]


@pytest.mark.parametrize("make", [backends.ec_key, backends.rsa_key])
def test_a_signed_assertion_is_answered_with_a_token_of_five_minutes(clinic: Organization, make: Any) -> None:
    backend = backends.backend(clinic, key=make())
    reply = backend.ask()
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    said = reply.json()
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("bearer", 300, backends.EVERYTHING)
    now = timezone.now()
    token = backend_token_by_hash(token_hash(said["access_token"]), now=now)
    assert token is not None
    assert token.key.service == backend.service
    assert backend_token_by_hash(token_hash(said["access_token"]), now=now + timedelta(minutes=6)) is None
    assert said["access_token"] not in str(BackendToken.objects.values())


def test_a_token_leaves_an_audit_row_in_the_client_s_organization(backend: Backend) -> None:
    backend.token()
    row = AuditEvent.objects.latest("pk")
    assert (row.organization_id, row.actor) == (
        backend.client.organization_id,
        f"partner:{backend.client.pk}",
    )


def test_an_assertion_is_good_once(backend: Backend) -> None:
    assertion = backend.assertion()
    assert backend.ask(assertion).status_code == 200
    assert backend.ask(assertion).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_who_show_an_assertion_at_once_one_gets_a_token() -> None:
    backend = backends.backend(cast.clinic())
    assertion = backend.assertion()

    def ask(_: int) -> int:
        try:
            return backend.ask(assertion).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(ask, range(2))) == [200, 401]


def test_alg_none_proves_nothing(backend: Backend) -> None:
    header = {"alg": "none", "typ": "JWT", "kid": backend.key.kid}
    _refused(backend.ask(f"{_part(header)}.{_part(backend.claims())}."))


def test_a_public_key_is_no_shared_secret(backend: Backend) -> None:
    header = {"alg": "HS384", "typ": "JWT", "kid": backend.key.kid}
    signed = f"{_part(header)}.{_part(backend.claims())}"
    stored = PartnerKey.objects.get().jwk.encode()
    for secret in (stored, backend.key.as_pem(private=False)):
        mac = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), hashlib.sha384).digest())
        _refused(backend.ask(f"{signed}.{mac.decode().rstrip('=')}"))


def test_an_rs384_key_does_not_open_where_an_es384_key_is_registered(backend: Backend) -> None:
    other = Backend(backend.service, backends.rsa_key(backend.key.kid), "RS384")
    _refused(other.ask())


def test_another_key_of_the_same_name_does_not_open(backend: Backend) -> None:
    _refused(Backend(backend.service, backends.ec_key(backend.key.kid)).ask())


def test_a_signature_of_other_claims_does_not_open(backend: Backend) -> None:
    header, _, signature = backend.assertion().split(".")
    _refused(backend.ask(f"{header}.{_part(backend.claims(exp=2_000_000_000))}.{signature}"))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/oauth/token"},
        {"aud": None},
        {"aud": []},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"exp": 1e300},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 256},
        {"sub": "somebody"},
        {"sub": None},
        {"iss": None},
        {"iss": "somebody"},
        {"iss": 7},
        {"iss": "5f0c2d0e-0000-4000-8000-000000000000"},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(backend: Backend, claims: dict[str, Any]) -> None:
    _refused(backend.ask(backend.assertion(**claims)))


def test_more_than_five_minutes_ahead_is_refused(backend: Backend) -> None:
    now = timezone.now().replace(microsecond=0)
    last = int(now.timestamp()) + 300
    rest = {"algorithm": "ES384", "audience": backend.audience, "now": now}
    public = json.dumps(backend.key.as_dict(private=False))
    assert prove(backend.assertion(exp=last), public_jwk=public, **rest).expires_at.timestamp() == last
    with pytest.raises(AssertionRefused, match="five minutes"):
        prove(backend.assertion(exp=last + 1), public_jwk=public, **rest)
    _refused(backend.ask(backend.assertion(exp=last + 9)))


@pytest.mark.parametrize(
    "header", [{"kid": "unknown"}, {"jku": "https://elsewhere.example/jwks"}, {"typ": "JWE"}], ids=str
)
def test_a_wrong_header_is_refused(backend: Backend, header: dict[str, str]) -> None:
    _refused(backend.ask(backend.assertion(header)))


@pytest.mark.parametrize("text", ["x", "a.b.c", "....", "ä.ö.ü", "A" * 9000, "e30.e30.e30"])
def test_what_is_no_assertion_is_refused(backend: Backend, text: str) -> None:
    _refused(backend.ask(text))


@pytest.mark.parametrize(
    "header",
    [
        ["alg"],
        "alg",
        7,
        None,
        {"kid": "a\0b"},
        {"kid": "\ud800"},
        {"kid": ""},
        {"kid": "k" * 129},
        {"kid": ["k"]},
        {"alg": ["ES384"]},
        {"alg": {}},
        {"crit": 5},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
    ],
    ids=ascii,
)
def test_a_header_that_nobody_signed_is_refused_and_counted(
    backend: Backend, header: Any, settings: Any
) -> None:
    settings.API_WRONG_TOKENS_PER_MINUTE = 1
    whole = {"alg": "ES384", "kid": backend.key.kid} | header if isinstance(header, dict) else header
    forged = f"{_part(whole)}.{_part(backend.claims())}.{'A' * 128}"
    _refused(backend.ask(forged))
    assert backend.ask(forged).status_code == 429


def test_a_header_nested_without_end_is_refused(backend: Backend) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 5900).decode().rstrip("=")
    _refused(backend.ask(f"{nested}.e30.AAAA"))
    _refused(backend.ask(f"{_part({'alg': 'ES384', 'kid': 'x'})}.{nested[:7000]}.AAAA"))


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "jti"])
@pytest.mark.parametrize("value", ["\0", "\ud800", [], {}, ["\0"], 7, True], ids=ascii)
def test_an_odd_claim_never_fails_on_our_side(backend: Backend, name: str, value: Any) -> None:
    status = backend.ask(backend.assertion(**{name: value})).status_code
    assert status == (200 if name == "jti" and isinstance(value, str) else 401)


def test_a_key_of_another_client_does_not_open(backend: Backend) -> None:
    other = backends.backend(cast.clinic())
    _refused(Backend(backend.service, other.key).ask())


def test_a_revoked_client_gets_no_token_and_its_tokens_end(backend: Backend) -> None:
    token = backend.token()
    services.partner_client_revoke(
        client_id=backend.client.pk,
        by=cast.actor(backend.client.organization, Role.ADMINISTRATOR),
        now=timezone.now(),
        reason="contract ended",
    )
    assert backend_token_by_hash(token_hash(token), now=timezone.now()) is None
    assert backend.ask().status_code == 401


def test_a_key_that_is_taken_out_ends_with_its_tokens(backend: Backend) -> None:
    token = backend.token()
    _registered_again(backend, backends.jwks(backends.ec_key()))
    assert backend_token_by_hash(token_hash(token), now=timezone.now()) is None
    assert backend.ask().status_code == 401


def test_a_key_that_stays_keeps_its_tokens(backend: Backend) -> None:
    token = backend.token()
    _registered_again(backend, backends.jwks(backend.key, backends.ec_key()))
    assert backend_token_by_hash(token_hash(token), now=timezone.now()) is not None


def _registered_again(backend: Backend, jwks: str) -> None:
    by = cast.actor(backend.client.organization, Role.ADMINISTRATOR)
    services.backend_service_register(
        client_id=backend.client.pk, jwks=jwks, scopes=backend.service.scopes, by=by, now=timezone.now()
    )


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (None, backends.EVERYTHING),
        ("system/Patient.r", "system/Patient.r"),
        ("launch/patient%20system/Patient.rs", "system/Patient.rs"),
        ("system/*.r", "system/Patient.r system/Task.r"),
        ("system/Patient.cruds%20system/Media.c", "system/Patient.rs"),
    ],
)
def test_what_is_granted_is_what_is_asked_and_registered(
    backend: Backend, asked: str | None, given: str
) -> None:
    assert backend.ask(scope=asked).json()["scope"] == given


def test_a_scope_that_is_not_registered_is_told(backend: Backend) -> None:
    _refused(backend.ask(scope="system/Media.c"), 400, "invalid_scope")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "invalid_request"),
        ({"client_assertion_type": "x"}, "invalid_request"),
        ({"client_assertion": None}, "invalid_request"),
    ],
)
def test_a_form_that_is_no_request_for_a_token_is_told(
    backend: Backend, form: dict[str, Any], code: str
) -> None:
    _refused(backend.ask(**form), 400, code)


def test_a_form_sent_as_json_is_told(backend: Backend) -> None:
    _refused(
        backend.browser.post(backends.TOKEN, {}, content_type="application/json"), 400, "invalid_request"
    )


def test_who_guesses_is_stopped_and_a_good_assertion_still_opens(backend: Backend, settings: Any) -> None:
    settings.API_WRONG_TOKENS_PER_MINUTE = 2
    replies = [backend.ask("x").status_code for _ in range(3)]
    assert replies == [401, 401, 429]
    assert backend.ask().status_code == 200


def test_a_client_gets_so_many_tokens_a_minute_and_another_client_is_not_held_up(
    backend: Backend, settings: Any
) -> None:
    settings.API_TOKENS_PER_MINUTE = 2
    replies = [backend.ask() for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert 1 <= int(replies[-1].headers["Retry-After"]) <= 60
    assert BackendToken.objects.count() == 2
    assert backends.backend(backend.client.organization).ask().status_code == 200


def test_forged_assertions_do_not_use_up_a_client_s_tokens(backend: Backend, settings: Any) -> None:
    settings.API_TOKENS_PER_MINUTE = 1
    forger = Backend(backend.service, backends.ec_key(backend.key.kid))
    assert [forger.ask().status_code for _ in range(3)] == [401, 401, 401]
    assert backend.ask().status_code == 200


def test_tokens_and_assertions_that_ended_are_forgotten(backend: Backend) -> None:
    backend.token()
    assert services.backend_tokens_forget(now=timezone.now()) == 0
    services.backend_tokens_forget(now=timezone.now() + timedelta(minutes=6))
    assert not BackendToken.objects.exists()
    assert not SpentAssertion.objects.exists()


def test_an_administrator_registers_a_program_with_a_command(clinic: Organization, tmp_path: Path) -> None:
    admin = cast.member(clinic, Role.ADMINISTRATOR)
    client, _ = partners.token(clinic)
    file = tmp_path / "jwks.json"
    file.write_text(backends.jwks(backends.ec_key()))
    options = {"partner": client.pk, "jwks": file, "scopes": "system/Task.rs"}
    call_command("register_fhir_client", by=admin.practitioner.user.username, **options)
    assert client.backend_service.scopes == "system/Task.rs"
    stranger = cast.member(cast.clinic(), Role.ADMINISTRATOR)
    with pytest.raises(CommandError):
        call_command("register_fhir_client", by=stranger.practitioner.user.username, **options)
