from django.db import models
from django.db.models import F, Q

from risk.domain.bands import FUSED_LABELS
from risk.models.assessment import RiskAssessment
from screening.domain.findings import Label


class OpenQuestion(models.Model):
    """An unanswered question worth asking; rank 1 first. From `low` to `high` the risk of `label` could come to lie."""

    assessment = models.ForeignKey(RiskAssessment, on_delete=models.PROTECT, related_name="open_questions")
    rank = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=32)
    label = models.CharField(max_length=1, choices=[(label.value, label.name.title()) for label in Label])
    low = models.FloatField()
    high = models.FloatField()
    crosses = models.BooleanField(help_text="whether some answers would put the patient into another band")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "rank"], name="open_question_rank_once"),
            models.UniqueConstraint(fields=["assessment", "question"], name="open_question_once"),
            models.CheckConstraint(condition=Q(label__in=list(FUSED_LABELS)), name="open_question_label"),
            models.CheckConstraint(
                condition=Q(low__gte=0, high__lte=1, low__lte=F("high")), name="open_question_range"
            ),
        ]
