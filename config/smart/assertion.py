"""A signed assertion (RFC 7523) read in two steps: whose it says it is, then whether that is so.

Source: SMART App Launch 2.2.0, "Backend Services" (facts/interop.md 1.3).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwk, jws
from joserfc.errors import JoseError

from records.key_sets import KEY_ID

ALGORITHMS = ("ES384", "RS384")
LONGEST = 8 * 1024
LASTS_AT_MOST = timedelta(minutes=5)
CLOCKS_DIFFER_BY = timedelta(seconds=10)
JTI_LONGEST = 255


class AssertionRefused(Exception):
    """The assertion proves nothing. The text is for logs of the partner: it says which rule was broken."""


@dataclass(frozen=True)
class Claimed:
    """What an assertion says of itself, before anything is proved."""

    client_id: UUID
    key_id: str
    algorithm: str


@dataclass(frozen=True)
class Proved:
    jti: str
    expires_at: datetime


def read_claimed(assertion: str) -> Claimed:
    """Which key would have to have signed it. Raises AssertionRefused."""
    header, claims = _parts(assertion)
    if header.get("alg") not in ALGORITHMS:
        raise AssertionRefused(f"alg must be {' or '.join(ALGORITHMS)}")
    key_id = header.get("kid")
    if header.get("typ", "JWT") != "JWT" or not isinstance(key_id, str) or not KEY_ID.fullmatch(key_id):
        raise AssertionRefused("the header needs typ JWT and the kid of a registered key")
    if "jku" in header:
        raise AssertionRefused("no jku is registered; keys are registered by value")
    try:
        client_id = UUID(claims["iss"])
    except (KeyError, ValueError, AttributeError, TypeError):
        raise AssertionRefused("iss must be the client_id") from None
    return Claimed(client_id, key_id, header["alg"])


def prove(assertion: str, *, public_jwk: str, algorithm: str, audience: str, now: datetime) -> Proved:
    """What the assertion proves, when the registered key signed it for this audience and moment.

    `algorithm` is the key's own: what the header asks for never chooses how a signature is checked.
    Raises AssertionRefused.
    """
    try:
        key = jwk.import_key(json.loads(public_jwk))
        signed = jws.deserialize_compact(assertion, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, AttributeError):
        raise AssertionRefused("the signature is not of the registered key") from None
    claims = _object(signed.payload)
    if claims.get("sub") != claims.get("iss"):
        raise AssertionRefused("sub must be the client_id, as iss is")
    if audience not in _listed(claims.get("aud")):
        raise AssertionRefused("aud must be the address of the token endpoint")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= JTI_LONGEST:
        raise AssertionRefused(f"jti must be text of 1 to {JTI_LONGEST} characters")
    return Proved(jti, _in_time(claims, now))


def _in_time(claims: Mapping[str, Any], now: datetime) -> datetime:
    expires_at = _moment(claims.get("exp"))
    if expires_at is None or expires_at <= now:
        raise AssertionRefused("exp is missing or has passed")
    if expires_at > now + LASTS_AT_MOST:
        raise AssertionRefused(
            "exp is more than five minutes ahead of our clock; four leave room for another"
        )
    not_before = _moment(claims.get("nbf", 0))
    if not_before is None or not_before > now + CLOCKS_DIFFER_BY:
        raise AssertionRefused("nbf lies ahead; check the clock")
    return expires_at


def _parts(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if len(assertion) > LONGEST:
        raise AssertionRefused("the assertion is too long")
    try:
        unproved = jws.extract_compact(assertion.encode("ascii"))
    except (JoseError, ValueError, TypeError, RecursionError):
        raise AssertionRefused("the assertion is no signed JWT") from None
    header = unproved.headers()
    if not isinstance(header, dict):
        raise AssertionRefused("the header is no object")
    return header, _object(unproved.payload)


def _object(payload: bytes) -> Mapping[str, Any]:
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        raise AssertionRefused("the claims are not JSON") from None
    if not isinstance(claims, dict):
        raise AssertionRefused("the claims are no object")
    return claims


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _listed(audience: object) -> list[object]:
    return audience if isinstance(audience, list) else [audience]
