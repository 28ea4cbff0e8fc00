"""The assessed visits of a clinic's last months, and how often a week a hospital or a fused risk comes up in them."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Exists, F, FloatField, Func, IntegerField, OuterRef, QuerySet, Value

from records import access
from records.actor import Actor
from risk.domain.bands import FUSED_LABELS
from risk.domain.disposition import ActionKind
from risk.domain.recall import RAISED_RISK
from risk.models import AssessmentAction, AssessmentReason, LabelRisk, RiskAssessment
from screening.domain.findings import Label

DAYS = 90
WEEKS = DAYS / 7
TO_A_HOSPITAL = (ActionKind.REFERRAL, ActionKind.KEEP_APPOINTMENT)
# A referral that rests on these alone goes with the risk; RK-01 only says that an appointment stands for it.
_OF_RISK_ALONE = ("RB-01", "RK-01")


def visits_lately(by: Actor, today: date) -> QuerySet[RiskAssessment]:
    """The current assessments of the actor's organization over the last DAYS."""
    since = today - timedelta(days=DAYS)
    current = RiskAssessment.objects.filter(superseded_at=None, assessed_on__gt=since, assessed_on__lte=today)
    return access.within(current, by=by, path="encounter__organization_id")


def reasons_besides_risk(visits: QuerySet[RiskAssessment]) -> QuerySet[AssessmentReason]:
    """Why a hospital sees a visit, fused risks left out."""
    reasons = AssessmentReason.objects.filter(assessment__in=visits, action__kind__in=TO_A_HOSPITAL)
    return reasons.exclude(code__in=_OF_RISK_ALONE)


def has_referral() -> Exists:
    """Whether a visit leads to a hospital, kept appointments included."""
    return Exists(AssessmentAction.objects.filter(assessment=OuterRef("pk"), kind__in=TO_A_HOSPITAL))


def has_early_recall() -> Exists:
    """Whether a raised risk is among the reasons to call again."""
    return Exists(AssessmentReason.objects.filter(assessment=OuterRef("pk"), code=RAISED_RISK.rule.id))


def referred_anyway_per_week(*, by: Actor, today: date) -> float:
    """Visits a week of the last DAYS that a hospital sees for another reason than a fused risk."""
    visits = visits_lately(by, today)
    return visits.filter(pk__in=reasons_besides_risk(visits).values("assessment")).count() / WEEKS


def risks_per_week(thresholds: Sequence[float], *, by: Actor, today: date) -> dict[Label, list[float]]:
    """Per label: visits a week of the last DAYS whose fused risk reached each of the rising `thresholds`, without
    those that a hospital sees anyway.
    """
    visits = visits_lately(by, today)
    risks = LabelRisk.objects.filter(assessment__in=visits)
    rows = risks.exclude(assessment__in=reasons_besides_risk(visits).values("assessment")).annotate(
        bucket=Func(
            F("fused_risk"),
            Value(list(thresholds), output_field=ArrayField(FloatField())),
            function="width_bucket",
            output_field=IntegerField(),
        )
    )
    counted: dict[Label, list[int]] = {label: [0] * (len(thresholds) + 1) for label in FUSED_LABELS}
    for label, bucket, visits_there in rows.values_list("label", "bucket").annotate(visits=Count("pk")):
        counted[Label(label)][bucket] = visits_there
    return {
        label: [round(sum(buckets[i + 1 :]) / WEEKS, 2) for i in range(len(thresholds))]
        for label, buckets in counted.items()
    }
