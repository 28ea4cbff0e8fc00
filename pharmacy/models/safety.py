from django.db import models
from django.db.models import Q

from records.models import Practitioner
from screening.models import Encounter


class SafetyAnswers(models.Model):
    """The safety questionnaire of a visit; null is "not known". A correction supersedes, nothing is overwritten."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="safety_answers")
    allergies_known = models.BooleanField(help_text="false: nobody knows; true without rows: asked, none")
    current_medicines_known = models.BooleanField()
    conditions_known = models.BooleanField(default=False)
    pregnant_or_breastfeeding = models.BooleanField(null=True)
    contact_lenses = models.BooleanField(null=True)
    eye_surgery_last_3_months = models.BooleanField(null=True)
    narrow_angle = models.BooleanField(null=True)
    guardian_present = models.BooleanField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["encounter"],
                condition=Q(superseded_at__isnull=True),
                name="safety_answers_one_current_per_encounter",
            ),
        ]


class AllergyReport(models.Model):
    """One substance in the patient's own words."""

    answers = models.ForeignKey(SafetyAnswers, on_delete=models.PROTECT, related_name="allergies")
    substance = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answers", "substance"], name="allergy_once"),
            models.CheckConstraint(condition=~Q(substance=""), name="allergy_named"),
        ]


class MedicineReport(models.Model):
    """One medicine in use, in the patient's own words."""

    answers = models.ForeignKey(SafetyAnswers, on_delete=models.PROTECT, related_name="medicines")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answers", "name"], name="reported_medicine_once"),
            models.CheckConstraint(condition=~Q(name=""), name="reported_medicine_named"),
        ]


class ConditionReport(models.Model):
    """One illness in the patient's own words."""

    answers = models.ForeignKey(SafetyAnswers, on_delete=models.PROTECT, related_name="conditions")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answers", "name"], name="condition_once"),
            models.CheckConstraint(condition=~Q(name=""), name="condition_named"),
        ]
