"""What a training run leaves in writing: the recipe it follows, and one row an epoch."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from screening.imaging.branch import TrainingFailed
from screening.imaging.evaluate.labels import data_name
from screening.imaging.train_config import TrainConfig

RECIPE_FILE = "recipe.json"
_MAY_CHANGE = frozenset({"minutes", "threads", "device"})


def write_recipe(config: TrainConfig, data: Path, folder: Path) -> None:
    """Keep beside the checkpoints what a card must say about how they came to be.

    Raises TrainingFailed when the folder already holds a run of another recipe or of other labels.
    """
    recipe: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    recipe["initial_weights"] = Path(config.initial_weights).name
    recipe["data_version"] = data_name(data)
    path = folder / RECIPE_FILE
    if path.exists():
        before = {"member": 0, "mixup": 0.0} | read_recipe(folder)
        differ = {key for key in recipe if before.get(key) != recipe[key]} - _MAY_CHANGE
        if differ:
            raise TrainingFailed(
                f"{folder} holds a run of another recipe ({', '.join(sorted(differ))}); choose another --out"
            )
    _replace(path, json.dumps(recipe, indent=1) + "\n")


def read_recipe(folder: Path) -> dict[str, Any]:
    """The recipe of the run in `folder`. Raises TrainingFailed where there is none."""
    try:
        recipe: dict[str, Any] = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingFailed(f"{folder / RECIPE_FILE} is missing or damaged: not a training run") from error
    return recipe


def log_epoch(folder: Path, branch: str, row: dict[str, float]) -> None:
    """Add a row. One of an epoch that was begun again after a kill replaces what was written of it."""
    earlier = [old for old in read_log(folder, branch) if int(old["epoch"]) < row["epoch"]]
    lines = [list(row), *(list(old.values()) for old in earlier), [_short(value) for value in row.values()]]
    _replace(_log_path(folder, branch), "".join(",".join(line) + "\n" for line in lines))


def read_log(folder: Path, branch: str) -> list[dict[str, str]]:
    """Rows of a branch's log, first epoch to last; none where it has not begun."""
    path = _log_path(folder, branch)
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _log_path(folder: Path, branch: str) -> Path:
    return folder / f"{branch}.log.csv"


def _short(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".partial")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise TrainingFailed(f"cannot write {path}; free space on the disk and start again") from error
