import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from risk.errors import FusionTrainingDataInvalid, RiskError
from risk.fusion.evaluate.real import RealPatients, read_real
from risk.fusion.evaluate.run import Sizes, evaluate_fusion
from risk.fusion.evaluate.write import check_output, write_evaluation
from risk.fusion.heldout import read_heldout
from risk.fusion.image_release import HELD_OUT
from risk.fusion.release import FusionRelease, load_release
from risk.fusion_release import FUSION_RELEASE
from screening.imaging.evaluate.labels import LabelsInvalid


class Command(BaseCommand):
    help = "Measure the risk fusion on simulated patients, and age and sex on real ones. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", type=Path, required=True, help="file for all numbers")
        parser.add_argument("--report", type=Path, help="folder for tables and plots")
        parser.add_argument("--page", type=Path, help="model page whose tables are written anew")
        parser.add_argument(
            "--data", type=Path, help="folder with labels.csv and photographs that the image release knows"
        )
        parser.add_argument(
            "--heldout",
            type=Path,
            help="held-out scores with patient_id, age and sex; none are computed then",
        )
        parser.add_argument("--release", default=FUSION_RELEASE)
        parser.add_argument("--patients", type=int, default=Sizes.patients, help="of each simulated cohort")
        parser.add_argument("--resamples", type=int, default=Sizes.resamples, help="of real patients")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_output(options["json"], options["report"], options["page"])
            release = load_release(settings.FUSION_RELEASES_DIR / options["release"])
            table = settings.RELEASES_DIR / release.card["image_release"] / HELD_OUT
            heldout = read_heldout(table, release.both_eyes)
            if heldout.sha256 != release.card["heldout_sha256"]:
                raise FusionTrainingDataInvalid(
                    f"{release.name} was trained on other scores than {table.name}"
                )
            document = evaluate_fusion(
                release, heldout, _real(options, release), _sizes(options), num_threads=_threads()
            )
            write_evaluation(document, options["json"], options["report"], options["page"])
        except (RiskError, LabelsInvalid, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(document))


def _sizes(options: Mapping[str, Any]) -> Sizes:
    if options["patients"] < 1 or options["resamples"] < 1:
        raise CommandError("--patients and --resamples must be at least 1")
    return Sizes(options["patients"], options["resamples"])


def _real(options: Mapping[str, Any], release: FusionRelease) -> RealPatients | None:
    if options["heldout"]:
        return read_real(options["heldout"], release.both_eyes)
    if options["data"] is None:
        return None
    with tempfile.TemporaryDirectory() as place:
        table = Path(place) / "held-out.csv"
        _score(settings.RELEASES_DIR / release.card["image_release"], options["data"], table)
        return read_real(table, release.both_eyes)


def _score(image: Path, data: Path, table: Path) -> None:
    """Only here does the image model enter: minutes, for photographs that it never learnt from."""
    from screening.imaging.evaluate.held_out_again import held_out_photographs, score_held_out
    from screening.imaging.evaluate.run import ENGINE
    from screening.imaging.scorer import open_scorer

    photographs = held_out_photographs(image, data)
    scorer = open_scorer(image, engine=ENGINE, cache_dir=settings.ENGINE_CACHE_DIR, threads=_threads())
    score_held_out(scorer, photographs, table)


def _threads() -> int:
    return len(os.sched_getaffinity(0))


def _summary(document: Mapping[str, Any]) -> str:
    lines = [f"{document['evaluated']['release']}, simulated patients: AUC fused / photograph / answers"]
    for label, row in document["simulated"]["labels"].items():
        aucs = (row[way]["auc"] for way in ("fused", "photograph", "answers"))
        lines.append(f"  {label}  " + " / ".join(f"{auc:.3f}" for auc in aucs))
    return "\n".join([*lines, *_summary_of_real(document["real"])])


def _summary_of_real(real: Mapping[str, Any]) -> list[str]:
    if "left_out" in real:
        return [f"real patients: {real['left_out']}"]
    lines = [f"{real['patients']} real patients: AUC gained by age and sex, 95 %"]
    for label, row in real["labels"].items():
        gain = row["gain_with_age_and_sex"]["auc"]
        low, high = gain["interval_95"]
        lines.append(f"  {label}  {gain['difference']:+.3f} ({low:+.3f} to {high:+.3f})")
    return lines
