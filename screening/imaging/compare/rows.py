"""Rows of a comparison on disk: one file each, so that a finished one is never run again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from screening.imaging.branch import TrainingFailed
from screening.imaging.compare.choose import ComparisonInvalid, Start
from screening.imaging.compare.study import MODERN, STUDY, Candidate
from screening.imaging.evaluate.labels import data_name
from screening.imaging.train_config import TrainConfig

PLAN_FILE = "plan.json"
_ROWS = "rows"
_MAY_DIFFER = ("backbone", "initial_weights", "threads", "device", "minutes")
_ORDER = {candidate.backbone: place for place, candidate in enumerate((*STUDY, *MODERN))}

MeasuresJson = dict[str, float | None]


@dataclass(frozen=True)
class Row:
    """One network of a comparison; `reason` says why it has no numbers, and is None where it has.

    `scores`: measures of "colour", "grey" and "both" branches. `trivial`: those of no picture at all on the
    same patients. `interval`: 95 % of the challenge's final score of both branches. `milliseconds`: one
    picture on this CPU, `threads` of it, while it had `load` (the system's load average). `seconds`: of
    training and measuring.
    """

    name: str
    backbone: str
    start: str
    start_kind: str
    reason: str | None = None
    scores: Mapping[str, MeasuresJson] = field(default_factory=dict)
    trivial: Mapping[str, MeasuresJson] = field(default_factory=dict)
    interval: tuple[float, float] | None = None
    patients: int = 0
    parameters: int = 0
    multiply_adds: int = 0
    milliseconds: float = 0.0
    threads: int = 0
    load: float = 0.0
    seconds: float = 0.0

    @property
    def images_per_second(self) -> float:
        return 1000 / self.milliseconds


def row_name(candidate: Candidate, start: Start) -> str:
    """The same network from two starts is two rows."""
    return f"{candidate.backbone}--{Path(start.source).stem}"


def is_finished(out: Path, candidate: Candidate, start: Start) -> bool:
    """Whether the row has numbers; one that failed is tried again."""
    path = _path(out, candidate, start)
    return path.is_file() and _read(path).reason is None


def write_row(out: Path, candidate: Candidate, start: Start, row: Row) -> None:
    _write_json(_path(out, candidate, start), asdict(row))


def read_rows(out: Path) -> list[Row]:
    """Every row there is: the study's networks in its order, the modern ones, then others by name."""
    rows = [_read(path) for path in (out / _ROWS).glob("*.json")]
    return sorted(rows, key=lambda row: (_ORDER.get(row.backbone, len(_ORDER)), row.backbone, row.start))


def keep_plan(config: TrainConfig, data: Path, out: Path) -> None:
    """Write down what all rows share. Raises ComparisonInvalid where `out` holds rows of another plan."""
    plan: dict[str, Any] = json.loads(json.dumps(asdict(config) | {"data_version": data_name(data)}))
    plan = {key: value for key, value in plan.items() if key not in _MAY_DIFFER}
    path = out / PLAN_FILE
    if not path.exists():
        _write_json(path, plan)
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    if differ := sorted(key for key in plan if before.get(key) != plan[key]):
        raise ComparisonInvalid(
            f"--out: {out} holds rows of another plan ({', '.join(differ)}); choose another folder"
        )


def _path(out: Path, candidate: Candidate, start: Start) -> Path:
    return out / _ROWS / f"{row_name(candidate, start)}.json"


def _read(path: Path) -> Row:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        interval = content.pop("interval")
        return Row(**content, interval=None if interval is None else (interval[0], interval[1]))
    except (ValueError, TypeError, KeyError) as error:
        raise ComparisonInvalid(f"{path} is no row of a comparison; delete it and start again") from error


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    temporary = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise TrainingFailed(f"cannot write {path}; make room on the disk and start again") from error
