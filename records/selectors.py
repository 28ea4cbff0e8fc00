"""Reads of the register that other apps need."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from records.allowed_hosts import is_allowed
from records.errors import ConsentMissing, RecordNotFound
from records.models import (
    BackendToken,
    Consent,
    Organization,
    PartnerClient,
    PartnerHost,
    PartnerKey,
    Patient,
)


def consent_in_force(patient: Patient, scope: str) -> Consent:
    """The consent in force. Raises ConsentMissing with what to do."""
    consent = Consent.objects.filter(patient=patient, scope=scope, withdrawn_at=None).first()
    if consent is None:
        raise ConsentMissing(f"no {scope} consent is in force; ask the patient and record it first")
    return consent


def age_years(birth_date: date | None, on: date) -> int | None:
    """Completed years on a day; None when the birth date is unknown."""
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def local_date(moment: datetime, organization: Organization) -> date:
    """The calendar day at the clinic."""
    return moment.astimezone(ZoneInfo(organization.time_zone)).date()


def partner_client_by_token_hash(token_hash: str, *, now: datetime) -> PartnerClient | None:
    """The client whose token is in force, None for one that is unknown, expired or revoked.

    The lookup compares hashes: how long it takes tells nothing of the token.
    """
    client = PartnerClient.objects.filter(token_hash=token_hash).first()
    return client if client is not None and client_in_force(client, now) else None


def partner_client_by_id(client_id: int, *, organization_id: int) -> PartnerClient:
    """One client of an organization. Raises RecordNotFound."""
    client = PartnerClient.objects.filter(pk=client_id, organization_id=organization_id).first()
    if client is None:
        raise RecordNotFound("no such partner here; check the list")
    return client


def partner_clients(*, organization_id: int) -> Sequence[PartnerClient]:
    """The clients of an organization with the hosts on their lists, those in force first, newest first."""
    own = PartnerClient.objects.filter(organization_id=organization_id)
    listed = Prefetch("hosts", PartnerHost.objects.filter(removed_at=None).order_by("host"))
    whole = own.select_related("created_by", "revoked_by").prefetch_related(listed)
    return whole.order_by("-revoked_at", "-pk")


def partner_host_allowed(client: PartnerClient, host: str) -> bool:
    """Whether a partner's program may be told things at this host."""
    return is_allowed(host, set(client.hosts.filter(removed_at=None).values_list("host", flat=True)))


def partner_key(public_id: UUID, key_id: str, *, now: datetime) -> PartnerKey | None:
    """The key of this name of a backend service, both in force; None otherwise."""
    keys = PartnerKey.objects.select_related("service__client")
    key = keys.filter(service__public_id=public_id, key_id=key_id, revoked_at=None).first()
    return key if key is not None and client_in_force(key.service.client, now) else None


def backend_token_by_hash(token_hash: str, *, now: datetime) -> BackendToken | None:
    """The access token with its service and client, None where any of them, or its key, is no longer in force."""
    rows = BackendToken.objects.select_related("key__service__client")
    token = rows.filter(token_hash=token_hash, expires_at__gt=now, key__revoked_at=None).first()
    return token if token is not None and client_in_force(token.key.service.client, now) else None


def client_in_force(client: PartnerClient, now: datetime) -> bool:
    """Neither revoked nor expired."""
    return client.revoked_at is None and (client.expires_at is None or client.expires_at > now)
