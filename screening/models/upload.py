import uuid

from django.db import models
from django.db.models import Q

from records.models import PartnerClient, Patient
from screening.domain.laterality import Laterality


class PartnerUpload(models.Model):
    """A photograph that a partner's program sent ahead of its order; the bytes lie in storage under their SHA-256.

    It waits outside the record: no person of the clinic and no model looks at it. An order makes it a FundusImage of
    the same public id; what nobody orders is forgotten. Until its program described it (whose, which eye) it names
    nobody.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(PartnerClient, on_delete=models.PROTECT, related_name="uploads")
    sha256 = models.CharField(max_length=64)
    sha1 = models.CharField(max_length=40, help_text="which FHIR asks for")
    format = models.CharField(max_length=8)
    size_bytes = models.PositiveIntegerField()
    received_at = models.DateTimeField(help_text="when it was last sent")
    described_at = models.DateTimeField(null=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", null=True)
    laterality = models.CharField(max_length=1, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    camera = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    patient__isnull=True,
                    described_at__isnull=True,
                    laterality="",
                    captured_at__isnull=True,
                    camera="",
                )
                | Q(patient__isnull=False, described_at__isnull=False, laterality__in=list(Laterality)),
                name="upload_described_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "received_at"], name="upload_by_client"),
            models.Index(fields=["received_at"], name="upload_oldest"),
            models.Index(fields=["sha256"], name="upload_by_content"),
        ]
