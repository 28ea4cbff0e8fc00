"""Which partner's program speaks for which hospital."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role
from records.permission import role_required
from records.selectors import partner_client_by_id
from records.services import audit_record
from referrals.models import Hospital, HospitalClient


@transaction.atomic
def hospital_client_link(*, client_id: int, hospital_id: int, by: Actor, now: datetime) -> HospitalClient:
    """Let a client of the actor's organization speak for a hospital from now on, in place of any other.

    Raises RecordNotFound, RoleRefused.
    """
    role_required(by, Role.ADMINISTRATOR)
    client = partner_client_by_id(client_id, organization_id=by.organization_id)
    hospital = Hospital.objects.filter(pk=hospital_id, active=True).first()
    if hospital is None:
        raise RecordNotFound("no such hospital is open; check its number")
    link, _ = HospitalClient.objects.update_or_create(
        client=client, defaults={"hospital": hospital, "linked_at": now}
    )
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=link, detail=f"hospital:{hospital.pk}")
    return link


@transaction.atomic
def hospital_client_unlink(*, client_id: int, by: Actor, now: datetime) -> None:
    """Let a client of the actor's organization speak for no hospital from now on.

    Raises RecordNotFound, RoleRefused.
    """
    role_required(by, Role.ADMINISTRATOR)
    client = partner_client_by_id(client_id, organization_id=by.organization_id)
    link = HospitalClient.objects.select_for_update().filter(client=client).first()
    if link is None:
        return
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=link, detail="hospital:none")
    link.delete()
