"""Writes about partners: their tokens, and the replies that they may ask for again."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import PartnerClientInvalid, RecordNotFound
from records.models import AuditAction, FoundPatient, PartnerClient, Patient, Role
from records.permission import role_required
from records.services.audit import audit_record

# A fixed beginning lets scanners of code and logs find a leaked token.
LEAK_MARK = "nungil_"
TOKEN_BYTES = 32
SHOWN_CHARACTERS = len(LEAK_MARK) + 4
USE_NOTED_EVERY = timedelta(hours=1)
FOUND_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class TokenMade:
    """`token` exists only here: it is shown once and never stored."""

    client: PartnerClient
    token: str


def token_hash(token: str) -> str:
    """What is stored and looked up. A token that is guessed wrong by one character hashes to another value."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def partner_client_create(
    *, name: str, by: Actor, now: datetime, expires_at: datetime | None = None
) -> TokenMade:
    """Make a client of the actor's organization and its token.

    Raises
    ------
    PartnerClientInvalid
        Naming the field to correct.
    RoleRefused
    """
    role_required(by, Role.ADMINISTRATOR)
    name = " ".join(name.split())
    _check(name, expires_at, now)
    token = LEAK_MARK + secrets.token_urlsafe(TOKEN_BYTES)
    client = PartnerClient(
        organization_id=by.organization_id,
        name=name,
        token_prefix=token[:SHOWN_CHARACTERS],
        token_hash=token_hash(token),
        created_at=now,
        created_by_id=by.practitioner_id,
        expires_at=expires_at,
    )
    _insert_unless_taken(client)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=client)
    return TokenMade(client, token)


def _check(name: str, expires_at: datetime | None, now: datetime) -> None:
    longest = PartnerClient._meta.get_field("name").max_length
    if not name or len(name) > longest or "\x00" in name:
        raise PartnerClientInvalid("name", f"must be 1 to {longest} characters of plain text; shorten it")
    if expires_at is not None and expires_at <= now:
        raise PartnerClientInvalid("expires_at", "has passed; choose a later day or leave it empty")


def _insert_unless_taken(client: PartnerClient) -> None:
    try:
        with transaction.atomic():
            client.save(force_insert=True)
    except IntegrityError as error:
        if "partner_client_name_once_in_force" not in str(error):
            raise
        raise PartnerClientInvalid("name", "is in use; choose another name or revoke the old token") from None


@transaction.atomic
def partner_client_revoke(*, client_id: int, by: Actor, now: datetime, reason: str) -> PartnerClient:
    """End a client's token at once. Revoking twice changes nothing.

    Raises
    ------
    PartnerClientInvalid
        No reason was given.
    RecordNotFound, RoleRefused
    """
    role_required(by, Role.ADMINISTRATOR)
    reason = " ".join(reason.split())
    longest = PartnerClient._meta.get_field("revoked_reason").max_length
    if not reason or len(reason) > longest or "\x00" in reason:
        raise PartnerClientInvalid("reason", f"must be 1 to {longest} characters; say why in a few words")
    held = PartnerClient.objects.select_for_update(of=("self",), no_key=True)
    client = held.filter(pk=client_id, organization_id=by.organization_id).first()
    if client is None:
        raise RecordNotFound("no such partner here; check the list")
    if client.revoked_at is not None:
        return client
    client.revoked_at, client.revoked_by_id, client.revoked_reason = now, by.practitioner_id, reason
    client.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=client, reason=reason)
    return client


def partner_client_used(*, client: PartnerClient, now: datetime) -> None:
    """Note that a token is in use, at most once an hour: no write with every request."""
    if client.last_used_at is None or now - client.last_used_at >= USE_NOTED_EVERY:
        PartnerClient.objects.filter(pk=client.pk).update(last_used_at=now)


def patient_found(*, patient: Patient, client: PartnerClient, now: datetime) -> None:
    """Note that a client found or registered a person by record number: it may send photographs of them for a day."""
    FoundPatient.objects.update_or_create(client=client, patient=patient, defaults={"found_at": now})


def found_patients_forget(*, now: datetime) -> int:
    """Delete notes that allow nothing any more. Returns how many."""
    return FoundPatient.objects.filter(found_at__lte=now - FOUND_FOR).delete()[0]
