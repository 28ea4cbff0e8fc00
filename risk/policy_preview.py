"""What other bands would have meant for the visits of the last months. Nobody is named and nothing changes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from records.actor import Actor
from risk.domain.bands import FUSED_LABELS, BandRow, Bands, RiskBand, band_of
from risk.domain.policy_effect import DecidedVisit, Effect, effect_of
from risk.models import LabelRisk, RiskAssessment
from risk.policy_visits import has_early_recall, has_referral, reasons_besides_risk, visits_lately
from screening import selectors as screening_selectors
from screening.domain.findings import DISEASES, Label

BandsOfVisit = dict[Label, RiskBand]


@dataclass(frozen=True)
class LabelCount:
    """Visits in each band, as they are stored and as other bands would have it."""

    raised: int
    high: int
    raised_then: int
    high_then: int


@dataclass(frozen=True)
class Preview:
    """`visits` of the last months; `changed`: in another band for any label. Referrals, kept appointments among them,
    and recalls in six months for a risk alone: as decided, how many more, and how many fewer.
    """

    visits: int
    changed: int
    labels: Mapping[Label, LabelCount]
    referrals: int
    referrals_added: int
    referrals_removed: int
    recalls: int
    recalls_added: int
    recalls_removed: int

    @property
    def referrals_then(self) -> int:
        return self.referrals + self.referrals_added - self.referrals_removed

    @property
    def recalls_then(self) -> int:
        return self.recalls + self.recalls_added - self.recalls_removed


def policy_preview(bands: Bands, *, by: Actor, today: date) -> Preview:
    """Compare `bands` with what was decided at the actor's organization; only risks change, nothing else of a visit."""
    visits = visits_lately(by, today)
    risks = LabelRisk.objects.filter(assessment__in=visits)
    moved = visits.filter(pk__in=risks.filter(_in_another_band(bands)).values("assessment"))
    turned = Counter(turn for pair in _effects(moved, bands) for turn in _turns(*pair))
    referred = visits.filter(has_referral())
    return Preview(
        visits=visits.count(),
        changed=moved.count(),
        labels={label: _label_count(risks, label, bands[label]) for label in FUSED_LABELS},
        referrals=referred.count(),
        referrals_added=turned["referred", True],
        referrals_removed=turned["referred", False],
        recalls=visits.filter(has_early_recall()).exclude(pk__in=referred.values("pk")).count(),
        recalls_added=turned["recalled", True],
        recalls_removed=turned["recalled", False],
    )


def _effects(moved: QuerySet[RiskAssessment], bands: Bands) -> Iterator[tuple[Effect, Effect]]:
    """What follows from the stored bands and from others, for each visit that changes band."""
    anyway = set(reasons_besides_risk(moved).values_list("assessment", flat=True))
    read = _read_by_people(moved)
    for key, (before, after) in _bands_of(moved, bands).items():
        visit = DecidedVisit(key in anyway, *read.get(key, ()))
        yield effect_of(visit, before), effect_of(visit, after)


def _turns(before: Effect, after: Effect) -> Iterator[tuple[str, bool]]:
    for name in ("referred", "recalled"):
        was, is_then = getattr(before, name), getattr(after, name)
        if was != is_then:
            yield name, is_then


def _bands_of(moved: QuerySet[RiskAssessment], bands: Bands) -> dict[int, tuple[BandsOfVisit, BandsOfVisit]]:
    """By assessment: the stored band of each label, and the one that its risk has in `bands`."""
    found: dict[int, tuple[BandsOfVisit, BandsOfVisit]] = {}
    rows = LabelRisk.objects.filter(assessment__in=moved).values_list(
        "assessment", "label", "fused_risk", "band"
    )
    for key, code, risk, band in rows.iterator():
        before, after = found.setdefault(key, ({}, {}))
        before[Label(code)], after[Label(code)] = RiskBand(band), band_of(Label(code), risk, bands)
    return found


def _read_by_people(moved: QuerySet[RiskAssessment]) -> dict[int, tuple[frozenset[Label], frozenset[Label]]]:
    """What is found and what is denied where people's reads count; elsewhere every finding is referred anyway."""
    found = {}
    for key, encounter in moved.filter(read_at__isnull=False).values_list("pk", "encounter"):
        result = screening_selectors.visit_result(encounter)
        if result is not None:
            denied = (label for label in FUSED_LABELS if result.denied(label))
            found[key] = frozenset(result.present(DISEASES)), frozenset(denied)
    return found


def _in_another_band(bands: Bands) -> Q:
    joined = Q(pk__in=[])
    for label in FUSED_LABELS:
        joined |= Q(label=label) & ~_stored_as(bands[label])
    return joined


def _stored_as(row: BandRow) -> Q:
    """That the stored band is the one these limits give."""
    return (
        Q(band=RiskBand.HIGH, fused_risk__gte=row.high_from)
        | Q(band=RiskBand.RAISED, fused_risk__gte=row.raised_from, fused_risk__lt=row.high_from)
        | Q(band=RiskBand.LOW, fused_risk__lt=row.raised_from)
    )


def _label_count(risks: QuerySet[LabelRisk], label: Label, row: BandRow) -> LabelCount:
    raised, high = Q(fused_risk__gte=row.raised_from), Q(fused_risk__gte=row.high_from)
    found = risks.filter(label=label).aggregate(
        raised=Count("pk", filter=Q(band=RiskBand.RAISED)),
        high=Count("pk", filter=Q(band=RiskBand.HIGH)),
        raised_then=Count("pk", filter=raised & ~high),
        high_then=Count("pk", filter=high),
    )
    return LabelCount(**found)
