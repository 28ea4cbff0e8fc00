"""What other bands would have meant for the visits of the last months, counted by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from records import access
from records.actor import Actor
from risk.domain.bands import FUSED_LABELS, BandRow, Bands, RiskBand
from risk.domain.disposition import ActionKind
from risk.models import AssessmentAction, AssessmentReason, LabelRisk, RiskAssessment
from screening.domain.findings import Label

DAYS = 90
_BY_RISK_ALONE = "RB-01"


@dataclass(frozen=True)
class LabelCount:
    """Visits in each band, as they are stored and as other bands would have it."""

    raised: int
    high: int
    raised_then: int
    high_then: int


@dataclass(frozen=True)
class Preview:
    """`visits` of the last DAYS; `changed`: in another band for any label. Referrals for a fused risk alone: how many
    more there would be, and how many of the present ones would go. A person's read can still turn one into a recall.
    """

    visits: int
    changed: int
    labels: Mapping[Label, LabelCount]
    referrals_added: int
    referrals_removed: int


def policy_preview(bands: Bands, *, by: Actor, today: date) -> Preview:
    """Compare `bands` with what was decided at the actor's organization. Nobody is named and nothing changes."""
    visits = _visits(by, today)
    risks = LabelRisk.objects.filter(assessment__in=visits)
    return Preview(
        visits=visits.count(),
        changed=risks.filter(_in_another_band(bands)).values("assessment").distinct().count(),
        labels={label: _label_count(risks, label, bands[label]) for label in FUSED_LABELS},
        referrals_added=_added(visits, bands).count(),
        referrals_removed=_removed(visits, bands).count(),
    )


def risks_per_week(thresholds: Sequence[float], *, by: Actor, today: date) -> dict[Label, list[float]]:
    """Per label: visits a week of the last DAYS whose fused risk reached each of the rising `thresholds`."""
    rows = LabelRisk.objects.filter(assessment__in=_visits(by, today)).annotate(
        bucket=Func(
            F("fused_risk"),
            Value(list(thresholds), output_field=ArrayField(FloatField())),
            function="width_bucket",
            output_field=IntegerField(),
        )
    )
    counted: dict[Label, list[int]] = {label: [0] * (len(thresholds) + 1) for label in FUSED_LABELS}
    for label, bucket, visits in rows.values_list("label", "bucket").annotate(visits=Count("pk")):
        counted[Label(label)][bucket] = visits
    weeks = DAYS / 7
    return {
        label: [round(sum(buckets[i + 1 :]) / weeks, 2) for i in range(len(thresholds))]
        for label, buckets in counted.items()
    }


def _visits(by: Actor, today: date) -> QuerySet[RiskAssessment]:
    since = today - timedelta(days=DAYS)
    current = RiskAssessment.objects.filter(superseded_at=None, assessed_on__gt=since, assessed_on__lte=today)
    return access.within(current, by=by, path="encounter__organization_id")


def _high(bands: Bands) -> Q:
    rows = [Q(label=label, fused_risk__gte=bands[label].high_from) for label in FUSED_LABELS]
    return _any_of(rows)


def _in_another_band(bands: Bands) -> Q:
    return _any_of([Q(label=label) & ~_stored_as(bands[label]) for label in FUSED_LABELS])


def _stored_as(row: BandRow) -> Q:
    """That the stored band is the one these limits give."""
    return (
        Q(band=RiskBand.HIGH, fused_risk__gte=row.high_from)
        | Q(band=RiskBand.RAISED, fused_risk__gte=row.raised_from, fused_risk__lt=row.high_from)
        | Q(band=RiskBand.LOW, fused_risk__lt=row.raised_from)
    )


def _any_of(conditions: list[Q]) -> Q:
    joined = Q(pk__in=[])
    for condition in conditions:
        joined |= condition
    return joined


def _label_count(risks: QuerySet[LabelRisk], label: Label, row: BandRow) -> LabelCount:
    raised, high = Q(fused_risk__gte=row.raised_from), Q(fused_risk__gte=row.high_from)
    found = risks.filter(label=label).aggregate(
        raised=Count("pk", filter=Q(band=RiskBand.RAISED)),
        high=Count("pk", filter=Q(band=RiskBand.HIGH)),
        raised_then=Count("pk", filter=raised & ~high),
        high_then=Count("pk", filter=high),
    )
    return LabelCount(**found)


def _refers(**of: object) -> Exists:
    return Exists(AssessmentAction.objects.filter(assessment=OuterRef("pk"), **of))


def _added(visits: QuerySet[RiskAssessment], bands: Bands) -> QuerySet[RiskAssessment]:
    """Visits without a referral, or an appointment in its place, that would have one."""
    high = Exists(LabelRisk.objects.filter(_high(bands), assessment=OuterRef("pk")))
    kinds = (ActionKind.REFERRAL, ActionKind.KEEP_APPOINTMENT)
    return visits.filter(high & ~_refers(kind__in=kinds))


def _removed(visits: QuerySet[RiskAssessment], bands: Bands) -> QuerySet[RiskAssessment]:
    """Visits referred for a fused risk alone that would not be."""
    high = Exists(LabelRisk.objects.filter(_high(bands), assessment=OuterRef("pk")))
    reasons = AssessmentReason.objects.filter(assessment=OuterRef("pk"), action__kind=ActionKind.REFERRAL)
    alone = Exists(reasons.filter(code=_BY_RISK_ALONE)) & ~Exists(reasons.exclude(code=_BY_RISK_ALONE))
    return visits.filter(alone & ~high)
