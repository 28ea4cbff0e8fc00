import json
from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening.imaging.branch import TrainingFailed
from screening.imaging.compare.choose import ComparisonInvalid, choose_candidates, choose_starts
from screening.imaging.compare.rows import Row
from screening.imaging.compare.run import compare
from screening.imaging.compare.smoke_data import make_smoke_data
from screening.imaging.compare.study import PUBLISHED_ENSEMBLE, PUBLISHED_SINGLE, STUDY
from screening.imaging.compare.table import comparison_text
from screening.imaging.train_config import PRESETS, Phase, TrainConfig
from screening.imaging.training_data import TrainingDataInvalid

_SMOKE = {"epochs": 1, "size": 80, "batch": 12, "folds": 4}
_NO_BUDGET_MINUTES = 1e6  # networks are compared after the same epochs, however long they take


class Command(BaseCommand):
    help = (
        "Train the study's nine networks and modern ones by one recipe on one fold, and print the study's columns "
        "beside its own rows. Needs no database; started again, it keeps finished rows."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder with labels.csv and images/")
        parser.add_argument("--out", type=Path, required=True, help="folder for rows, logs and the report")
        parser.add_argument("--smoke", action="store_true", help="one tiny epoch of a few dozen photographs")
        parser.add_argument(
            "--backbones", nargs="+", default=[], metavar="NAME", help="the study's or timm's"
        )
        parser.add_argument("--preset", choices=sorted(PRESETS), default="default")
        parser.add_argument("--weights-dir", type=Path, help="safetensors files named after their networks")
        parser.add_argument("--hub", action="store_true", help="begin from the hub where there is no file")
        parser.add_argument("--device", help="cpu or cuda")
        for name in ("epochs", "size", "batch", "folds", "fold", "threads", "seed"):
            parser.add_argument(f"--{name}", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = self._compare(options)
        except (ComparisonInvalid, TrainingDataInvalid, TrainingFailed) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"cannot write {error.filename}: {error.strerror}") from error
        if failed := [row.name for row in rows if row.reason]:
            self.stderr.write(f"without numbers: {', '.join(failed)}; start again to try them once more")

    def _compare(self, options: dict[str, Any]) -> list[Row]:
        names = options["backbones"] or ([each.backbone for each in STUDY] if options["smoke"] else [])
        candidates = choose_candidates(names)
        starts = choose_starts(
            candidates, options["weights_dir"], otherwise="hub" if options["hub"] else "random"
        )
        config, data, out = _config(options), options["data"], options["out"]
        if options["smoke"]:
            data = make_smoke_data(data, out / "smoke-data")
        rows = compare(config, data, out, starts)
        self._report(rows, config, out, smoke=options["smoke"])
        return rows

    def _report(self, rows: list[Row], config: TrainConfig, out: Path, *, smoke: bool) -> None:
        text = comparison_text(rows, _recipe_text(config, rows, smoke=smoke))
        (out / "comparison.txt").write_text(text, encoding="utf-8")
        content = {
            "rows": [asdict(row) for row in rows],
            "published_single": [asdict(row) for row in PUBLISHED_SINGLE],
            "published_ensemble": [asdict(row) for row in PUBLISHED_ENSEMBLE],
            "smoke": smoke,
        }
        (out / "comparison.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(text)


def _config(options: dict[str, Any]) -> TrainConfig:
    """The preset with what was asked; `--epochs` or `--size` make one phase of its phases."""
    asked = {name: value for name, value in options.items() if value is not None}
    asked = (_SMOKE | asked) if options["smoke"] else asked
    preset = PRESETS[options["preset"]]
    same = {
        name: asked[name] for name in ("batch", "folds", "fold", "threads", "seed", "device") if name in asked
    }
    if "epochs" in asked or "size" in asked:
        size = asked.get("size", preset.spec.size)
        epochs = asked.get("epochs", sum(phase.epochs for phase in preset.phases))
        same |= {"spec": replace(preset.spec, size=size), "phases": (Phase(epochs, size),)}
    if asked.get("batch", 2) < 2:  # batch normalisation of the smallest maps needs two pictures
        raise ComparisonInvalid(f"--batch is {asked['batch']}; give 2 or more")
    for name in ("epochs", "size", "threads"):
        if asked.get(name, 1) < 1:
            raise ComparisonInvalid(f"--{name} is {asked[name]}; give 1 or more")
    try:
        return replace(preset, minutes=_NO_BUDGET_MINUTES, **same)
    except ValueError as error:
        raise ComparisonInvalid(str(error)) from error


def _recipe_text(config: TrainConfig, rows: list[Row], *, smoke: bool) -> str:
    phases = ", ".join(f"{phase.epochs} epoch(s) at {phase.size} px" for phase in config.phases)
    patients = max((row.patients for row in rows), default=0)
    what = "SMOKE RUN: it shows that all runs, its numbers mean nothing. " if smoke else ""
    return (
        f"{what}{phases}, batch {config.batch}, {config.optimiser}; fold {config.fold} of {config.folds}, "
        f"{patients} patients held out. Multiply-adds at {config.spec.size} px; images/s: float32, one picture "
        f"at a time, {config.threads} CPU threads; a load above that makes it too low."
    )
