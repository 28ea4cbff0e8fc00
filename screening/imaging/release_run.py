"""From a finished training run to a shipped release: `python -m screening.imaging.release_run`."""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from screening.domain.findings import LABELS, OperatingPoint
from screening.domain.quality import Gradability, QualityThresholds
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes_choice import fit_joined_eyes
from screening.imaging.calibrate import PointTargets, choose_points, fit_calibration
from screening.imaging.card import BRANCHES, Calibration
from screening.imaging.engines_agree import check_engines
from screening.imaging.ensemble import calibrated_logits, ensemble_log_odds, sigmoid
from screening.imaging.held_out import (
    PATIENT_FILE,
    HeldOut,
    fold_folders,
    fold_number,
    read_held_out,
    write_anonymous_table,
    write_eye_table,
)
from screening.imaging.make_release import ReleaseContent, write_release
from screening.imaging.measure_maps import measure_maps
from screening.imaging.preprocess import PreprocessSpec, spec_from_json
from screening.imaging.release_engines import FASTER, SHIPPED, compare_engines, logits_by_engine
from screening.imaging.release_facts import facts_of, gradabilities, measure_release, without_ungradable
from screening.imaging.release_frames import measure_frames
from screening.imaging.severity_fit import SeverityTargets, fit_severity
from screening.imaging.severity_heads import SeverityHead
from screening.imaging.targets import SEVERITIES
from screening.imaging.train_record import read_recipe
from screening.imaging.training_data import PreparedEyes, prepare_eyes, read_labels

_BF16_TOLERANCE = 0.02
_REFRAMED = 128  # photographs measured in other frames


@dataclass(frozen=True)
class ReleaseTargets:
    """What operating points and severity thresholds aim at; `resamples` of patients stand behind intervals."""

    points: PointTargets = field(default_factory=PointTargets)
    severity: SeverityTargets = field(default_factory=SeverityTargets)
    resamples: int = 1000


def release_run(run: Path, data: Path, folder: Path, targets: ReleaseTargets) -> Path:
    """Make `folder` a release from the folds of `run`; returns the card.

    The weights are those of the lowest fold; all trained folds give held-out answers. Held-out photographs of
    `data` are scored again with the rounded weights through the serving code, so that calibration, operating
    points and every number on the card belong to what is shipped. Raises TrainingFailed, TrainingDataInvalid,
    EnginesDisagree.
    """
    folds = fold_folders(run)
    members = {fold_number(fold): _draft(fold) for fold in folds}
    recipe, held = read_recipe(folds[0]), read_held_out(run)
    eyes = _prepare(held, data, _spec(recipe))
    logits = logits_by_engine(members, held, eyes)
    held = replace(held, branch_logits=logits[SHIPPED])
    gradable = gradabilities(held, data)
    content = _calibrated(next(iter(members.values())), held, gradable, targets, seed=recipe["seed"])
    released = calibrated_logits(held.branch_logits, content.calibration)
    engines = compare_engines(
        {engine: sigmoid(calibrated_logits(each, content.calibration)) for engine, each in logits.items()},
        _bands(content),
    )
    metrics = {
        **measure_release(content, held, gradable, seed=recipe["seed"], resamples=targets.resamples),
        "maps": measure_maps(members, held, eyes, seed=recipe["seed"]),
        "other_frames": _other_frames(content, held, data),
    }
    engines = {**engines, "drawn_photographs": _exported(content)}
    precise = engines[FASTER]["max_difference"] <= _BF16_TOLERANCE
    content = replace(
        content,
        precision="bf16" if precise else "f32",
        facts=facts_of(run, recipe, (targets.points, targets.severity), metrics, engines),
    )
    folder.mkdir(parents=True, exist_ok=True)
    judged = without_ungradable(released, gradable)
    write_eye_table(held, judged, run / PATIENT_FILE)
    write_anonymous_table(held, judged, folder / PATIENT_FILE, seed=recipe["seed"])
    return write_release(folder, content)


def _exported(content: ReleaseContent) -> dict[str, Any]:
    """The release in every engine. Raises EnginesDisagree, before anything is shipped."""
    with tempfile.TemporaryDirectory() as place:
        return check_engines(write_release(Path(place) / "draft", content).parent)


def _other_frames(content: ReleaseContent, held: HeldOut, data: Path) -> dict[str, dict[str, float]]:
    photographs = [data / "images" / file for file in held.files[:_REFRAMED]]
    with tempfile.TemporaryDirectory() as place:
        folder = write_release(Path(place) / "draft", content).parent
        return measure_frames(folder, photographs, engine=SHIPPED)


def _draft(fold: Path) -> ReleaseContent:
    """A fold's member before anything about it is measured."""
    recipe = read_recipe(fold)
    states = {
        branch: torch.load(fold / f"{branch}.weights.pt", map_location="cpu", weights_only=True)
        for branch in BRANCHES
    }
    return ReleaseContent(
        states=states,
        backbone=recipe["backbone"],
        spec=_spec(recipe),
        calibration={label: Calibration(1.0, 0.0) for label in LABELS},
        points={label: OperatingPoint(1.0, 1.0) for label in LABELS},
        quality=QualityThresholds(),
        precision="f32",
        data_version=recipe["data_version"],
        facts={},
        severity={target: SeverityHead(1.0, 0.0, 1.0) for target in SEVERITIES},
    )


def _spec(recipe: dict[str, Any]) -> PreprocessSpec:
    return spec_from_json(recipe["spec"])


def _prepare(held: HeldOut, data: Path, spec: PreprocessSpec) -> PreparedEyes:
    by_name = {eye.path.name: eye for eye in read_labels(data)}
    return prepare_eyes([by_name[file] for file in held.files], spec, progress="held-out photographs")


def _calibrated(
    draft: ReleaseContent,
    held: HeldOut,
    gradable: Sequence[Gradability],
    targets: ReleaseTargets,
    *,
    seed: int,
) -> ReleaseContent:
    """The draft with everything that is fitted on held-out eyes."""
    log_odds = ensemble_log_odds(held.branch_logits)
    severities = slice(len(LABELS), len(LABELS) + len(SEVERITIES))
    calibration = fit_calibration(log_odds[:, : len(LABELS)], held.eye_labels)
    released = calibrated_logits(held.branch_logits, calibration)
    return replace(
        draft,
        calibration=calibration,
        points=choose_points(sigmoid(released), held.eye_labels, targets.points),
        severity=fit_severity(log_odds[:, severities], held.answers[:, severities], targets.severity),
        joined=fit_joined_eyes(
            held.patient_ids,
            held.eyes,
            without_ungradable(released, gradable),
            held.patient_labels,
            seed=seed,
            resamples=targets.resamples,
        ),
    )


def _bands(content: ReleaseContent) -> tuple[Doubles, Doubles]:
    points = [content.points[label] for label in LABELS]
    return np.array([point.abstain_below for point in points]), np.array(
        [point.threshold for point in points]
    )


def main() -> None:
    """`--run DIR --data DIR --out DIR`: ship the weights of a run."""
    parser = argparse.ArgumentParser(description="make a release from a training run")
    for name in ("--run", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    release_run(given.run, given.data, given.out, ReleaseTargets())


if __name__ == "__main__":
    main()
