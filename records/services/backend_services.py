"""Writes about partners' programs at the FHIR door: registration, keys, access tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import AssertionReplayed, PartnerClientInvalid, RecordNotFound
from records.key_sets import PublicKey, read_key_set
from records.models import (
    AuditAction,
    BackendService,
    BackendToken,
    PartnerClient,
    PartnerKey,
    Role,
    SpentAssertion,
)
from records.permission import role_required
from records.scopes import read_scopes, unreadable, write_scopes
from records.services.audit import audit_record
from records.services.partners import LEAK_MARK, TOKEN_BYTES, token_hash

TOKEN_LASTS = timedelta(minutes=5)  # SMART App Launch 2.2.0 asks for at most 300 s


@dataclass(frozen=True)
class BackendTokenMade:
    """`token` exists only here: it is sent once and never stored."""

    token: str
    scopes: str
    lasts: timedelta


@transaction.atomic
def backend_service_register(
    *, client_id: int, jwks: str, scopes: str, by: Actor, now: datetime
) -> BackendService:
    """Open the FHIR door to a client, or change its scopes and keys; keys that are not in `jwks` end at once.

    Parameters
    ----------
    client_id : the key of the PartnerClient.
    jwks : JSON of a key set, see records.key_sets.
    scopes : SMART v2, separated by spaces.

    Raises
    ------
    PartnerClientInvalid, KeySetInvalid
        Naming what to correct.
    RecordNotFound, RoleRefused
    """
    role_required(by, Role.ADMINISTRATOR)
    keys, scopes = read_key_set(jwks), _scopes(scopes)
    held = PartnerClient.objects.select_for_update(of=("self",), no_key=True)
    client = held.filter(pk=client_id, organization_id=by.organization_id, revoked_at=None).first()
    if client is None:
        raise RecordNotFound("no such partner in force here; check the list")
    service, made = BackendService.objects.update_or_create(
        client=client,
        defaults={"scopes": scopes},
        create_defaults={"scopes": scopes, "registered_at": now, "registered_by_id": by.practitioner_id},
    )
    _keys_replace(service, keys, now)
    action = AuditAction.CREATE if made else AuditAction.UPDATE
    audit_record(by=by, now=now, action=action, entity=service, detail=f"{len(keys)} keys; {scopes}"[:200])
    return service


@transaction.atomic
def backend_service_close(*, client_id: int, by: Actor, now: datetime) -> int:
    """Shut the FHIR door to a client: its keys and the tokens they got end at once. Returns how many keys.

    The client's own token for REST stays. Raises RecordNotFound, RoleRefused.
    """
    role_required(by, Role.ADMINISTRATOR)
    held = BackendService.objects.select_for_update(of=("self",))
    service = held.filter(client_id=client_id, client__organization_id=by.organization_id).first()
    if service is None:
        raise RecordNotFound("no such program here; check the list")
    ended = service.keys.filter(revoked_at=None).update(revoked_at=now)
    if ended:
        audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=service, detail=f"{ended} keys ended")
    return ended


def _scopes(text: str) -> str:
    if wrong := unreadable(text):
        raise PartnerClientInvalid("scopes", f"{wrong[0][:60]!r} is none; write it like system/Patient.rs")
    scopes = read_scopes(text)
    if not scopes or "*" in scopes:
        raise PartnerClientInvalid("scopes", "must name each resource type, such as system/Patient.rs")
    written = write_scopes(scopes)
    if len(written) > BackendService._meta.get_field("scopes").max_length:
        raise PartnerClientInvalid("scopes", "are too many; leave out what the program does not need")
    return written


def _keys_replace(service: BackendService, keys: tuple[PublicKey, ...], now: datetime) -> None:
    """The same key stays, with the tokens it got; another key of the same name takes its place."""
    wanted = {(key.key_id, key.jwk): key for key in keys}
    for row in service.keys.filter(revoked_at=None):
        if wanted.pop((row.key_id, row.jwk), None) is None:
            row.revoked_at = now
            row.save(update_fields=["revoked_at"])
    for key in wanted.values():
        PartnerKey.objects.create(
            service=service, key_id=key.key_id, algorithm=key.algorithm, jwk=key.jwk, added_at=now
        )


@transaction.atomic
def backend_token_issue(
    *, key: PartnerKey, jti: str, assertion_expires_at: datetime, scopes: str, now: datetime
) -> BackendTokenMade:
    """Spend an assertion whose signature was checked, for an access token.

    Raises
    ------
    AssertionReplayed
        It was spent before.
    """
    _spend(key.service, jti, assertion_expires_at)
    token = LEAK_MARK + secrets.token_urlsafe(TOKEN_BYTES)
    BackendToken.objects.create(
        key=key, token_hash=token_hash(token), scopes=scopes, issued_at=now, expires_at=now + TOKEN_LASTS
    )
    actor = key.service.client.actor()
    audit_record(by=actor, now=now, action=AuditAction.EXECUTE, entity=key.service, detail="access token")
    return BackendTokenMade(token, scopes, TOKEN_LASTS)


def _spend(service: BackendService, jti: str, expires_at: datetime) -> None:
    digest = hashlib.sha256(jti.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        with transaction.atomic():
            SpentAssertion.objects.create(service=service, jti_sha256=digest, expires_at=expires_at)
    except IntegrityError as error:
        if "assertion_spent_once" not in str(error):
            raise
        raise AssertionReplayed("sign a new assertion for every token, with a jti of its own") from None


def backend_tokens_forget(*, now: datetime) -> int:
    """Delete tokens and spent assertions that are no longer valid. Returns how many rows."""
    tokens = BackendToken.objects.filter(expires_at__lt=now).delete()[0]
    return tokens + SpentAssertion.objects.filter(expires_at__lt=now).delete()[0]
