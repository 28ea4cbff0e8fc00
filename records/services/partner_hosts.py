"""Writes about the hosts that a partner's program may be told things at."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.allowed_hosts import HOSTS_MOST, read_host
from records.errors import HostInvalid, RecordNotFound
from records.models import AuditAction, PartnerClient, PartnerHost, Role
from records.permission import role_required
from records.services.audit import audit_record


@transaction.atomic
def partner_host_add(*, client_id: int, host: str, by: Actor, now: datetime) -> PartnerHost:
    """Put a host on a partner's list; one that stands there stays as it is.

    Raises
    ------
    HostInvalid
        It is no host, or the list is full.
    RecordNotFound, RoleRefused
    """
    client, name = _held(client_id, by), read_host(host)
    listed = client.hosts.filter(removed_at=None)
    if known := listed.filter(host=name).first():
        return known
    if listed.count() >= HOSTS_MOST:
        raise HostInvalid(f"is one too many; a partner may have {HOSTS_MOST}", "too-many")
    made = PartnerHost.objects.create(client=client, host=name, added_at=now)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=made, detail=f"partner {client.pk}")
    return made


@transaction.atomic
def partner_host_remove(*, client_id: int, host_id: int, by: Actor, now: datetime) -> None:
    """Take a host off the list: nothing more is sent there. Raises RecordNotFound, RoleRefused."""
    found = _held(client_id, by).hosts.filter(pk=host_id).first()
    if found is None:
        raise RecordNotFound("no such host here; check the list")
    if found.removed_at is None:
        found.removed_at = now
        found.save(update_fields=["removed_at"])
        audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=found, detail="off the list")


def _held(client_id: int, by: Actor) -> PartnerClient:
    """Held, so that two that are added at once are both counted."""
    role_required(by, Role.ADMINISTRATOR)
    held = PartnerClient.objects.select_for_update(of=("self",), no_key=True)
    client = held.filter(pk=client_id, organization_id=by.organization_id).first()
    if client is None:
        raise RecordNotFound("no such partner here; check the list")
    return client
