import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from screening import releases
from screening.domain.quality import QualityThresholds
from screening.imaging.card import CardInvalid, WeightsMismatch, read_card
from screening.imaging.fundus_photographs import other_photographs
from screening.imaging.measure_gate import Facts, measure_gate

_SEED = 20262


class Command(BaseCommand):
    help = (
        "Measure the quality gate: photographs kept, other pictures refused, spoilt ones. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, required=True, help="folder with images/*.jpg, fundus photographs"
        )
        parser.add_argument(
            "--hostile", type=Path, help="folder of pictures that are no fundus, of any format"
        )
        parser.add_argument("--json", type=Path, required=True, help="file for all numbers")
        parser.add_argument("--release", help="whose limits; the general ones when not given")
        parser.add_argument(
            "--photographs", type=int, help="judge only so many, by chance; all when not given"
        )
        parser.add_argument("--sampled", type=int, default=200, help="photographs re-framed and spoilt (200)")
        parser.add_argument("--drawn", type=int, default=100, help="drawn pictures of each kind (100)")

    def handle(self, *args: Any, **options: Any) -> None:
        files = sorted((options["data"] / "images").glob("*.jpg"))
        if not files:
            raise CommandError(f"{options['data']}/images holds no .jpg; --data is a folder like odir5k")
        if options["hostile"] is not None and not options["hostile"].is_dir():
            raise CommandError(f"--hostile {options['hostile']} is no folder")
        cv2.setNumThreads(1)
        found = measure_gate(
            _chosen(files, options["photographs"]),
            other_photographs(options["data"], options["sampled"], seed=_SEED),
            _thresholds(options["release"]),
            hostile=options["hostile"],
            drawn=options["drawn"],
            seed=_SEED,
        )
        options["json"].write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(_summary(found))


def _chosen(files: list[Path], number: int | None) -> list[Path]:
    if number is None:
        return files
    places = np.random.default_rng(_SEED).permutation(len(files))[:number]
    return [files[place] for place in sorted(places)]


def _thresholds(name: str | None) -> QualityThresholds:
    if name is None:
        return QualityThresholds()
    try:
        return read_card(Path(settings.RELEASES_DIR) / name).quality
    except (CardInvalid, WeightsMismatch) as error:
        known = ", ".join(releases.names_on_disk())
        raise CommandError(f"{error}; releases: {known}") from error


def _summary(found: Facts) -> str:
    frames = min(each["kept"] for each in found["other_frames"].values())
    better = sum(each["judged_better_by_a_stronger_step"] for each in found["spoilt"].values())
    walks = sum(each["number"] for each in found["spoilt"].values())
    kept = found["photographs"]
    lines = [
        f"kept {kept['kept']:.4f} of {kept['number']} photographs, at least {frames:.4f} in every other frame",
        f"a stronger step was judged better in {better} of {walks} series",
    ]
    for name in ("drawn_kinds_fitted", "drawn_kinds_reserved", "hostile"):
        if name in found:
            each = found[name]
            lines.append(f"{name}: {each['refused']:.4f} of {each['tried']} refused")
    lines.append(f"{found['milliseconds_at_3_megapixels']} ms for 3 megapixels")
    return "\n".join(lines)
