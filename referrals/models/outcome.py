from django.db import models

from referrals.models.referral import Referral
from screening.models import ConfirmedDiagnosis


class ReferralOutcome(models.Model):
    """What a hospital found of one eye and disease when it closed a referral; the finding is the diagnosis."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="outcomes")
    diagnosis = models.OneToOneField(
        ConfirmedDiagnosis, on_delete=models.PROTECT, related_name="referral_outcome"
    )
