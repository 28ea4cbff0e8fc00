from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization, Patient, Practitioner
from screening.domain.diagnosis import SEVERITIES
from screening.domain.diagnosis import DiagnosisSource as Source
from screening.domain.findings import DISEASES
from screening.domain.laterality import Laterality


class DiagnosisSource(models.TextChoices):
    EXAMINED = Source.EXAMINED, _("Examined here by a physician")
    LETTER = Source.LETTER, _("Copied from a clinician's letter")
    HOSPITAL = Source.HOSPITAL, _("Told by the hospital after a referral")


class ConfirmedDiagnosis(models.Model):
    """What a clinician confirmed of one disease in one eye (FHIR Condition, verificationStatus *confirmed*).

    A newer one of the same eye and disease supersedes it; one that was a mistake is retracted. Nothing is deleted.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="diagnoses")
    laterality = models.CharField(max_length=1, choices=[(eye.value, eye.name.title()) for eye in Laterality])
    label = models.CharField(max_length=1, choices=[(one.value, one.name.title()) for one in DISEASES])
    severity = models.CharField(max_length=16)
    confirmed_by = models.CharField(max_length=120, help_text="the clinician who examined the eye")
    confirmed_on = models.DateField()
    source = models.CharField(max_length=16, choices=DiagnosisSource)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Practitioner,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="null: the hospital's program",
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True, help_text="entered in error")
    retracted_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    retract_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(laterality__in=list(Laterality)), name="diagnosis_laterality"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(label=label, severity__in=stages) for label, stages in SEVERITIES.items()),
                    _connector=Q.OR,
                ),
                name="diagnosis_severity_of_its_disease",
            ),
            models.CheckConstraint(
                condition=Q(source__in=list(Source)) & ~Q(confirmed_by=""), name="diagnosis_by_whom"
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False) | Q(source=Source.HOSPITAL),
                name="diagnosis_recorded_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(retracted_at__isnull=True, retracted_by__isnull=True, retract_reason="")
                | Q(retracted_at__isnull=False, retracted_by__isnull=False) & ~Q(retract_reason=""),
                name="diagnosis_retracted_by_whom_and_why",
            ),
            models.UniqueConstraint(
                fields=["patient", "laterality", "label"],
                condition=Q(superseded_at__isnull=True, retracted_at__isnull=True),
                name="diagnosis_one_in_force",
            ),
        ]
