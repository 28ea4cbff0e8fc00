from django.db import models
from django.db.models import Q

from screening.domain.findings import Decision, Label
from screening.domain.quality import Gradability, QualityReason
from screening.models.encounter import Exam, FundusImage
from screening.models.release import ModelRelease


class ExamOutcome(models.Model):
    """What one release made of one exam. Exactly one per exam is current."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="outcomes")
    release = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=32)
    resulted_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exam"], condition=Q(superseded_at__isnull=True), name="outcome_one_current_per_exam"
            ),
        ]


class EyeOutcome(models.Model):
    outcome = models.ForeignKey(ExamOutcome, on_delete=models.PROTECT, related_name="eyes")
    image = models.ForeignKey(FundusImage, on_delete=models.PROTECT, related_name="+")
    gradability = models.CharField(max_length=16, choices=[(g.value, g.value) for g in Gradability])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "image"], name="eye_once_per_outcome"),
            models.CheckConstraint(condition=Q(gradability__in=list(Gradability)), name="eye_gradability"),
        ]


class EyeQualityReason(models.Model):
    eye = models.ForeignKey(EyeOutcome, on_delete=models.PROTECT, related_name="quality_reasons")
    code = models.CharField(max_length=32, choices=[(r.value, r.value) for r in QualityReason])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["eye", "code"], name="quality_reason_once"),
            models.CheckConstraint(condition=Q(code__in=list(QualityReason)), name="quality_reason_code"),
        ]


class Finding(models.Model):
    """One label on one eye; `score` is a calibrated probability, `logit` its log-odds."""

    eye = models.ForeignKey(EyeOutcome, on_delete=models.PROTECT, related_name="findings")
    label = models.CharField(max_length=1, choices=[(label.value, label.name.title()) for label in Label])
    score = models.FloatField()
    logit = models.FloatField()
    threshold = models.FloatField()
    decision = models.CharField(max_length=8, choices=[(d.value, d.value) for d in Decision])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["eye", "label"], name="finding_once_per_eye_and_label"),
            models.CheckConstraint(condition=Q(label__in=list(Label)), name="finding_label"),
            models.CheckConstraint(condition=Q(decision__in=list(Decision)), name="finding_decision"),
            models.CheckConstraint(
                condition=Q(score__range=(0, 1), threshold__range=(0, 1)), name="finding_score"
            ),
        ]
