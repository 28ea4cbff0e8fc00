from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from risk.errors import RiskError
from risk.fusion.train import train_fusion
from risk.inference import FUSION_RELEASE


class Command(BaseCommand):
    help = (
        "Train the risk fusion on a simulated cohort with real held-out image scores, and write its release."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("heldout", type=Path, help="heldout_logits.csv of an image release")
        parser.add_argument("--image-release", required=True, help="the image release those scores come from")
        parser.add_argument("--name", default=FUSION_RELEASE)
        parser.add_argument("--patients", type=int, default=60_000, help="size of the simulated cohort")
        parser.add_argument("--seed", type=int, default=20261123)
        parser.add_argument("--threads", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.FUSION_RELEASES_DIR / options["name"]
        try:
            measures = train_fusion(
                options["heldout"],
                folder,
                image_release=options["image_release"],
                patients=options["patients"],
                seed=options["seed"],
                num_threads=options["threads"],
            )
        except (RiskError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder.name}: learnt from simulated data; measured on unseen simulated patients")
        for label, row in measures.items():
            self.stdout.write(f"  {label}  " + "  ".join(f"{name} {value}" for name, value in row.items()))
