import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from screening import releases
from screening.imaging.backbone import BackboneUnknown
from screening.imaging.card import CardInvalid, WeightsMismatch
from screening.imaging.evaluate.labels import LabelsInvalid
from screening.imaging.evaluate.run import evaluate_release
from screening.imaging.evaluate.write import OutputInvalid, check_output, write_evaluation

_SEED = 20260


class Command(BaseCommand):
    help = "Measure an image model release on labelled photographs. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, required=True, help="folder with labels.csv and its photographs"
        )
        parser.add_argument("--release", help="folder name under RELEASES_DIR; the newest when not given")
        parser.add_argument("--json", type=Path, required=True, help="file for all numbers")
        parser.add_argument("--report", type=Path, required=True, help="folder for the page and its plots")
        parser.add_argument("--resamples", type=int, default=1000, help="resamples of patients (1000)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = _release_folder(options["release"])
        if options["resamples"] < 1:
            raise CommandError("--resamples must be at least 1")
        try:
            check_output(options["json"], options["report"])
            evaluation = evaluate_release(
                folder,
                options["data"],
                cache_dir=settings.ENGINE_CACHE_DIR,
                threads=len(os.sched_getaffinity(0)),
                resamples=options["resamples"],
                seed=_SEED,
            )
            write_evaluation(evaluation, options["json"], options["report"])
        except (LabelsInvalid, CardInvalid, WeightsMismatch, BackboneUnknown, OutputInvalid) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(evaluation.document))


def _release_folder(name: str | None) -> Path:
    """The named release; without a name the last on disk, which is the one a new clinic starts with."""
    names = releases.names_on_disk()
    if not names:
        raise CommandError(f"there is no release in {settings.RELEASES_DIR}; install one")
    if name is not None and name not in names:
        raise CommandError(f"there is no release {name}; choose one of: {', '.join(names)}")
    return Path(settings.RELEASES_DIR / (name or names[-1]))


def _summary(document: dict[str, Any]) -> str:
    official, interval = document["official"], document["intervals_95"]["official"]["final"]
    trivial = document["baselines"]["prevalence"]
    return (
        f"{document['evaluated']['release']} on {document['patients']} patients: "
        f"final {official['final']:.3f} ({interval[0]:.3f} to {interval[1]:.3f}), kappa {official['kappa']:.3f}, "
        f"AUC {official['auc']:.3f}, macro AUC {document['macro_auc']:.3f}, hard AUC {document['hard_auc']:.3f}; "
        f"prevalence without an image: final {trivial['official']['final']:.3f}, "
        f"macro AUC {trivial['macro_auc']:.3f}"
    )
