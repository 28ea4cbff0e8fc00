"""What a directory or a person tells of a hospital, a row a fact; no row of a kind: not known."""

from django.db import models
from django.db.models import F, Q

from records.models import Patient
from referrals.domain.directory import InsuranceClass
from referrals.domain.hours import DAY_MINUTES, HOLIDAY
from referrals.models.hospital import Hospital

INSURANCE_CLASSES = [(one.value, one.value) for one in InsuranceClass]


class HospitalSpecialty(models.Model):
    """FHIR HealthcareService.specialty: a HIRA department."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="specialties")
    code = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="specialty_once_per_hospital"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}$"), name="specialty_code"),
        ]


class OpeningHours(models.Model):
    """FHIR HealthcareService.availableTime, in minutes from midnight; day 8 is a public holiday."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="hours")
    day = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "day", "opens"], name="hours_once"),
            models.CheckConstraint(condition=Q(day__range=(1, HOLIDAY)), name="hours_day"),
            models.CheckConstraint(
                condition=Q(opens__lt=DAY_MINUTES, closes__gt=F("opens"))
                & Q(closes__lte=F("opens") + DAY_MINUTES),
                name="hours_possible",
            ),
        ]


class ClosedDay(models.Model):
    """FHIR HealthcareService.notAvailable: a day of its own on which the hospital is closed."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hospital", "day"], name="closed_day_once")]


class HospitalLanguage(models.Model):
    """FHIR HealthcareService.communication: a language (ISO 639-1) in which patients are spoken with."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="language_once_per_hospital"),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z]{2}$"), name="language_code"),
        ]


class HospitalInsurance(models.Model):
    """An insurance class that the hospital accepts."""

    hospital = models.ForeignKey(Hospital, on_delete=models.CASCADE, related_name="insurances")
    code = models.CharField(max_length=1, choices=INSURANCE_CLASSES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="insurance_once_per_hospital"),
            models.CheckConstraint(condition=Q(code__in=list(InsuranceClass)), name="insurance_code"),
        ]


class PatientNeeds(models.Model):
    """What finding a hospital for a person must heed beyond the finding, and how the person is reached."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="referral_needs")
    insurance = models.CharField(max_length=1, choices=INSURANCE_CLASSES, blank=True)
    first_level_letter_on = models.DateField(
        null=True, blank=True, help_text="medical aid: when a first-level institution issued its letter"
    )
    wheelchair = models.BooleanField(default=False)
    phone = models.CharField(max_length=32, blank=True)
    caretaker = models.CharField(
        max_length=100, blank=True, help_text="who is called where the patient is not"
    )
    caretaker_phone = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(insurance="") | Q(insurance__in=list(InsuranceClass)), name="needs_insurance"
            )
        ]


class HospitalImport(models.Model):
    """One reading of a directory. Hospitals belong to no organization, so this is the trail of the import."""

    source = models.CharField(max_length=32)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows_read = models.PositiveIntegerField()
    rows_refused = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=100)
