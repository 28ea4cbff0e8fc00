"""What the watch looks at: a clinic's visits of the last months with their scores, risks and reads, a value a visit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from records.models import Organization, Sex
from records.selectors import age_years, local_date
from risk.domain.bands import FUSED_LABELS
from risk.domain.watching import CALIBRATION_DAYS, RECENT_DAYS, REFERENCE_DAYS, Grouping, age_band
from risk.models import LabelRisk
from screening.domain.findings import Label
from screening.domain.quality import Gradability
from screening.domain.reading import Reading
from screening.models import Encounter, EyeOutcome, Finding
from screening.read_selectors import readings_settled

DAYS = max(RECENT_DAYS + REFERENCE_DAYS, CALIBRATION_DAYS)
Group = tuple[Grouping, str]


@dataclass
class WatchedVisit:
    """`logits`: the image score of the worse eye; `risks`: fused, 0 to 1; `ill`: as people read it, of what they could
    judge. `ungradable`: an eye of which no photograph could be judged; None without a photograph.
    """

    started_at: datetime
    groups: list[Group]
    logits: dict[Label, float] = field(default_factory=dict)
    risks: dict[Label, float] = field(default_factory=dict)
    ill: Mapping[Label, bool] = field(default_factory=dict)
    ungradable: bool | None = None


def visits_watched(
    organization: Organization, *, image_release: str, fusion_release: str, now: datetime
) -> list[WatchedVisit]:
    """The visits that the releases in force scored, without cancelled ones; as many queries for all as for one."""
    of_clinic = Q(organization=organization, cancelled_at=None, started_at__gte=now - timedelta(days=DAYS))
    encounters = Encounter.objects.filter(of_clinic, started_at__lte=now)
    visits = dict(_visits(encounters, organization))
    _photographed(visits, encounters, image_release)
    _scored(visits, encounters, image_release, fusion_release)
    for key, reading in readings_settled(encounters).items():
        visits[key].ill = illness_read(reading)
    return list(visits.values())


def _visits(
    encounters: QuerySet[Encounter], organization: Organization
) -> Iterable[tuple[int, WatchedVisit]]:
    for key, at, sex, born in encounters.values_list(
        "pk", "started_at", "patient__sex", "patient__birth_date"
    ):
        groups: list[Group] = [(Grouping.ALL, "")]
        if sex in (Sex.FEMALE, Sex.MALE):
            groups.append((Grouping.SEX, sex))
        if band := age_band(age_years(born, local_date(at, organization))):
            groups.append((Grouping.AGE, band))
        yield key, WatchedVisit(at, groups)


def _photographed(visits: Mapping[int, WatchedVisit], encounters: QuerySet[Encounter], release: str) -> None:
    judged: dict[tuple[int, str], bool] = defaultdict(bool)
    cameras: dict[int, str] = {}
    eyes = EyeOutcome.objects.filter(
        outcome__exam__encounter__in=encounters, outcome__superseded_at=None, outcome__release__name=release
    )
    encounter = "outcome__exam__encounter"
    for key, eye, gradability, camera, said in eyes.values_list(
        encounter,
        "image__laterality",
        "gradability",
        "image__camera",
        f"{encounter}__partner_screening__camera",
    ):
        judged[key, eye] |= gradability != Gradability.UNGRADABLE
        cameras[key] = camera or said or cameras.get(key, "")
    for (key, _eye), could in judged.items():
        visits[key].ungradable = bool(visits[key].ungradable) or not could
    for key, camera in cameras.items():
        if camera:
            visits[key].groups.append((Grouping.CAMERA, camera))


def _scored(
    visits: Mapping[int, WatchedVisit], encounters: QuerySet[Encounter], image: str, fusion: str
) -> None:
    encounter = "eye__outcome__exam__encounter"
    findings = Finding.objects.filter(
        eye__outcome__exam__encounter__in=encounters,
        eye__outcome__superseded_at=None,
        eye__outcome__release__name=image,
    )
    for key, label, logit in findings.values_list(encounter, "label").annotate(Max("logit")).order_by():
        visits[key].logits[Label(label)] = logit
    risks = LabelRisk.objects.filter(
        assessment__encounter__in=encounters,
        assessment__superseded_at=None,
        assessment__fusion_release=fusion,
    )
    for key, label, risk in risks.values_list("assessment__encounter", "label", "fused_risk"):
        visits[key].risks[Label(label)] = risk


def illness_read(reading: Reading) -> dict[Label, bool]:
    """What a settled reading says of each fused label: ill in either eye; well only where every eye was judged."""
    all_judged = all(eye.ungradable is None for eye in reading)
    found = {label for eye in reading for label in eye.present}
    return {label: label in found for label in FUSED_LABELS if label in found or all_judged}
