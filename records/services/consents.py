"""Writes of what a patient agreed to, and withdrew."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.errors import ConsentMissing
from records.models import AuditAction, Consent, Patient
from records.permission import intake_allowed
from records.services.audit import audit_record


@transaction.atomic
def consent_give(
    *, patient: Patient, scope: str, by: Actor, now: datetime, given_by: str = "patient"
) -> Consent:
    """Record a consent; one already in force is returned unchanged. Raises RecordNotFound, RoleRefused."""
    intake_allowed(by, organization_id=patient.organization_id)
    consent, created = Consent.objects.get_or_create(
        patient=patient,
        scope=scope,
        withdrawn_at=None,
        defaults={"given_by": given_by, "given_at": now, "recorded_by_id": by.practitioner_id},
    )
    if created:
        audit_record(
            by=by, now=now, action=AuditAction.CREATE, entity=consent, patient_id=patient.pk, detail=scope
        )
    return consent


@transaction.atomic
def consent_withdraw(*, patient: Patient, scope: str, by: Actor, now: datetime, reason: str) -> Consent:
    """Withdraw the consent in force.

    Raises
    ------
    ConsentMissing
        When there is none.
    RecordNotFound, RoleRefused
    """
    intake_allowed(by, organization_id=patient.organization_id)
    consent = (
        Consent.objects.select_for_update().filter(patient=patient, scope=scope, withdrawn_at=None).first()
    )
    if consent is None:
        raise ConsentMissing(f"no {scope} consent is in force; there is nothing to withdraw")
    consent.withdrawn_at, consent.withdrawn_by_id = now, by.practitioner_id
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit_record(
        by=by, now=now, action=AuditAction.UPDATE, entity=consent, patient_id=patient.pk, reason=reason
    )
    return consent
