"""What we sign, the reference library of the standard verifies."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from referrals.gateways.partner.signing import PREFIX, new_secret, signed_headers

BODIES = st.text(st.characters(codec="utf-8"), max_size=200).map(str.encode)


def now() -> datetime:
    return datetime.now(UTC)


@given(BODIES)
def test_the_reference_library_verifies_what_was_signed(body: bytes) -> None:
    secret = new_secret()
    Webhook(secret).verify(body, signed_headers("msg_1", now(), body, [secret]), json_parse=False)


@given(BODIES, BODIES)
def test_another_body_or_another_secret_does_not_verify(body: bytes, other: bytes) -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", now(), body, [secret])
    for given_body, key in ((body, new_secret()), *([(other, secret)] if other != body else [])):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(given_body, headers, json_parse=False)


def test_during_a_rotation_both_secrets_verify() -> None:
    old, new = new_secret(), new_secret()
    headers = signed_headers("msg_1", now(), b"{}", [new, old])
    assert Webhook(old).verify(b"{}", headers) == Webhook(new).verify(b"{}", headers) == {}


def test_what_is_old_does_not_verify() -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", now() - timedelta(minutes=6), b"{}", [secret])
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(b"{}", headers)


def test_a_secret_is_as_long_as_the_standard_asks_and_told_by_its_beginning() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(secret.startswith(PREFIX) and len(secret) == len(PREFIX) + 44 for secret in secrets)
