from django.db import models
from django.db.models import F, Q

from records.models import Organization, Practitioner
from risk.domain.bands import FUSED_LABELS
from screening.domain.findings import Label


class Policy(models.Model):
    """One version of an organization's bands; the highest is in force. Versions are never changed or removed."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField(help_text="1, 2, 3 … within the organization; 0 is what is shipped")
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    saved_at = models.DateTimeField()
    back_to = models.PositiveIntegerField(
        null=True, help_text="the version whose bands this one took up again"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "version"], name="policy_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="policy_version"),
            models.CheckConstraint(condition=~Q(reason=""), name="policy_reason"),
            models.CheckConstraint(
                condition=Q(back_to__isnull=True) | Q(back_to__lt=F("version")), name="policy_back_to_earlier"
            ),
        ]


class PolicyBand(models.Model):
    """Fused risks, 0 to 1, from which the bands of one label begin."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="bands")
    label = models.CharField(max_length=1, choices=[(label.value, label.name.title()) for label in Label])
    raised_from = models.FloatField()
    high_from = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "label"], name="policy_band_once"),
            models.CheckConstraint(condition=Q(label__in=list(FUSED_LABELS)), name="policy_band_label"),
            models.CheckConstraint(
                condition=Q(raised_from__gt=0, high_from__lt=1, raised_from__lt=F("high_from")),
                name="policy_band_order",
            ),
        ]
