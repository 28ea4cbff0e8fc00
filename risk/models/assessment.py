from django.db import models
from django.db.models import F, Q

from risk.domain.bands import FUSED_LABELS, RiskBand
from risk.domain.disposition import ActionKind, Disposition
from risk.domain.urgency import Urgency
from risk.models.choices import choices_of
from risk.models.risk_factors import RiskFactors
from screening.domain.findings import Label
from screening.models import Encounter, Exam, ExamOutcome


class RiskAssessment(models.Model):
    """The decision on one exam, with everything it was computed from. Exactly one per exam is current.

    The columns from `age_years` to `image_logit_m` are the fusion's inputs, NULL where unknown, under the names
    of risk.fusion.frame; `inputs_sha256` is their digest. The rules further read `outcome` and `risk_factors`.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="assessments")
    outcome = models.ForeignKey(ExamOutcome, on_delete=models.PROTECT, related_name="assessments")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="assessments")
    risk_factors = models.ForeignKey(RiskFactors, on_delete=models.PROTECT, related_name="+", null=True)
    assessed_at = models.DateTimeField()
    assessed_on = models.DateField(help_text="the clinic's date, from which every due date counts")
    superseded_at = models.DateTimeField(null=True)

    disposition = models.CharField(max_length=16, choices=choices_of(Disposition))
    urgency = models.CharField(max_length=8, choices=choices_of(Urgency))
    rules_version = models.CharField(max_length=16)
    policy_version = models.PositiveIntegerField(
        default=0, help_text="the organization's policy it was decided by; 0 is what is shipped"
    )
    image_release = models.CharField(max_length=64)
    fusion_release = models.CharField(max_length=64)
    fusion_card_sha256 = models.CharField(max_length=64)
    previous_ungradable_exams = models.PositiveSmallIntegerField()
    release_held = models.BooleanField(
        default=False, db_default=False, help_text="one of its releases was on hold in this clinic (RW-05)"
    )
    read_at = models.DateTimeField(
        null=True, help_text="when people's reads, as this assessment knew them, last changed the findings"
    )
    inputs_sha256 = models.CharField(max_length=64)

    age_years = models.FloatField(null=True)
    female = models.FloatField(null=True)
    diabetes = models.FloatField(null=True)
    diabetes_type1 = models.FloatField(null=True)
    diabetes_duration_years = models.FloatField(null=True)
    hba1c_percent = models.FloatField(null=True)
    insulin_use = models.FloatField(null=True)
    hypertension = models.FloatField(null=True)
    systolic_mmhg = models.FloatField(null=True)
    diastolic_mmhg = models.FloatField(null=True)
    smoking = models.FloatField(null=True)
    bmi_kg_m2 = models.FloatField(null=True)
    steroid_use = models.FloatField(null=True)
    family_glaucoma = models.FloatField(null=True)
    family_amd = models.FloatField(null=True)
    family_high_myopia = models.FloatField(null=True)
    family_diabetes = models.FloatField(null=True)
    hypertension_untreated = models.FloatField(null=True)
    refraction_dioptres = models.FloatField(null=True)
    iop_mmhg = models.FloatField(null=True)
    low_education = models.FloatField(null=True)
    image_logit_d = models.FloatField(null=True)
    image_logit_g = models.FloatField(null=True)
    image_logit_c = models.FloatField(null=True)
    image_logit_a = models.FloatField(null=True)
    image_logit_h = models.FloatField(null=True)
    image_logit_m = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exam"],
                condition=Q(superseded_at__isnull=True),
                name="assessment_one_current_per_exam",
            ),
            models.CheckConstraint(
                condition=Q(disposition__in=list(Disposition)), name="assessment_disposition"
            ),
            models.CheckConstraint(condition=Q(urgency__in=list(Urgency)), name="assessment_urgency"),
        ]
        # The lists ask for few of very many: only current rows, only what is rare. The night asks for all that are
        # current, whatever became history.
        indexes = [
            models.Index(
                fields=["encounter"],
                condition=Q(superseded_at__isnull=True),
                name="assessment_current_by_visit",
            ),
            # A partner's program asks what is new.
            models.Index(fields=["assessed_at"], name="assessment_by_time"),
            models.Index(
                fields=["urgency", "encounter"],
                condition=Q(superseded_at__isnull=True),
                name="assessment_by_urgency",
            ),
            models.Index(
                fields=["encounter"],
                condition=Q(superseded_at__isnull=True, disposition=Disposition.REPEAT_IMAGING),
                name="assessment_retake_wanted",
            ),
            models.Index(
                fields=["urgency", "encounter"],
                condition=Q(superseded_at__isnull=True, disposition=Disposition.REPEAT_IMAGING),
                name="assessment_retake_by_urgency",
            ),
        ]


# A key that is the first column of a unique constraint is indexed by it, and needs no index of its own.
class LabelRisk(models.Model):
    """One fused label. `image_score` is the release's, of the worse eye; `image_risk` is what the photograph alone
    means in this community; both are null without a gradable photograph, and then `fused_risk` rests on the
    answers and the prevalence alone. `risk_low` and `risk_high` are the ends of its calibrated interval, null in
    assessments by releases that had none.
    """

    assessment = models.ForeignKey(
        RiskAssessment, on_delete=models.PROTECT, related_name="label_risks", db_index=False
    )
    label = models.CharField(max_length=1, choices=[(label.value, label.name.title()) for label in Label])
    image_score = models.FloatField(null=True)
    image_risk = models.FloatField(null=True)
    fused_risk = models.FloatField()
    risk_low = models.FloatField(null=True)
    risk_high = models.FloatField(null=True)
    band = models.CharField(max_length=8, choices=choices_of(RiskBand))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "label"], name="label_risk_once"),
            models.CheckConstraint(condition=Q(label__in=list(FUSED_LABELS)), name="label_risk_label"),
            models.CheckConstraint(condition=Q(band__in=list(RiskBand)), name="label_risk_band"),
            models.CheckConstraint(condition=Q(fused_risk__range=(0, 1)), name="label_risk_fused_risk"),
            models.CheckConstraint(
                condition=Q(risk_low__isnull=True, risk_high__isnull=True)
                | Q(
                    risk_low__isnull=False,
                    risk_high__isnull=False,
                    risk_low__gte=0,
                    risk_low__lte=F("fused_risk"),
                    risk_high__gte=F("fused_risk"),
                    risk_high__lte=1,
                ),
                name="label_risk_interval",
            ),
            models.CheckConstraint(
                # Without the explicit "is not null" a NULL beside a score would make the check unknown, so passed.
                condition=Q(image_score__isnull=True, image_risk__isnull=True)
                | Q(
                    image_score__isnull=False,
                    image_score__range=(0, 1),
                    image_risk__isnull=False,
                    image_risk__range=(0, 1),
                ),
                name="label_risk_image",
            ),
        ]


class RiskContribution(models.Model):
    """What one answer, or the photograph, added to a fused risk; rank 1 is the strongest."""

    label_risk = models.ForeignKey(
        LabelRisk, on_delete=models.PROTECT, related_name="contributions", db_index=False
    )
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=32)
    log_odds = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["label_risk", "rank"], name="contribution_rank_once"),
        ]


class AssessmentAction(models.Model):
    """One thing to do. `labels` and `red_flags` are lists joined by commas, such as "D,G"."""

    assessment = models.ForeignKey(
        RiskAssessment, on_delete=models.PROTECT, related_name="actions", db_index=False
    )
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, choices=choices_of(ActionKind))
    urgency = models.CharField(max_length=8, choices=choices_of(Urgency))
    due_by = models.DateField(null=True)
    indication = models.CharField(max_length=32, blank=True)
    labels = models.CharField(max_length=16, blank=True)
    red_flags = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "kind"], name="action_once_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(ActionKind)), name="action_kind"),
            models.CheckConstraint(condition=Q(urgency__in=list(Urgency)), name="action_urgency"),
            models.CheckConstraint(
                condition=Q(kind=ActionKind.MEDICINE) ^ Q(indication=""),
                name="action_indication_on_medicine_only",
            ),
        ]


class AssessmentReason(models.Model):
    """A rule that applied, by its id in docs/CLINICAL_RULES.md; without an action it concerns the whole case.

    `parameters` says what it applied to, such as "label=D".
    """

    assessment = models.ForeignKey(
        RiskAssessment, on_delete=models.PROTECT, related_name="reasons", db_index=False
    )
    action = models.ForeignKey(AssessmentAction, on_delete=models.PROTECT, related_name="reasons", null=True)
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    parameters = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "rank"], name="reason_rank_once"),
        ]
