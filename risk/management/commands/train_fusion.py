from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from risk.errors import RiskError
from risk.fusion.image_release import HELD_OUT, both_eyes_of
from risk.fusion.train import train_fusion
from risk.fusion_release import FUSION_RELEASE


class Command(BaseCommand):
    help = (
        "Train the risk fusion on a simulated cohort with real held-out image scores, and write its release."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--image-release", required=True, help="the image release whose scores it fuses")
        parser.add_argument(
            "heldout", type=Path, nargs="?", help="its held-out scores; without it, those the release ships"
        )
        parser.add_argument("--name", default=FUSION_RELEASE)
        parser.add_argument("--patients", type=int, default=60_000, help="size of each simulated cohort")
        parser.add_argument("--seed", type=int, default=20261123)
        parser.add_argument("--threads", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["patients"] < 1 or options["seed"] < 0:
            raise CommandError("--patients must be at least 1, --seed at least 0")
        folder = settings.FUSION_RELEASES_DIR / options["name"]
        image = settings.RELEASES_DIR / options["image_release"]
        try:
            measures = train_fusion(
                options["heldout"] or image / HELD_OUT,
                folder,
                image_release=options["image_release"],
                both_eyes=both_eyes_of(image),
                patients=options["patients"],
                seed=options["seed"],
                num_threads=options["threads"],
            )
        except (RiskError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder.name}: learnt from simulated data; measured on unseen simulated patients")
        for label, row in measures.items():
            self.stdout.write(f"  {label}  " + "  ".join(f"{name} {value}" for name, value in row.items()))
