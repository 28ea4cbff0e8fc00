from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from referrals.domain.capabilities import Capability
from risk.domain.urgency import Urgency

URGENCIES = [(urgency.value, urgency.value) for urgency in Urgency]


class Hospital(models.Model):
    """A place that can treat (FHIR Organization with its Location). `source` and `source_id` name it in the
    directory it came from. Null and empty: not known.
    """

    source = models.CharField(max_length=32)
    source_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=32, blank=True)
    active = models.BooleanField(default=True, help_text="not closed")
    address = models.CharField(max_length=300, blank=True)
    emergency_phone = models.CharField(max_length=32, blank=True)
    website = models.CharField(max_length=200, blank=True)
    type_code = models.CharField(max_length=2, blank=True, help_text="HIRA institution type")
    care_level = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 to 3, of the Korean medical-aid scheme"
    )
    wheelchair_access = models.BooleanField(null=True, blank=True)
    emergency_beds = models.SmallIntegerField(
        null=True, blank=True, help_text="free at `emergency_beds_at`; below zero, people wait for one"
    )
    emergency_beds_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="a person told what it offers; importers leave that alone from then on",
    )
    listing_digest = models.CharField(max_length=32, blank=True, help_text="of what its directory said last")

    class Meta:
        # Nearest first out of many: the index is the only copy, so nothing has to be kept in step.
        indexes = [
            GistIndex(
                Func("longitude", "latitude", function="point"),
                condition=Q(active=True),
                name="hospital_by_place",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(care_level__isnull=True) | Q(care_level__range=(1, 3)), name="hospital_care_level"
            ),
            models.CheckConstraint(
                condition=Q(type_code="") | Q(type_code__regex=r"^[0-9]{2}$"), name="hospital_type_code"
            ),
            models.CheckConstraint(
                condition=Q(emergency_beds__isnull=True, emergency_beds_at__isnull=True)
                | Q(emergency_beds__isnull=False, emergency_beds_at__isnull=False),
                name="hospital_beds_have_a_time",
            ),
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
