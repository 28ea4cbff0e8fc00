from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models.organization import Organization


class AuditAction(models.TextChoices):
    """FHIR audit-event-action, without delete: clinical records are retracted, never deleted."""

    CREATE = "C", _("Create")
    READ = "R", _("Read")
    UPDATE = "U", _("Update")
    EXECUTE = "E", _("Execute")


class AuditEvent(models.Model):
    """One act on one record. Append-only (a trigger refuses the rest) and chained by hash per organization.

    Rows name records by key and people by practitioner key only: no personal data.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    sequence = models.BigIntegerField(help_text="1, 2, 3 … without a gap within the organization")
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    role = models.CharField(max_length=16, blank=True)
    action = models.CharField(max_length=1, choices=AuditAction)
    entity = models.CharField(max_length=64, help_text="model label and key, such as screening.exam:12")
    patient_id = models.BigIntegerField(
        null=True, help_text="no foreign key: the trail outlives what it describes"
    )
    detail = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "sequence"], name="audit_sequence_once"),
            models.CheckConstraint(condition=Q(action__in=AuditAction.values), name="audit_action"),
        ]
        indexes = [
            models.Index(fields=["organization", "patient_id"], name="audit_by_patient"),
            # A program reads what it did itself, newest first.
            models.Index(fields=["organization", "actor", "-id"], name="audit_by_actor"),
        ]
