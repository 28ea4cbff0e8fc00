"""What the watch looks at: a clinic's visits of the last months with their scores, risks and reads, a value a visit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

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
    """`logits`: the image score of one eye; `risks`: fused, 0 to 1; `ill`: as people read it, of what they could
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
    """The visits that the releases in force scored, without cancelled ones and drawn photographs; as many queries for
    all as for one.
    """
    window = _Window(organization, now)
    with _joined_as_a_whole():
        visits = dict(_visits(window))
        _photographed(visits, window, image_release)
        _scored(visits, window, image_release, fusion_release)
        for key, reading in readings_settled(Encounter.objects.filter(**window.of())).items():
            visits[key].ill = illness_read(reading)
    return list(visits.values())


@contextmanager
def _joined_as_a_whole() -> Iterator[None]:
    """A share of the register is read: where statistics say that tables are empty, loops over them would not end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


@dataclass(frozen=True)
class _Window:
    organization: Organization
    now: datetime

    def of(self, path: str = "") -> dict[str, object]:
        """What holds of a visit of these; `path` leads to it. No subquery: without statistics it would be run once a
        row.
        """
        since = self.now - timedelta(days=DAYS)
        return {
            f"{path}organization": self.organization,
            f"{path}cancelled_at": None,
            f"{path}started_at__gte": since,
            f"{path}started_at__lte": self.now,
        }


def _visits(window: _Window) -> Iterator[tuple[int, WatchedVisit]]:
    encounters = Encounter.objects.filter(**window.of())
    for key, at, sex, born in encounters.values_list(
        "pk", "started_at", "patient__sex", "patient__birth_date"
    ):
        groups: list[Group] = [(Grouping.ALL, "")]
        if sex in (Sex.FEMALE, Sex.MALE):
            groups.append((Grouping.SEX, sex))
        if band := age_band(age_years(born, local_date(at, window.organization))):
            groups.append((Grouping.AGE, band))
        yield key, WatchedVisit(at, groups)


def _photographed(visits: Mapping[int, WatchedVisit], window: _Window, release: str) -> None:
    judged: dict[tuple[int, str], bool] = defaultdict(bool)
    cameras: dict[int, str] = {}
    encounter = "outcome__exam__encounter"
    eyes = EyeOutcome.objects.filter(
        outcome__superseded_at=None,
        outcome__release__name=release,
        image__synthetic=False,
        **window.of(f"{encounter}__"),
    ).order_by("pk")
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


def _scored(visits: Mapping[int, WatchedVisit], window: _Window, image: str, fusion: str) -> None:
    """The right eye, else the left: the worse of two would lie higher wherever more people have both photographed."""
    encounter = "eye__outcome__exam__encounter"
    findings = Finding.objects.filter(
        eye__outcome__superseded_at=None,
        eye__outcome__release__name=image,
        eye__image__synthetic=False,
        **window.of(f"{encounter}__"),
    ).order_by("eye__image__laterality", "pk")
    for key, label, logit in findings.values_list(encounter, "label", "logit"):
        visits[key].logits[Label(label)] = logit
    risks = LabelRisk.objects.filter(
        assessment__superseded_at=None,
        assessment__fusion_release=fusion,
        **window.of("assessment__encounter__"),
    )
    for key, label, risk in risks.values_list("assessment__encounter", "label", "fused_risk"):
        visits[key].risks[Label(label)] = risk


def illness_read(reading: Reading) -> dict[Label, bool]:
    """What a settled reading says of each fused label, in either eye; nothing where an eye could not be judged: such
    visits would otherwise count only if they are ill.
    """
    if any(eye.ungradable is not None for eye in reading):
        return {}
    found = {label for eye in reading for label in eye.present}
    return {label: label in found for label in FUSED_LABELS}
