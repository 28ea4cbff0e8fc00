from django.db import models
from django.db.models import F, Q

from records.models import Practitioner
from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    Hypertension,
    IopMethod,
    Relation,
    Sex,
    Smoking,
)
from risk.domain.plausibility import PLAUSIBLE
from risk.models.choices import choices_of
from screening.models import Encounter

MEASUREMENTS = tuple(PLAUSIBLE)


def _unknown_or_in_range(column: str) -> Q:
    allowed = PLAUSIBLE[column]
    within = {f"{column}__gte": allowed.low, f"{column}__lte": allowed.high}
    return Q(**{f"{column}__isnull": True}) | Q(**within)


class RiskFactors(models.Model):
    """The answers of one visit. Corrected answers are a new row; an assessment keeps pointing to its own.

    Null is not known. `family_history_asked` tells "no affected relative" from "nobody asked".
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="risk_factors")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    superseded_at = models.DateTimeField(null=True)

    age_years = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=8, choices=choices_of(Sex))
    diabetes = models.CharField(max_length=16, choices=choices_of(Diabetes))
    diabetes_duration_years = models.FloatField(null=True)
    hba1c_percent = models.FloatField(null=True)
    insulin_use = models.BooleanField(null=True)
    hypertension = models.CharField(max_length=16, choices=choices_of(Hypertension))
    systolic_mmhg = models.PositiveSmallIntegerField(null=True)
    diastolic_mmhg = models.PositiveSmallIntegerField(null=True)
    smoking = models.CharField(max_length=16, choices=choices_of(Smoking))
    bmi_kg_m2 = models.FloatField(null=True)
    family_history_asked = models.BooleanField()
    steroid_use = models.BooleanField(null=True)
    pregnant = models.BooleanField(null=True)
    under_eye_care = models.BooleanField(null=True)
    next_eye_appointment = models.DateField(null=True)

    refraction_right_dioptres = models.FloatField(null=True)
    refraction_left_dioptres = models.FloatField(null=True)
    iop_right_mmhg = models.FloatField(null=True)
    iop_left_mmhg = models.FloatField(null=True)
    iop_method = models.CharField(
        max_length=16,
        choices=choices_of(IopMethod),
        default=IopMethod.UNKNOWN,
        db_default=IopMethod.UNKNOWN.value,
    )
    low_education = models.BooleanField(null=True)

    sudden_vision_loss = models.BooleanField(null=True)
    curtain_or_flashes_with_floaters = models.BooleanField(null=True)
    painful_red_eye = models.BooleanField(null=True)
    halos_with_headache = models.BooleanField(null=True)
    trauma_or_chemical = models.BooleanField(null=True)
    double_vision = models.BooleanField(null=True)
    distorted_lines = models.BooleanField(null=True)
    jaw_pain_or_scalp_tenderness = models.BooleanField(null=True)
    pain_after_eye_surgery = models.BooleanField(null=True)
    white_pupil = models.BooleanField(null=True)
    dry_or_gritty = models.BooleanField(null=True)
    itchy = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["encounter"],
                condition=Q(superseded_at__isnull=True),
                name="risk_factors_one_current_per_encounter",
            ),
            models.CheckConstraint(condition=Q(sex__in=list(Sex)), name="risk_factors_sex"),
            models.CheckConstraint(condition=Q(diabetes__in=list(Diabetes)), name="risk_factors_diabetes"),
            models.CheckConstraint(
                condition=Q(hypertension__in=list(Hypertension)), name="risk_factors_hypertension"
            ),
            models.CheckConstraint(
                condition=Q(iop_method__in=list(IopMethod)), name="risk_factors_iop_method"
            ),
            models.CheckConstraint(condition=Q(smoking__in=list(Smoking)), name="risk_factors_smoking"),
            *(
                models.CheckConstraint(condition=_unknown_or_in_range(column), name=f"risk_factors_{column}")
                for column in MEASUREMENTS
            ),
            models.CheckConstraint(
                condition=Q(systolic_mmhg__isnull=True)
                | Q(diastolic_mmhg__isnull=True)
                | Q(diastolic_mmhg__lt=F("systolic_mmhg")),
                name="risk_factors_diastolic_below_systolic",
            ),
            models.CheckConstraint(
                condition=Q(diabetes_duration_years__isnull=True)
                | Q(age_years__isnull=True)
                | Q(diabetes_duration_years__lte=F("age_years")),
                name="risk_factors_duration_within_age",
            ),
        ]


class FamilyHistory(models.Model):
    """One affected first-degree relative (FHIR FamilyMemberHistory)."""

    risk_factors = models.ForeignKey(RiskFactors, on_delete=models.PROTECT, related_name="family_history")
    condition = models.CharField(max_length=16, choices=choices_of(FamilyCondition))
    relation = models.CharField(max_length=16, choices=choices_of(Relation))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__in=list(FamilyCondition)), name="family_history_condition"
            ),
            models.CheckConstraint(condition=Q(relation__in=list(Relation)), name="family_history_relation"),
        ]
