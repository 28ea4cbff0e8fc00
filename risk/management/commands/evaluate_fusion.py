import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from risk.errors import RiskError
from risk.fusion.evaluate import evaluate_fusion
from risk.fusion.evaluation_page import write_report
from risk.fusion.heldout import read_heldout
from risk.fusion.real import read_real_patients, real_gain
from risk.fusion.release import load_release
from risk.inference import FUSION_RELEASE

_SEED = 20261125


class Command(BaseCommand):
    help = (
        "Measure a risk fusion on simulated patients it never saw, under stress, and with --real what age and "
        "sex add on real held-out patients. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", type=Path, required=True, help="file for all numbers")
        parser.add_argument("--report", type=Path, help="folder for the page and its plots")
        parser.add_argument("--release", default=FUSION_RELEASE, help="folder under FUSION_RELEASES_DIR")
        parser.add_argument(
            "--real", type=Path, help="heldout_logits.csv beside a training run: with patient_id, age and sex"
        )
        parser.add_argument("--patients", type=int, default=20_000, help="simulated patients (20000)")
        parser.add_argument("--seed", type=int, default=_SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["patients"] < 1000:
            raise CommandError(
                "--patients must be at least 1000: with fewer the rare diseases have no patient"
            )
        try:
            document = self._document(options)
            _write(document, options["json"])
            if options["report"]:
                write_report(document, options["report"])
        except (RiskError, OSError) as error:
            raise CommandError(str(error)) from error
        for line in _summary(document):
            self.stdout.write(line)

    def _document(self, options: dict[str, Any]) -> dict[str, Any]:
        release = load_release(settings.FUSION_RELEASES_DIR / options["release"])
        image = release.card["image_release"]
        heldout = read_heldout(settings.RELEASES_DIR / image / "heldout_logits.csv")
        real = read_real_patients(options["real"]) if options["real"] else None
        simulated = evaluate_fusion(
            release.fusions,
            heldout,
            patients=options["patients"],
            seed=options["seed"],
            num_threads=len(os.sched_getaffinity(0)),
        )
        return {
            "intended_use": "evaluation only, not a medical device",
            "release": release.name,
            "card_sha256": release.card_sha256,
            "image_release": image,
            "simulated": simulated,
            "real": real_gain(real, seed=options["seed"]) if real else None,
        }


def _write(document: dict[str, Any], path: Path) -> None:
    temporary = path.with_suffix(path.suffix + ".partial")
    temporary.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def _summary(document: dict[str, Any]) -> list[str]:
    lines = [f"{document['release']} on {document['simulated']['patients']} simulated patients, AUC:"]
    for label, found in document["simulated"]["labels"].items():
        scores = found["scores"]
        lines.append(
            f"  {label}  photograph {scores['photograph']['auc']:.3f}  answers {scores['answers']['auc']:.3f}  "
            f"both {scores['fused']['auc']:.3f}"
        )
    if real := document["real"]:
        lines.append(f"Age and sex on {real['patients']} real patients, change of AUC:")
        lines += [
            f"  {label}  {found['auc_gain']:+.4f}  ({found['auc_gain_interval_95'][0]:+.4f} to "
            f"{found['auc_gain_interval_95'][1]:+.4f})"
            for label, found in real["labels"].items()
        ]
    return lines
