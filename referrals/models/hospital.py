from django.db import models
from django.db.models import F, Q

from referrals.domain.capabilities import Capability
from risk.domain.urgency import Urgency

URGENCIES = [(urgency.value, urgency.value) for urgency in Urgency]


class Hospital(models.Model):
    """A place that can treat. `source` and `source_id` name it in the directory it came from."""

    source = models.CharField(max_length=32)
    source_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=32, blank=True)
    active = models.BooleanField(default=True, help_text="not closed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="hospital_once_per_source"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="hospital_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HospitalCapability(models.Model):
    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="capabilities")
    code = models.CharField(max_length=32, choices=[(c.value, c.value) for c in Capability])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="capability_once_per_hospital"),
            models.CheckConstraint(condition=Q(code__in=list(Capability)), name="capability_code"),
        ]


class WeeklyOffer(models.Model):
    """How many of our patients of one urgency a hospital takes in an ordinary week. No row: not known."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="offers")
    urgency = models.CharField(max_length=8, choices=URGENCIES)
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "urgency"], name="offer_once_per_urgency"),
            models.CheckConstraint(condition=Q(urgency__in=list(Urgency)), name="offer_urgency"),
        ]


class Capacity(models.Model):
    """The places of one particular week; made from the offer when the first one is taken."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="weeks")
    monday = models.DateField()
    urgency = models.CharField(max_length=8, choices=URGENCIES)
    places = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "monday", "urgency"], name="capacity_once_per_week"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="capacity_not_overdrawn"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="capacity_week_starts_monday"),
            models.CheckConstraint(condition=Q(urgency__in=list(Urgency)), name="capacity_urgency"),
        ]
