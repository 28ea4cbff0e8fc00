from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening.imaging.branch import TrainingFailed
from screening.imaging.card import BRANCHES
from screening.imaging.train import train_fold
from screening.imaging.train_config import PRESETS, TrainConfig
from screening.imaging.train_curves import draw_curves

_OVERRIDES = ("backbone", "fold", "folds", "device", "minutes", "threads", "seed", "member")


class Command(BaseCommand):
    help = "Train the image model on labelled photographs. Needs no database; started again, it resumes."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="folder with labels.csv and images/")
        parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, logs and curves")
        parser.add_argument("--preset", choices=sorted(PRESETS), default="default")
        parser.add_argument("--weights", help="a safetensors file, hub or random")
        parser.add_argument("--backbone", help="any name timm knows")
        parser.add_argument("--device", help="cpu or cuda")
        parser.add_argument(
            "--minutes", type=float, help="budget of each branch; epochs are left out to keep it"
        )
        parser.add_argument(
            "--branch", choices=BRANCHES, help="only this branch; the other may run beside it"
        )
        parser.add_argument("--member", type=int, help="train the fold once more, from other draws")
        for name in ("fold", "folds", "threads", "seed"):
            parser.add_argument(f"--{name}", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        branches = (options["branch"],) if options["branch"] else BRANCHES
        try:
            run = train_fold(
                _config(options), options["data"], options["out"], branches=branches, on_epoch=draw_curves
            )
        except (ValueError, TrainingFailed) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"cannot write {options['out']} ({error.strerror}); free space or choose another --out"
            ) from error
        for branch, final in run.final.items():
            self.stdout.write(
                f"{branch}: {run.epochs[branch]} epochs, final {final:.3f} alone, in {run.folder}"
            )


def _config(options: dict[str, Any]) -> TrainConfig:
    given = {name: options[name] for name in _OVERRIDES if options[name] is not None}
    if options["weights"]:
        given["initial_weights"] = options["weights"]
    return replace(PRESETS[options["preset"]], **given)
