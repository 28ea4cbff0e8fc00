from django.db import models

from records.models import PartnerClient
from screening.models.encounter import Encounter


class PartnerScreening(models.Model):
    """A visit that a partner sent in, with the partner's own words for it. Only that client reads it back."""

    client = models.ForeignKey(PartnerClient, on_delete=models.PROTECT, related_name="screenings")
    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="partner_screening")
    external_id = models.CharField(max_length=64, help_text="the partner's own number for this screening")
    received_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True, blank=True)
    camera = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "external_id"], name="partner_screening_external_id_once"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="partner_screening_newest"),
            models.Index(fields=["received_at"], name="partner_screening_by_time"),
        ]
