from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pharmacy.domain.storage import PLAUSIBLE, Storage
from pharmacy.models.stock import Lot
from records.models import Organization, Practitioner

_STORAGES = [(one.value, one.value) for one in Storage]
_KNOWN = Q(storage__in=[one.value for one in Storage])


class TemperatureReading(models.Model):
    """What the thermometer of a place showed, by hand or from a logger; never changed."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    storage = models.CharField(max_length=8, choices=_STORAGES)
    measured_at = models.DateTimeField()
    celsius = models.DecimalField(max_digits=4, decimal_places=1)
    from_logger = models.BooleanField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "storage", "measured_at"], name="temperature_once"
            ),
            models.CheckConstraint(condition=_KNOWN, name="temperature_storage"),
            models.CheckConstraint(
                condition=Q(celsius__gte=PLAUSIBLE.low, celsius__lte=PLAUSIBLE.high),
                name="temperature_plausible",
            ),
        ]


class ExcursionDecision(models.TextChoices):
    KEEP = "keep", _("Kept: it may be given")
    SET_ASIDE = "set-aside", _("Set aside: none of it is given")


class TemperatureExcursion(models.Model):
    """A place was too warm or too cold, and what a pharmacist decided of the packs that were there (PS-03)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    storage = models.CharField(max_length=8, choices=_STORAGES)
    began_at = models.DateTimeField(help_text="the first reading outside the limits")
    last_at = models.DateTimeField(help_text="the last reading outside the limits")
    lowest = models.DecimalField(max_digits=4, decimal_places=1)
    highest = models.DecimalField(max_digits=4, decimal_places=1)
    readings = models.PositiveIntegerField(help_text="outside the limits")
    decision = models.CharField(max_length=12, choices=ExcursionDecision, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_KNOWN, name="excursion_storage"),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("began_at"), highest__gte=F("lowest"), readings__gte=1),
                name="excursion_possible",
            ),
            models.CheckConstraint(
                condition=Q(decision="", reason="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(decision__in=ExcursionDecision.values, decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reason=""),
                name="excursion_decided_with_reason",
            ),
            models.UniqueConstraint(
                fields=["organization", "storage"], condition=Q(decision=""), name="excursion_one_open"
            ),
        ]


class ExcursionLot(models.Model):
    """A lot of which packs lay in the place then."""

    excursion = models.ForeignKey(TemperatureExcursion, on_delete=models.PROTECT, related_name="lots")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="excursions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["excursion", "lot"], name="excursion_lot_once")]
