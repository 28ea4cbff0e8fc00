"""Writes about colleagues: who works here, as what."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from records.actor import Actor
from records.models import AuditAction, Membership, Practitioner, Role
from records.permission import role_required
from records.services.audit import audit_record


@transaction.atomic
def colleague_add(*, user: User, name: str, role: str, by: Actor, now: datetime) -> Membership:
    """Give a new user a name and a role in the actor's organization.

    Whoever set the first password knows it, so it has to be changed at the first sign-in. Raises RoleRefused.
    """
    role_required(by, Role.ADMINISTRATOR)
    practitioner = Practitioner.objects.create(user=user, name=name, must_change_password=True)
    membership = Membership.objects.create(
        practitioner=practitioner, organization_id=by.organization_id, role=role
    )
    for record in (practitioner, membership):
        audit_record(by=by, now=now, action=AuditAction.CREATE, entity=record)
    return membership
