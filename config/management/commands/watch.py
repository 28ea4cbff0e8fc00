import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from config.watch.work import clinic_watch
from records.models import Organization
from risk.domain.watching import Level
from risk.models import Watch, WatchFigure

FIELDS = ("measure", "grouping", "member", "label", "n", "reference_n", "value", "low", "high", "level")


class Command(BaseCommand):
    help = (
        "Watch scores, photographs and programme by hand, as every night: drift, ungradable share, calibration, "
        "indicators. A clinic that was watched today is shown as it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", type=int, help="one organization by its number; all without it")
        parser.add_argument("--json", action="store_true", help="every figure, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        clinics = tqdm(self._organizations(options["organization"]), unit="clinic", disable=None)
        watches = [clinic_watch(one, now=timezone.now()) for one in clinics]
        told = json.dumps([_as_json(one) for one in watches], indent=1) if options["json"] else None
        self.stdout.write(told or "\n".join(line for one in watches for line in _lines(one)))

    def _organizations(self, wanted: int | None) -> list[Organization]:
        found = Organization.objects.filter(patients__encounters__isnull=False).distinct().order_by("pk")
        if wanted is not None:
            found = found.filter(pk=wanted)
        if not found:
            raise CommandError("there is no visit to watch; screen somebody first, or check --organization")
        return list(found)


def _figures(watch: Watch) -> list[WatchFigure]:
    return list(watch.figures.order_by("pk"))


def _as_json(watch: Watch) -> dict[str, Any]:
    return {
        "organization": watch.organization_id,
        "night": watch.night.isoformat(),
        "image_release": watch.image_release,
        "fusion_release": watch.fusion_release,
        "figures": [{name: getattr(one, name) for name in FIELDS} for one in _figures(watch)],
        "held": [hold.release for hold in watch.holds.order_by("pk")],
    }


def _lines(watch: Watch) -> list[str]:
    figures = _figures(watch)
    pressing = [one for one in figures if one.level in (Level.LOOK, Level.HOLD)]
    few = sum(one.level == Level.TOO_FEW for one in figures)
    return [
        f"{watch.organization}, {watch.night}: {len(figures)} figures, {few} of too few to say anything",
        *(f"  {_line(one)}" for one in pressing),
        *(f"  on hold: {hold.release}" for hold in watch.holds.order_by("pk")),
    ]


def _line(one: WatchFigure) -> str:
    of = " ".join(part for part in (one.grouping, one.member, one.label) if part)
    return f"{one.level}: {one.measure} ({of}) {one.value:.3f} of {one.n}"
