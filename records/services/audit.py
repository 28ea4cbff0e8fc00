"""One row of the audit trail. Everyone may call `audit_record`; it joins the caller's transaction."""

from datetime import datetime

from django.db import connection, models, transaction

from records.actor import Actor
from records.audit import GENESIS, audit_hash
from records.models import AuditAction, AuditEvent

# The chain of one organization grows by one row at a time; the lock is held to the end of the transaction.
AUDIT_LOCK = 0x4E554E47


@transaction.atomic
def audit_record(
    *,
    by: Actor,
    now: datetime,
    action: AuditAction,
    entity: models.Model,
    patient_id: int | None = None,
    detail: str = "",
    reason: str = "",
) -> AuditEvent:
    """Append one act to the organization's audit chain, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AUDIT_LOCK, by.organization_id])
    head = AuditEvent.objects.filter(organization_id=by.organization_id).order_by("-sequence").first()
    event = AuditEvent(
        organization_id=by.organization_id,
        sequence=head.sequence + 1 if head else 1,
        recorded_at=now,
        actor=by.label,
        role=by.role,
        action=action,
        entity=f"{entity._meta.label_lower}:{entity.pk}",
        patient_id=patient_id,
        detail=detail,
        reason=reason,
        previous_hash=head.hash if head else GENESIS,
    )
    event.hash = audit_hash(event)
    event.save(force_insert=True)
    return event
