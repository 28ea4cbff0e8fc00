import uuid

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from records.models.organization import Organization, Practitioner


class Sex(models.TextChoices):
    """FHIR administrative-gender."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")


class Language(models.TextChoices):
    KOREAN = "ko", _("Korean")
    ENGLISH = "en", _("English")


class Patient(models.Model):
    """A person in the care of one organization. The resident registration number is never stored."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="patients")
    mrn = models.CharField(max_length=64, help_text="the clinic's own record number")
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    language = models.CharField(max_length=2, choices=Language, default=Language.KOREAN)
    latitude = models.FloatField(
        null=True, blank=True, help_text="of the home; unknown: the clinic's place is used"
    )
    longitude = models.FloatField(null=True, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "mrn"], name="patient_mrn_once_per_organization"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="patient_sex"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="patient_language"),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(birth_date__gte="1890-01-01"),
                name="patient_birth_date",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="patient_place",
            ),
        ]
        # For the beginning of a name or a record number, in capitals or not, in any collation.
        indexes = [
            models.Index(
                F("organization"), OpClass(Upper("name"), name="text_pattern_ops"), name="patient_by_name"
            ),
            models.Index(
                F("organization"), OpClass(Upper("mrn"), name="text_pattern_ops"), name="patient_by_number"
            ),
            models.Index(fields=["organization", "birth_date"], name="patient_by_birth_date"),
        ]

    def __str__(self) -> str:
        return f"Patient {self.pk}"


class PatientAmendment(models.Model):
    """What a patient's record said before it was corrected, and why it was."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="amendments")
    amended_at = models.DateTimeField()
    amended_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=200)
    mrn = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=8)
    language = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_reason"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="amendment_sex"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="amendment_language"),
        ]


class ConsentScope(models.TextChoices):
    SCREENING = "screening", _("Screening and its result")
    REFERRAL = "referral", _("Sharing with a hospital")
    MEDICINE = "medicine", _("Being given a medicine")
    TRAINING = "training", _("Improving the software with the photographs")


# What the desk and partners ask for; the medicine is agreed to where it is handed out.
INTAKE_SCOPES = (ConsentScope.SCREENING, ConsentScope.REFERRAL, ConsentScope.TRAINING)


class Consent(models.Model):
    """Given once, withdrawn at most once; the row stays as evidence of both."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    scope = models.CharField(max_length=16, choices=ConsentScope)
    given_by = models.CharField(max_length=32, help_text="patient, guardian or another relation")
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "scope"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_one_in_force",
            ),
            models.CheckConstraint(condition=Q(scope__in=ConsentScope.values), name="consent_scope"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]
