"""From a finished training run to a shipped release: `python -m screening.imaging.release_run`."""

import argparse
import csv
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from screening.domain.findings import LABELS, OperatingPoint
from screening.domain.quality import Gradability, QualityThresholds
from screening.imaging.arrays import Doubles
from screening.imaging.calibrate import PointTargets, choose_points, fit_calibration
from screening.imaging.card import BRANCHES, Calibration, read_card
from screening.imaging.decode import decode_photograph
from screening.imaging.engine import open_engine
from screening.imaging.ensemble import calibrated_logits, ensemble_log_odds, sigmoid
from screening.imaging.held_out import (
    PATIENT_FILE,
    HeldOut,
    read_held_out,
    write_anonymous_table,
    write_patient_table,
)
from screening.imaging.make_release import ReleaseContent, write_release
from screening.imaging.measure_release import measure_patients, measure_points
from screening.imaging.preprocess import PreprocessSpec, spec_from_json
from screening.imaging.quality import assess
from screening.imaging.train import RECIPE_FILE
from screening.imaging.training_data import PreparedEyes, prepare_eyes, read_labels

_REFERENCE, _SHIPPED, _FASTER = "torch-f32", "openvino-f32", "openvino-bf16"
_BF16_TOLERANCE = 0.02
_LIMITS = """\
Trained on photographs of hospital patients (ODIR-5K, a public preprocessed edition for research use, terms \
unverified). A community has fewer diseases, other cameras and other people; no number here carries over.
The held-out patients chose the epoch, the calibration and the operating points, so the numbers here are \
somewhat better than new patients of the same source would give.
Labels come from keywords of the doctors who read the photographs; no examination confirmed them.
Hypertension, diabetes without retinopathy and the rest class `other` are weakly visible in a photograph.
No severity, no activation maps, no test across cameras, ethnic groups or handheld devices.
Calibration holds at this set's share of each disease; scores are too high where diseases are rarer.
"""


def release_run(run: Path, data: Path, folder: Path, *, targets: PointTargets, resamples: int = 1000) -> Path:
    """Make `folder` a release from the best weights of `run`; returns the card.

    Held-out photographs of `data` are scored again with the rounded weights through the serving code, so
    that calibration, operating points and every number on the card belong to what is shipped.
    """
    recipe = json.loads((run / RECIPE_FILE).read_text(encoding="utf-8"))
    draft = _draft(run, recipe)
    held = read_held_out(run)
    logits = _logits_by_engine(draft, _prepare_held_out(held, data, draft.spec))
    held = replace(held, branch_logits=logits[_SHIPPED])
    calibration = fit_calibration(ensemble_log_odds(held.branch_logits), held.eye_labels)
    released = {engine: calibrated_logits(each, calibration) for engine, each in logits.items()}
    points = choose_points(sigmoid(released[_SHIPPED]), held.eye_labels, targets)
    engines = _compare_engines({engine: sigmoid(each) for engine, each in released.items()})
    metrics = {
        "measured_on": "held-out patients, not used for training; they chose epoch, calibration and points",
        **measure_patients(held, released[_SHIPPED], seed=recipe["seed"], resamples=resamples),
        **_run_facts(run),
        "eyes_at_operating_points": measure_points(sigmoid(released[_SHIPPED]), held.eye_labels, points),
        "gradability": _gradability(held, data),
    }
    facts = _facts(recipe, targets, metrics, engines)
    precise = engines[_FASTER]["max_difference"] <= _BF16_TOLERANCE
    content = replace(
        draft, calibration=calibration, points=points, precision="bf16" if precise else "f32", facts=facts
    )
    write_patient_table(held, released[_SHIPPED], run / PATIENT_FILE)
    folder.mkdir(parents=True, exist_ok=True)
    write_anonymous_table(held, released[_SHIPPED], folder / PATIENT_FILE, seed=recipe["seed"])
    return write_release(folder, content)


def _draft(run: Path, recipe: dict[str, Any]) -> ReleaseContent:
    """The release before anything about it is measured."""
    states = {
        branch: torch.load(run / f"{branch}.best.pt", map_location="cpu", weights_only=True)
        for branch in BRANCHES
    }
    return ReleaseContent(
        states=states,
        backbone=recipe["backbone"],
        spec=spec_from_json(recipe["spec"]),
        calibration={label: Calibration(1.0, 0.0) for label in LABELS},
        points={label: OperatingPoint(1.0, 1.0) for label in LABELS},
        quality=QualityThresholds(),
        precision="f32",
        data_version=recipe["data_version"],
        facts={},
    )


def _prepare_held_out(held: HeldOut, data: Path, spec: PreprocessSpec) -> PreparedEyes:
    by_name = {eye.path.name: eye for eye in read_labels(data)}
    return prepare_eyes([by_name[file] for file in held.files], spec, progress="held-out photographs")


def _logits_by_engine(draft: ReleaseContent, eyes: PreparedEyes) -> dict[str, Doubles]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "draft"
        write_release(folder, draft)
        card = read_card(folder)
        return {
            engine: open_engine(folder, card, engine=engine, cache_dir=Path(place) / "cache")
            .logits(eyes.colour, eyes.grey)
            .astype(np.float64)
            for engine in (_REFERENCE, _SHIPPED, _FASTER)
        }


def _compare_engines(scores: Mapping[str, Doubles]) -> dict[str, dict[str, float]]:
    """Differences of each engine's calibrated scores from the reference, torch in float32."""
    reference = scores[_REFERENCE]
    gaps = {engine: np.abs(each - reference) for engine, each in scores.items() if engine != _REFERENCE}
    return {
        engine: {
            "max_difference": round(float(gap.max()), 5),
            "mean_difference": round(float(gap.mean()), 6),
        }
        for engine, gap in gaps.items()
    }


def _gradability(held: HeldOut, data: Path) -> dict[str, float]:
    """Shares of the held-out photographs the quality check calls gradable, limited and ungradable."""
    found = [
        assess(decode_photograph((data / "images" / file).read_bytes()), QualityThresholds()).gradability
        for file in held.files
    ]
    return {level: round(found.count(level) / len(found), 4) for level in Gradability}


def _run_facts(run: Path) -> dict[str, Any]:
    with (run / "log.csv").open(newline="", encoding="utf-8") as file:
        log = list(csv.DictReader(file))
    return {
        "branch_macro_auc": {
            branch: max(float(row["macro_auc"]) for row in log if row["branch"] == branch)
            for branch in BRANCHES
        },
        "epochs_run": max(int(row["epoch"]) for row in log),
    }


def _facts(
    recipe: dict[str, Any], targets: PointTargets, metrics: dict[str, Any], engines: dict[str, Any]
) -> dict[str, Any]:
    return {
        "logit": "log-odds of the mean of both branches' sigmoids, times slope plus intercept, per label",
        "score": "sigmoid of logit: calibrated probability, 0 to 1",
        "operating_point_targets": asdict(targets),
        "recipe": recipe,
        "metrics": metrics,
        "engines": engines,
        "limits": _LIMITS.splitlines(),
    }


def main() -> None:
    """`--run DIR --data DIR --out DIR`: ship the best weights of a run."""
    parser = argparse.ArgumentParser(description="make a release from a training run")
    for name in ("--run", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    release_run(given.run, given.data, given.out, targets=PointTargets())


if __name__ == "__main__":
    main()
