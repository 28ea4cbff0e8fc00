"""A partner's JSON Web Key Set as it is registered: public keys for ES384 and RS384, and nothing else.

Source: SMART App Launch 2.2.0, "Registering a client's public key" (facts/interop.md 1.3).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from records.errors import KeySetInvalid

KEYS_MOST = 10
KEY_SET_MAX_BYTES = 64 * 1024
# NIST SP 800-131A: no shorter RSA key is allowed for signatures; longer ones only cost the verifier time.
RSA_BITS = range(2048, 8193)
KEY_ID = re.compile(r"[!-~]{1,128}")
# What makes a key a private or a shared one (RFC 7518, 6.2.2, 6.3.2 and 6.4.1).
_SECRET = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


@dataclass(frozen=True)
class PublicKey:
    """`jwk`: JSON of the public members only. `algorithm`: the one this key may be used with."""

    key_id: str
    algorithm: str
    jwk: str


def read_key_set(text: str) -> tuple[PublicKey, ...]:
    """The keys of a set. Raises KeySetInvalid, saying what to correct; it never repeats what was given."""
    if len(text.encode("utf-8", "surrogatepass")) > KEY_SET_MAX_BYTES:
        raise KeySetInvalid(f"is larger than {KEY_SET_MAX_BYTES // 1024} KB; register public keys only")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise KeySetInvalid('is not JSON; give {"keys": [...]}') from None
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= KEYS_MOST:
        raise KeySetInvalid(f'must be {{"keys": [...]}} with 1 to {KEYS_MOST} keys')
    read = tuple(_key(key, number) for number, key in enumerate(keys, 1))
    if len({key.key_id for key in read}) < len(read):
        raise KeySetInvalid("has two keys with the same kid; give each a kid of its own")
    return read


def _key(given: Any, number: int) -> PublicKey:
    if not isinstance(given, dict):
        raise KeySetInvalid(f"key {number} is not an object")
    if any(member in given for member in _SECRET):
        raise KeySetInvalid(
            f"key {number} is a private or shared key; make a new pair, and give its public half"
        )
    key_id = given.get("kid")
    if not isinstance(key_id, str) or not KEY_ID.fullmatch(key_id):
        raise KeySetInvalid(f"key {number} needs a kid of 1 to 128 visible ASCII characters")
    if given.get("use", "sig") != "sig" or "verify" not in given.get("key_ops", ["verify"]):
        raise KeySetInvalid(f"key {number} is not for signatures; give one with use sig")
    algorithm, public = _public(given, number)
    if given.get("alg", algorithm) != algorithm:
        raise KeySetInvalid(f"key {number} is for another algorithm; use ES384 or RS384")
    return PublicKey(key_id, algorithm, json.dumps(public, sort_keys=True))


def _public(given: dict[str, Any], number: int) -> tuple[str, dict[str, str]]:
    try:
        if given.get("kty") == "EC" and given.get("crv") == "P-384":
            ECKey.import_key(_members(given, "kty", "crv", "x", "y")).raw_value  # noqa: B018  # is on the curve
            return "ES384", _members(given, "kty", "crv", "x", "y")
        if given.get("kty") == "RSA":
            rsa = RSAKey.import_key(_members(given, "kty", "n", "e"))
            if rsa.raw_value.key_size in RSA_BITS:
                return "RS384", _members(given, "kty", "n", "e")
            raise KeySetInvalid(f"key {number} must have {RSA_BITS[0]} to {RSA_BITS[-1]} bits")
    except (JoseError, ValueError, KeyError, TypeError):
        raise KeySetInvalid(f"key {number} cannot be read; export it again") from None
    raise KeySetInvalid(f"key {number} must be an EC key on P-384 or an RSA key")


def _members(given: dict[str, Any], *names: str) -> dict[str, str]:
    members = {name: given[name] for name in names}
    if not all(isinstance(text, str) for text in members.values()):
        raise ValueError("a member is no text")
    return members
