from django.db import models
from django.db.models import Q

from pharmacy.models.dispense import Dispense
from pharmacy.models.machine import Bay
from pharmacy.models.stock import Lot
from records.models import Practitioner


class BayCount(models.Model):
    """A person opened a locked bay, counted, and put it back to work (DM-03)."""

    bay = models.ForeignKey(Bay, on_delete=models.PROTECT, related_name="counts")
    dispense = models.OneToOneField(Dispense, on_delete=models.PROTECT, related_name="count")
    locked_since = models.DateTimeField()
    lock_reason = models.CharField(max_length=60)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")


class LotCount(models.Model):
    """Packs of a lot as the books had them and as a person found them; `bay_count` is null for a cycle count."""

    bay_count = models.ForeignKey(
        BayCount, on_delete=models.PROTECT, related_name="lots", null=True, blank=True
    )
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="counts")
    booked = models.PositiveIntegerField()
    in_machine = models.PositiveIntegerField()
    in_bay = models.PositiveIntegerField(default=0)
    with_patient = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bay_count", "lot"], name="lot_count_once"),
            models.CheckConstraint(
                condition=Q(bay_count__isnull=False) | Q(in_bay=0, with_patient=0),
                name="lot_count_of_a_bay",
            ),
        ]
