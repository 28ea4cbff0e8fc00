from django.db import models

from records.models import PartnerClient
from referrals.models.hospital import Hospital


class HospitalClient(models.Model):
    """A partner's program that speaks for a hospital: it reads and answers what the client's clinic referred there."""

    client = models.OneToOneField(PartnerClient, on_delete=models.PROTECT, related_name="hospital_client")
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="clients")
    linked_at = models.DateTimeField()
