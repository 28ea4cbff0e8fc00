from django.db import models
from django.db.models import Q


class ModelRelease(models.Model):
    """An image model as it was shipped: what results point to. Weights and card lie in RELEASES_DIR/<name>."""

    name = models.CharField(max_length=64, unique=True)
    card_sha256 = models.CharField(max_length=64)
    data_version = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="release_one_active"),
        ]

    def __str__(self) -> str:
        return self.name


class ReleaseActivation(models.Model):
    """A release was put in force, by whom and when. Rolling back withdraws the newest row that stands."""

    release = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="activations")
    activated_at = models.DateTimeField()
    activated_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="release_withdrawn_by_somebody",
            ),
        ]
