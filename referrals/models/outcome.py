from django.db import models
from django.db.models import Q

from referrals.models.referral import Referral
from screening.domain.findings import DISEASES
from screening.domain.laterality import Laterality


class ReferralOutcome(models.Model):
    """What the hospital found in one eye of a disease that the photographs are scored for: the ground truth."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    laterality = models.CharField(max_length=1, choices=[(eye.value, eye.value) for eye in Laterality])
    label = models.CharField(max_length=1, choices=[(label.value, label.value) for label in DISEASES])
    present = models.BooleanField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "laterality", "label"], name="outcome_once_per_eye_and_label"
            ),
            models.CheckConstraint(condition=Q(label__in=list(DISEASES)), name="outcome_label"),
            models.CheckConstraint(condition=Q(laterality__in=list(Laterality)), name="outcome_laterality"),
        ]
