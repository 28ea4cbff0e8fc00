from django.db import models
from django.db.models import Q


class WorkItem(models.Model):
    """Work that is waiting, leased or failed. The row is the queue; done work leaves no row.

    `key` is the primary key of what `kind` works on.
    """

    kind = models.CharField(max_length=64)
    key = models.BigIntegerField()
    waiting_since = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="work_once_per_key"),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | ~Q(reason=""), name="work_failed_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "id"], condition=Q(failed_at__isnull=True), name="work_claimable"),
            models.Index(
                fields=["-failed_at", "-id"], condition=Q(failed_at__isnull=False), name="work_failed_newest"
            ),
        ]
