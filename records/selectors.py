"""Reads of the register that other apps need."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from records.errors import ConsentMissing, RecordNotFound
from records.models import Consent, Organization, PartnerClient, Patient


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
    client = PartnerClient.objects.filter(token_hash=token_hash, revoked_at=None).first()
    if client is None or (client.expires_at is not None and client.expires_at <= now):
        return None
    return client


def partner_client_by_id(client_id: int, *, organization_id: int) -> PartnerClient:
    """One client of an organization. Raises RecordNotFound."""
    client = PartnerClient.objects.filter(pk=client_id, organization_id=organization_id).first()
    if client is None:
        raise RecordNotFound("no such partner here; check the list")
    return client


def partner_clients(*, organization_id: int) -> Sequence[PartnerClient]:
    """The clients of an organization, those in force first, newest first."""
    own = PartnerClient.objects.filter(organization_id=organization_id)
    return own.select_related("created_by", "revoked_by").order_by("-revoked_at", "-pk")
