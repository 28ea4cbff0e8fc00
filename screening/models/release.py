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
