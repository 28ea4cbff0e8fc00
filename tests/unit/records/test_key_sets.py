import json
from typing import Any

import pytest

from records.errors import KeySetInvalid
from records.key_sets import read_key_set
from tests.factories import backends


def test_public_keys_of_both_kinds_are_read() -> None:
    ec, rsa = backends.ec_key("a"), backends.rsa_key("b")
    keys = read_key_set(backends.jwks(ec, rsa))
    assert [(key.key_id, key.algorithm) for key in keys] == [("a", "ES384"), ("b", "RS384")]


def _with(**changes: Any) -> str:
    key = {**backends.ec_key("a").as_dict(private=False), **changes}
    return json.dumps({"keys": [{name: value for name, value in key.items() if value is not None}]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"keys": []}',
        '{"keys": [7]}',
        json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]}),
        _with(kid=None),
        _with(kid="a b"),
        _with(alg="ES256"),
        _with(use="enc"),
        _with(crv="P-256"),
        _with(x="AAAA"),
        _with(x=7),
        _with(d="c2VjcmV0"),
        backends.jwks(backends.rsa_key("a", 1024)),
        backends.jwks(backends.ec_key("a"), backends.ec_key("a")),
        backends.jwks(*[backends.ec_key() for _ in range(11)]),
    ],
)
def test_what_is_no_set_of_public_keys_is_refused(text: str) -> None:
    with pytest.raises(KeySetInvalid):
        read_key_set(text)


def test_a_private_key_is_refused_without_repeating_it() -> None:
    private = backends.ec_key("a").as_dict(private=True)
    with pytest.raises(KeySetInvalid) as refused:
        read_key_set(json.dumps({"keys": [private]}))
    assert private["d"] not in str(refused.value)
