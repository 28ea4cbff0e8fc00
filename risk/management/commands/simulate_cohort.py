from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from risk.domain.bands import FUSED_LABELS
from risk.errors import RiskError
from risk.fusion.cohort import simulate_cohort
from risk.fusion.cohort_file import write_cohort
from risk.fusion.heldout import read_heldout
from risk.fusion.image_release import HELD_OUT, both_eyes_of
from risk.fusion_release import FUSION_RELEASE
from risk.inference import fusion_release


class Command(BaseCommand):
    help = "Write a simulated community: answers, diseases, and image scores of real held-out patients."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True, help="the table to write, CSV")
        parser.add_argument(
            "--image-release", help="whose scores; that of the fusion in force when not given"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["patients"] < 1 or options["seed"] < 0:
            raise CommandError("--patients must be at least 1, --seed at least 0")
        try:
            name = options["image_release"] or _image_release()
            image = settings.RELEASES_DIR / name
            heldout = read_heldout(image / HELD_OUT, both_eyes_of(image))
            cohort = simulate_cohort(options["patients"], heldout, np.random.default_rng(options["seed"]))
            write_cohort(cohort, options["out"])
        except (RiskError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        shares = ", ".join(f"{label.value} {cohort.prevalence(label):.2%}" for label in FUSED_LABELS)
        self.stdout.write(f"{options['patients']} simulated patients in {options['out']}: {shares}")


def _image_release() -> str:
    card = fusion_release(settings.FUSION_RELEASES_DIR / FUSION_RELEASE).card
    return str(card["image_release"])
